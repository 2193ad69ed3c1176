import type { Kernel } from '../kernel/index.ts';

const day = 24 * 60 * 60_000;
/** How long a file that nobody names is kept: a station that was away may still bring the document that names it. */
const graceMs = 60 * day;
const everyMs = day;
const firstAfterMs = 10 * 60_000;
/** More changes than this during one search for names, and the files wait for the next one. */
const mostChanges = 2000;

/**
 * Takes files out of this station that no document names: sent and then discarded, or removed from where they were, longer ago than
 * the grace period. Any document counts, also a deleted one and what a merge remembers. Head office and other stations keep
 * what they have, so that no document that comes later loses its file for good; nothing is told to them.
 */
export class UnusedFiles {
  private readonly kernel: Kernel;
  private timer: NodeJS.Timeout | undefined;
  private searching: Promise<number> | undefined;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** Looks once a day, the first time when the start is over. */
  start(): void {
    this.timer = setTimeout(() => {
      this.collect().catch((error: unknown) => this.kernel.log.error({ err: error }, 'unused files stay for now'));
      this.timer = setInterval(() => void this.collect().catch(() => undefined), everyMs).unref();
    }, firstAfterMs).unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.searching?.catch(() => undefined);
  }

  /** Looks now; answers how many files went. */
  collect(): Promise<number> {
    this.searching ??= this.search().finally(() => {
      this.searching = undefined;
    });
    return this.searching;
  }

  private async search(): Promise<number> {
    const { kernel } = this;
    if (!kernel.identity) return 0;
    const { engine } = kernel.database;
    const since = engine.lastSequence();
    const candidates = await this.unnamed(await this.oldFiles());
    // Whoever named one of them meanwhile is among the latest changes.
    const collections = this.namingCollections();
    const changes = engine.changesSince(since, mostChanges, collections);
    if (changes.length === mostChanges) return 0;
    const news = JSON.stringify(changes.map(({ document }) => document));
    const unused = candidates.filter((sha256) => !news.includes(sha256));
    for (const sha256 of unused) await this.take(sha256);
    if (unused.length > 0) {
      kernel.change(kernel.systemSession('Unused files'), (work) =>
        work.record('files.collected', { values: { count: unused.length } }),
      );
    }
    return unused.length;
  }

  /** All of whose chunks are older than the grace period. */
  private async oldFiles(): Promise<string[]> {
    const { kernel } = this;
    const before = new Date(kernel.clock.now() - graceMs).toISOString();
    const rows = await kernel.readWorker.all(
      `SELECT data ->> '$.sha256' AS sha256 FROM ${kernel.database.engine.tableOf('blobs')}
       WHERE deleted = 0 GROUP BY 1 HAVING max(data ->> '$.createdAt') < ?`,
      before,
    );
    return rows.map((row) => String(row.sha256));
  }

  /** Of these those that stand in no document: each of them is read once, on the thread for long reads. */
  private async unnamed(files: readonly string[]): Promise<string[]> {
    const left = new Set(files);
    for (const collection of this.namingCollections()) {
      if (left.size === 0) break;
      const rows = await this.kernel.readWorker.all(
        `SELECT DISTINCT tree.atom AS sha256 FROM ${this.kernel.database.engine.tableOf(collection)} AS document,
           json_tree(document.data) AS tree
         WHERE document.data LIKE '%sha256%' AND length(tree.atom) = 64
           AND tree.atom IN (SELECT value FROM json_each(?))`,
        JSON.stringify([...left]),
      );
      for (const { sha256 } of rows) left.delete(String(sha256));
    }
    return [...left];
  }

  private namingCollections(): string[] {
    return this.kernel.database.definitions.map(({ name }) => name).filter((name) => name !== 'blobs');
  }

  private async take(sha256: string): Promise<void> {
    const { engine } = this.kernel.database;
    for (;;) {
      const chunk = this.kernel.reads().first('blobs', { selector: { sha256: { $eq: sha256 } } });
      if (!chunk) return;
      engine.commit((transaction) => transaction.purge('blobs', [chunk.id]), { flush: 'later' });
      await this.kernel.flushed();
    }
  }
}
