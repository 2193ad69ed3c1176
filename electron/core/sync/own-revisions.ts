/** One line of the changes feed: a document and its latest revision. */
export interface ChangeRow {
  readonly id: string;
  readonly changes: readonly { readonly rev: string }[];
}

const mostRemembered = 20_000;

/**
 * The revisions that head office gave to what this station pushed. Every push comes back in the changes feed; knowing its
 * own, a station does not fetch again what it has just sent.
 */
export class OwnRevisions {
  private readonly revisions = new Map<string, string>();
  private readonly pushes = new Set<Promise<unknown>>();

  /** Announces a push, so that its echo is not looked at before its answer. */
  pushing<T>(push: Promise<T>): Promise<T> {
    this.pushes.add(push);
    const done = () => void this.pushes.delete(push);
    push.then(done, done);
    return push;
  }

  add(answers: readonly { id: string; rev?: string }[]): void {
    for (const { id, rev } of answers) {
      if (!rev) continue;
      this.revisions.delete(id);
      this.revisions.set(id, rev);
    }
    for (const oldest of this.revisions.keys()) {
      if (this.revisions.size <= mostRemembered) break;
      this.revisions.delete(oldest);
    }
  }

  /** The rows that somebody else caused, as far as is known once the pushes on their way are answered. */
  async foreign<R extends ChangeRow>(rows: readonly R[]): Promise<R[]> {
    await Promise.allSettled(this.pushes);
    return rows.filter(({ id, changes }) => changes.length !== 1 || this.revisions.get(id) !== changes[0]?.rev);
  }
}
