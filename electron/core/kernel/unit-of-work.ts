import { type BulkWriteRow, createRevision, type RxDocumentData, now as storageNow } from 'rxdb';
import type { ActivityAction } from '../../../shared/activity/actions.ts';
import type { Job } from '../../../shared/communications/job.ts';
import type { NewDocument, Stored } from '../../../shared/kernel/document.ts';
import { newId } from '../../../shared/kernel/id.ts';
import { type ActivityEntry, appendActivities } from './activity-chain.ts';
import { type Clock, isoNow } from './clock.ts';
import type { CollectionName, Documents } from './documents.ts';
import { conflict, LabError } from './errors.ts';
import { type ReadSource, ScopedReads } from './reads.ts';
import type { Session } from './sessions.ts';
import type { EngineTransaction, SqliteEngine } from './storage/index.ts';

/** What a use case says of a job; the rest is filled in. */
export type NewJob = Pick<Job, 'channel' | 'title' | 'payload'> & Partial<Pick<Job, 'subject' | 'maxAttempts'>>;

/** A change of some fields. A field given as undefined is removed. */
export type Change<D> = { [K in keyof D]?: D[K] | undefined };

const ddl = 'CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID';

/** Creates the tables of the unit of work. */
export function installUnitOfWork(engine: SqliteEngine): void {
  engine.ensureTables(ddl);
}

/**
 * One use case's writes: documents, its activity entry, its jobs and its numbers in a single transaction. The body runs
 * inside BEGIN IMMEDIATE … COMMIT and is synchronous by type, so nothing outside the database can happen in it; a throw
 * leaves nothing behind. What must follow is done by followers of the committed changes.
 */
export class Work extends ScopedReads {
  readonly session: Session;
  /** The commit's time, the same on every document of it. */
  readonly now: string;
  private readonly transaction: EngineTransaction;
  private readonly token: string;

  constructor(source: ReadSource, session: Session, clock: Clock, transaction: EngineTransaction, token: string) {
    super(source, session.labId);
    this.session = session;
    this.now = isoNow(clock);
    this.transaction = transaction;
    this.token = token;
  }

  /** Inserts a document and returns it as stored. */
  insert<N extends CollectionName, D extends Documents[N] = Documents[N]>(
    collection: N,
    document: NewDocument<D>,
  ): Stored<D> {
    return this.insertMany<N, D>(collection, [document])[0] as Stored<D>;
  }

  /** Inserts documents in one write. */
  insertMany<N extends CollectionName, D extends Documents[N] = Documents[N]>(
    collection: N,
    documents: readonly NewDocument<D>[],
  ): Stored<D>[] {
    const meta = { lwt: storageNow() };
    const revision = `1-${this.token}`;
    const { actorId, stationId } = this.session;
    const rows = documents.map((document) => ({
      document: {
        ...document,
        id: document.id ?? newId(),
        labId: this.labId,
        createdAt: this.now,
        createdBy: actorId,
        updatedAt: this.now,
        updatedBy: actorId,
        stationId,
        _deleted: false,
        _attachments: {},
        _meta: meta,
        _rev: revision,
      },
    }));
    this.write(collection, rows as unknown as BulkWriteRow<D>[]);
    return rows.map((row) => row.document) as unknown as Stored<D>[];
  }

  /**
   * Changes fields of a document as it was read. Throws the typed conflict error when its revision is no longer the
   * current one; the unit of work then rolls back whole.
   */
  update<N extends CollectionName, D extends Documents[N]>(
    collection: N,
    current: Stored<D>,
    change: Change<D>,
  ): Stored<D> {
    return this.updateMany<N, D>(collection, [{ current, change }])[0] as Stored<D>;
  }

  /** Changes documents in one write. */
  updateMany<N extends CollectionName, D extends Documents[N]>(
    collection: N,
    changes: readonly { current: Stored<D>; change: Change<D> }[],
  ): Stored<D>[] {
    const rows = changes.map(({ current, change }) => {
      const previous = current as unknown as RxDocumentData<D>;
      const document = { ...previous, ...change, updatedAt: this.now, updatedBy: this.session.actorId };
      for (const [field, value] of Object.entries(change)) {
        if (value === undefined) delete (document as Record<string, unknown>)[field];
      }
      document._meta = { ...previous._meta, lwt: storageNow() };
      document._rev = createRevision(this.token, previous);
      return { previous, document: document as RxDocumentData<D> };
    });
    this.write(collection, rows as BulkWriteRow<D>[]);
    return rows.map((row) => row.document) as unknown as Stored<D>[];
  }

  /** Deletes a document as it was read; a tombstone stays for head office. */
  remove<N extends CollectionName, D extends Documents[N]>(collection: N, current: Stored<D>): void {
    this.update<N, D>(collection, current, { _deleted: true } as unknown as Change<D>);
  }

  /**
   * The next number of a sequence of this station, from 1. Taken inside the transaction: a roll-back leaves no gap.
   */
  nextNumber(sequence: string): number {
    return this.nextNumbers(sequence, 1);
  }

  /** Takes the next `count` numbers of a sequence of this station and returns the first of them. */
  nextNumbers(sequence: string, count: number): number {
    const [row] = this.transaction.all(
      `INSERT INTO counters VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = value + ?2
       RETURNING value - ?2 + 1 AS first`,
      `${this.labId}/${this.session.stationId}/${sequence}`,
      count,
    );
    return Number(row?.first);
  }

  /** Adds the use case's activity entry (reference: add_activity_log); part of the same commit. */
  record(action: ActivityAction, entry: ActivityEntry): void {
    this.recordMany(action, [entry]);
  }

  /** Adds an entry for each of many things that one use case did to as many documents, in one write. */
  recordMany(action: ActivityAction, entries: readonly ActivityEntry[]): void {
    this.insertMany('activity', appendActivities(this.transaction, this.session, this.now, action, entries));
  }

  /** Adds a job to the outbox (reference: FusionClient.queue_communication); part of the same commit. */
  enqueue(job: NewJob): Stored<Job> {
    return this.insert('jobs', {
      maxAttempts: 8,
      ...job,
      state: 'queued',
      attempts: [],
      nextAttemptAt: this.now,
    });
  }

  private write<D>(collection: CollectionName, rows: BulkWriteRow<D>[]): void {
    if (rows.length === 0) return;
    const [error] = this.transaction.bulkWrite(collection, rows, 'unit-of-work');
    if (!error) return;
    if (error.status === 409) throw conflict(collection, String(error.documentId));
    throw new LabError({
      kind: 'storage',
      message: `A document of ${collection} could not be written (status ${error.status})`,
      remedy: 'Try again; if it stays, look at the log.',
    });
  }
}
