import { setTimeout as pause } from 'node:timers/promises';
import type { RxCollection, RxError, RxTypeError, WithDeleted } from 'rxdb';
import { cancelRxStorageReplication } from 'rxdb';
import { type RxCouchDBReplicationState, replicateCouchDB } from 'rxdb/plugins/replication-couchdb';
import type { Plain } from '../../../shared/sync/canonical.ts';
import type { ReplicatedCollection } from '../../../shared/sync/collections.ts';
import { type CollectionSyncProgress, waitingCountLimit } from '../../../shared/sync/state.ts';
import { type AnyCollectionDefinition, isoNow, type Kernel, StorageError } from '../kernel/index.ts';
import { type ConflictInput, mergeConflict } from './conflict-handler.ts';
import { type Connection, concernsAll } from './connection.ts';
import { couchFetch, type Operation } from './couch-fetch.ts';
import { databaseName, openDatabase } from './databases.ts';
import { HeadOfficeError, HeadOfficeSilence } from './head-office-error.ts';
import type { Incoming } from './incoming.ts';
import { recordMerge } from './record-merge.ts';
import type { SyncMemory } from './sync-state-table.ts';

export interface CollectionSyncParts {
  readonly kernel: Kernel;
  readonly definition: AnyCollectionDefinition;
  readonly connection: Connection;
  readonly incoming: Incoming;
  readonly memory: SyncMemory;
  /** Between two tries after a failure on this side (a full disk) or of a database at head office; default 5 000 ms. */
  readonly restartDelayMs?: number;
  /** Head office gives a sign of life this often while there is nothing to tell; default 4 000 ms. */
  readonly heartbeatMs?: number;
}

/** Documents in one exchange; chunks of files are a thousand times larger than the rest. */
const batchSizes: Partial<Record<ReplicatedCollection, number>> = { blobs: 8 };
const defaultBatchSize = 500;
const defaultHeartbeatMs = 4_000;
/** So many heartbeats have to stay away before head office is asked whether it is there. */
const missedHeartbeats = 3;
/** At most so often is it written down that everything was on both sides. */
const rememberEveryMs = 30_000;

type Replication = RxCouchDBReplicationState<unknown>;

/** The replication of one collection: keeps RxDB's replication going with the right database, and tells how it is. */
export class CollectionSync {
  readonly name: ReplicatedCollection;
  private readonly parts: CollectionSyncParts;
  private readonly database: string;
  private replication: Replication | undefined;
  private databaseId: string | undefined;
  private lastSyncAt: string | undefined;
  private rememberedAt = 0;
  /** What is failing now, by what failed. */
  private readonly troubles = new Map<Operation | 'begin' | 'write', HeadOfficeError>();
  /** The connection's epoch for which the database was last checked. */
  private checkedEpoch = -1;
  private checking: Promise<void> | undefined;
  /** Starting over waits in line: never two at once. */
  private turning: Promise<void>;
  private closed = false;

  constructor(parts: CollectionSyncParts) {
    this.parts = parts;
    this.name = parts.definition.name as ReplicatedCollection;
    this.database = databaseName(parts.kernel.needIdentity().labId, this.name);
    const remembered = parts.memory.read(this.name);
    this.databaseId = remembered.databaseId;
    this.lastSyncAt = remembered.lastSyncAt;
    this.turning = this.begin();
  }

  /** How it is now. */
  progress(): CollectionSyncProgress {
    const { connection, kernel } = this.parts;
    const problem = connection.problem ?? this.troubles.values().next().value;
    const state = problem?.state ?? (this.isIdle() ? 'synced' : connection.isUp ? 'syncing' : 'connecting');
    if (state === 'synced') this.lastSyncAt = isoNow(kernel.clock);
    return {
      name: this.name,
      state,
      lastSyncAt: this.lastSyncAt,
      waiting: state === 'synced' ? 0 : this.countWaiting(),
      message: problem?.message,
      remedy: problem?.remedy,
    };
  }

  /** Looks at both sides again, as a person who presses "now" expects. */
  now(): void {
    this.checkedEpoch = -1;
    this.replication?.reSync();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.remember();
    await this.turning;
    await this.replication?.cancel();
  }

  private isIdle(): boolean {
    const inner = this.replication?.internalReplicationState;
    if (!inner || !this.parts.connection.isUp) return false;
    const { firstSyncDone, events } = inner;
    const done = firstSyncDone.up.getValue() && firstSyncDone.down.getValue();
    return done && !events.active.up.getValue() && !events.active.down.getValue();
  }

  /** Documents written after the last push; the index on the sequence number serves it. */
  private countWaiting(): number {
    const checkpoint = this.replication?.internalReplicationState?.lastCheckpointDoc.up?.checkpointData as
      | { sequence?: number }
      | undefined;
    const { engine } = this.parts.kernel.database;
    const sql = `SELECT count(*) AS waiting FROM (SELECT 1 FROM ${engine.tableOf(this.name)} WHERE seq > ? LIMIT ?)`;
    const [row] = engine.all(sql, checkpoint?.sequence ?? 0, waitingCountLimit);
    return Number(row?.waiting ?? 0);
  }

  /** Begins with the database known from before, also while head office is away, or with the one that is found. */
  private async begin(): Promise<void> {
    while (!this.closed && !this.databaseId) {
      try {
        this.databaseId = await this.findDatabase();
        this.remember();
      } catch (error) {
        if (this.closed) return;
        this.tell('begin', asTrouble(error));
        await this.waitBeforeRestart();
      }
    }
    if (this.closed || !this.databaseId) return;
    this.replication = this.replicate(this.databaseId);
  }

  private async findDatabase(): Promise<string> {
    const { connection, definition } = this.parts;
    const { epoch } = connection;
    const id = await openDatabase(connection, this.database, definition.version);
    this.checkedEpoch = epoch;
    return id;
  }

  private replicate(databaseId: string): Replication {
    this.troubles.clear();
    const { kernel, connection, incoming, heartbeatMs = defaultHeartbeatMs } = this.parts;
    const batchSize = batchSizes[this.name] ?? defaultBatchSize;
    const replication = replicateCouchDB<unknown>({
      collection: kernel.database.collections[this.name] as unknown as RxCollection<unknown>,
      replicationIdentifier: `head-office-${databaseId}`,
      url: `${this.database}/`,
      fetch: couchFetch({
        connection,
        database: this.database,
        incoming,
        verified: () => this.verified(),
        onOutcome: (operation, error) => this.tell(operation, error),
        streamIdleMs: missedHeartbeats * heartbeatMs,
      }),
      live: true,
      waitForLeadership: false,
      // The connection's gate and the fetch's own delays space out what is tried again.
      retryTime: 50,
      pull: { batchSize, heartbeat: heartbeatMs },
      push: {
        batchSize,
        modifier: (document) => (incoming.leaves(document as Plain) ? document : null) as WithDeleted<unknown>,
      },
    });
    replication.error$.subscribe((error) => this.onReplicationError(replication, error));
    replication.conflict$.subscribe(({ input }) => this.onMerged(input));
    replication.active$.subscribe((active) => {
      if (!active && this.isIdle()) this.onIdle();
    });
    return replication;
  }

  /** Whether it is still the same database, asked once each time the line was found again. */
  private async verified(): Promise<boolean> {
    if (this.checkedEpoch === this.parts.connection.epoch) return true;
    this.checking ??= this.check().finally(() => {
      this.checking = undefined;
    });
    await this.checking;
    return false;
  }

  private async check(): Promise<void> {
    const found = await this.findDatabase();
    if (found === this.databaseId) return;
    this.parts.kernel.log.warn({ collection: this.name }, 'the database at head office was begun anew');
    this.startOver(found);
    const message = `The database ${this.database} at head office was begun anew.`;
    throw new HeadOfficeError('error', message, 'Everything is replicated again by itself.');
  }

  /** Drops what was exchanged with a database that is gone, and exchanges everything with the new one. */
  private startOver(databaseId: string): void {
    const old = this.replication;
    this.replication = undefined;
    this.turning = this.turning.then(async () => {
      await old?.remove();
      if (this.closed) return;
      this.databaseId = databaseId;
      this.remember();
      this.replication = this.replicate(databaseId);
    });
  }

  private tell(what: Operation | 'begin' | 'write', error?: HeadOfficeError): void {
    // The database went away while the line stayed up.
    if (error?.status === 404) this.checkedEpoch = -1;
    if (error && this.troubles.size === 0) {
      this.remember();
      this.parts.kernel.log.warn({ collection: this.name, state: error.state, status: error.status }, error.message);
    }
    // What concerns all collections is the connection's to tell, and to take back.
    if (error && !concernsAll(error)) this.troubles.set(what, error);
    else this.troubles.delete(what);
  }

  /**
   * Failures of head office were told by the fetch already. What is left is a failure on this side: documents that could
   * not be written. RxDB would go on with the next batch and its checkpoint would pass them by, so the replication ends
   * in this very moment and begins again at its last checkpoint.
   */
  private onReplicationError(replication: Replication, error: RxError | RxTypeError): void {
    if (isFromFetch(error) || replication !== this.replication) return;
    const inner = replication.internalReplicationState;
    if (inner) void cancelRxStorageReplication(inner);
    this.parts.kernel.log.error(
      { collection: this.name, err: error },
      'replication failed on this side, will begin again',
    );
    this.tell('write', localTrouble(error));
    this.replication = undefined;
    this.turning = this.turning.then(async () => {
      await replication.cancel();
      await this.waitBeforeRestart();
      if (!this.closed && this.databaseId) this.replication = this.replicate(this.databaseId);
    });
  }

  private onMerged(input: ConflictInput): void {
    try {
      if (this.parts.incoming.fault(input.realMasterState as Plain)) return;
      const { losses } = mergeConflict(this.name, input);
      recordMerge(this.parts.kernel, this.name, input.newDocumentState as Plain, losses);
    } catch (error) {
      this.parts.kernel.log.error({ collection: this.name, err: error }, 'a merge could not be recorded');
    }
  }

  private onIdle(): void {
    this.lastSyncAt = isoNow(this.parts.kernel.clock);
    if (performance.now() - this.rememberedAt > rememberEveryMs) this.remember();
  }

  private remember(): void {
    if (this.isIdle()) this.lastSyncAt = isoNow(this.parts.kernel.clock);
    this.rememberedAt = performance.now();
    try {
      this.parts.memory.write(this.name, { databaseId: this.databaseId, lastSyncAt: this.lastSyncAt });
    } catch (error) {
      this.parts.kernel.log.warn(
        { collection: this.name, err: error },
        'the time of the last replication was not noted',
      );
    }
  }

  private async waitBeforeRestart(): Promise<void> {
    const { connection, restartDelayMs = 5_000 } = this.parts;
    await pause(restartDelayMs, undefined, { signal: connection.signal, ref: false }).catch(() => undefined);
  }
}

function isFromFetch(error: RxError | RxTypeError): boolean {
  const { code, parameters } = error as { code?: string; parameters?: object };
  if (code === 'RC_STREAM') return true;
  return (code === 'RC_PULL' || code === 'RC_PUSH') && parameters !== undefined && 'errors' in parameters;
}

function localTrouble(error: unknown): HeadOfficeError {
  if (error instanceof StorageError) return new HeadOfficeError('error', error.message, error.remedy);
  const message = 'What head office sent could not be written here.';
  return new HeadOfficeError(
    'error',
    message,
    'It is tried again by itself. If it stays, look at the log and the disk.',
  );
}

function asTrouble(error: unknown): HeadOfficeError {
  if (error instanceof HeadOfficeSilence) return error.asTrouble('open a database');
  return error instanceof HeadOfficeError ? error : localTrouble(error);
}
