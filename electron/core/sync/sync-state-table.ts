import type { ReplicatedCollection } from '../../../shared/sync/collections.ts';
import type { Kernel } from '../kernel/index.ts';

/** What a station remembers of a collection's exchange with head office. */
export interface RememberedSync {
  /** Id of the database that it was last exchanged with. */
  databaseId?: string;
  /** When everything was last on both sides. */
  lastSyncAt?: string;
}

/** The memory of replication beside RxDB's own checkpoints. */
export class SyncMemory {
  private readonly engine: Kernel['database']['engine'];

  constructor(kernel: Kernel) {
    this.engine = kernel.database.engine;
    this.engine.ensureTables(
      'CREATE TABLE IF NOT EXISTS sync_state (collection TEXT PRIMARY KEY, databaseId TEXT, lastSyncAt TEXT) WITHOUT ROWID',
    );
  }

  read(collection: ReplicatedCollection): RememberedSync {
    const [row] = this.engine.all('SELECT databaseId, lastSyncAt FROM sync_state WHERE collection=?', collection);
    const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
    return { databaseId: text(row?.databaseId), lastSyncAt: text(row?.lastSyncAt) };
  }

  write(
    collection: ReplicatedCollection,
    { databaseId = null, lastSyncAt = null }: { [K in keyof RememberedSync]: RememberedSync[K] | null },
  ): void {
    this.engine.commit((transaction) =>
      transaction.run('INSERT OR REPLACE INTO sync_state VALUES (?, ?, ?)', collection, databaseId, lastSyncAt),
    );
  }
}
