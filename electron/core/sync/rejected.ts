import type { Page, PageInput } from '../../../shared/kernel/page.ts';
import type { ReplicatedCollection } from '../../../shared/sync/collections.ts';
import type { RejectedDocument } from '../../../shared/sync/state.ts';
import { type Clock, invalid, isoNow, type Kernel } from '../kernel/index.ts';

type Engine = Kernel['database']['engine'];

/** The oldest go when a hostile or broken head office sends more than this. */
const mostKept = 10_000;
const longestDocument = 200_000;

/**
 * Documents of head office that are not taken over because something is wrong with them: kept aside, shown to a person,
 * and forgotten when the same document arrives in order. They never stop the others.
 */
export class RejectedDocuments {
  private readonly engine: Engine;
  private readonly clock: Clock;
  /** What is in the table, so that the many good documents cost no look-up. */
  private readonly known: Set<string>;

  constructor(engine: Engine, clock: Clock) {
    this.engine = engine;
    this.clock = clock;
    engine.ensureTables(
      `CREATE TABLE IF NOT EXISTS sync_rejected (collection TEXT NOT NULL, id TEXT NOT NULL, reason TEXT NOT NULL,
       document TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (collection, id)) WITHOUT ROWID`,
    );
    this.known = new Set(
      engine.all('SELECT collection, id FROM sync_rejected').map((row) => `${row.collection}/${row.id}`),
    );
  }

  get count(): number {
    return this.known.size;
  }

  /** Puts documents aside, in one commit. One that is there already is replaced. */
  keep(
    collection: ReplicatedCollection,
    documents: readonly { id: string; reason: string; document: unknown }[],
  ): void {
    const fresh = documents.filter(
      ({ id, reason, document }) => !this.isKept(collection, id, reason, textOf(document)),
    );
    if (fresh.length === 0) return;
    const at = isoNow(this.clock);
    this.engine.commit((transaction) => {
      for (const { id, reason, document } of fresh) {
        const text = textOf(document);
        transaction.run(
          'INSERT OR REPLACE INTO sync_rejected VALUES (?, ?, ?, ?, ?)',
          collection,
          id,
          reason,
          text,
          at,
        );
      }
    });
    for (const { id } of fresh) this.known.add(`${collection}/${id}`);
    if (this.known.size > mostKept) this.dropOldest();
  }

  /** The documents arrived in order now. */
  forget(collection: ReplicatedCollection, ids: readonly string[]): void {
    const gone = this.known.size === 0 ? [] : ids.filter((id) => this.known.has(`${collection}/${id}`));
    if (gone.length === 0) return;
    this.engine.commit((transaction) => {
      for (const id of gone) transaction.run('DELETE FROM sync_rejected WHERE collection=? AND id=?', collection, id);
    });
    for (const id of gone) this.known.delete(`${collection}/${id}`);
  }

  /** One page, by collection and id. */
  list({ cursor, limit }: PageInput): Page<RejectedDocument> {
    const [collection, id] = readCursor(cursor);
    const rows = this.engine.all(
      `SELECT collection, id, reason, document, at FROM sync_rejected WHERE (collection, id) > (?, ?)
       ORDER BY collection, id LIMIT ?`,
      collection,
      id,
      limit + 1,
    ) as unknown as RejectedDocument[];
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return rows.length > limit && last ? { rows: page, nextCursor: `${last.collection}/${last.id}` } : { rows: page };
  }

  /** The same document with the same fault comes with every reconnection: that is no news. */
  private isKept(collection: ReplicatedCollection, id: string, reason: string, document: string): boolean {
    if (!this.known.has(`${collection}/${id}`)) return false;
    const [row] = this.engine.all(
      'SELECT reason, document FROM sync_rejected WHERE collection=? AND id=?',
      collection,
      id,
    );
    return row?.reason === reason && row.document === document;
  }

  private dropOldest(): void {
    const old = this.engine.all(
      'SELECT collection, id FROM sync_rejected ORDER BY at DESC LIMIT -1 OFFSET ?',
      mostKept,
    );
    this.engine.commit((transaction) => {
      for (const { collection, id } of old) {
        transaction.run('DELETE FROM sync_rejected WHERE collection=? AND id=?', collection ?? '', id ?? '');
        this.known.delete(`${collection}/${id}`);
      }
    });
  }
}

function textOf(document: unknown): string {
  return (JSON.stringify(document) ?? 'null').slice(0, longestDocument);
}

function readCursor(cursor: string | undefined): [collection: string, id: string] {
  if (cursor === undefined) return ['', ''];
  const slash = cursor.indexOf('/');
  if (slash < 0)
    throw invalid('cursor', 'malformed', 'The page marker is not one of ours', 'Begin again with the first page.');
  return [cursor.slice(0, slash), cursor.slice(slash + 1)];
}
