import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ChangeReader, type ReadChange } from './change-reader.ts';
import { entryOf } from './entries.ts';
import { IndexSet } from './index-set.ts';
import { indexOfCollection, type SearchedCollection, searchedCollections } from './indexes.ts';
import {
  newSnapshotFile,
  snapshotFile,
  type ThreadData,
  type ThreadState,
  type WordHits,
  type WordQuery,
} from './protocol.ts';
import { readSnapshot, type Snapshot, UnusableSnapshot, writeSnapshot } from './snapshot.ts';

const pageSize = 200;
/** A question waits for changes to be indexed only while there are few of them, and not for long. */
const shortBacklog = 2000;
const longestWait = 250;
const renamedAtOnce = 100;
const pauseAfterFailure = 60_000;

/** What the keeper tells its owner. */
export interface KeeperEvents {
  /** Called on every change of phase and at times while building. */
  state(state: ThreadState): void;
  /** A new snapshot lies in `newSnapshotFile`; resolves once it has taken the old one's place. */
  keep(token: string): Promise<void>;
}

/**
 * Keeps the word indexes in step with the database: loads the snapshot, reads what was committed since (all of it where
 * there is no usable snapshot), follows further commits, answers questions, writes snapshots. Lives in the search thread.
 *
 * The snapshot's own positions are the only checkpoint there is, so none can be ahead of what is on disk.
 */
export class Keeper {
  private readonly options: ThreadData;
  private readonly events: KeeperEvents;
  private readonly reader: ChangeReader;
  private indexes = new IndexSet();
  private readonly positions: Record<SearchedCollection, number>;
  private target: number;
  private phase: ThreadState['state'] = 'loading';
  private origin: ThreadState['origin'] = { from: 'nothing', milliseconds: 0 };
  private saved = 0;
  private unsaved = 0;
  private error: string | undefined;
  /** Whoever reads changes or takes a picture of the indexes; never two at a time. */
  private busy: Promise<void> | undefined;
  private writing: Promise<void> | undefined;
  private noSavingBefore = 0;
  private stopping = false;

  constructor(options: ThreadData, events: KeeperEvents) {
    this.options = options;
    this.events = events;
    this.target = options.sequence;
    this.positions = Object.fromEntries(searchedCollections.map((name) => [name, 0])) as Keeper['positions'];
    this.reader = new ChangeReader(options.file, options.tables);
  }

  /** Sequence number up to which everything committed is in the indexes. */
  get position(): number {
    return Math.min(...Object.values(this.positions));
  }

  /** Loads the snapshot where there is a usable one. */
  load(): void {
    const started = performance.now();
    const file = join(this.options.folder, snapshotFile);
    try {
      if (existsSync(file)) this.restore(readSnapshot(file));
    } catch (error) {
      if (!(error instanceof UnusableSnapshot)) throw error;
      this.origin = { from: 'rebuild', reason: `The snapshot is ${error.message}`, milliseconds: 0 };
    }
    this.origin.milliseconds = performance.now() - started;
    this.phase = 'building';
    this.events.state(this.state());
  }

  /** Resolves when everything up to this sequence number is in the indexes. */
  async follow(sequence: number): Promise<void> {
    this.target = Math.max(this.target, sequence);
    while (this.position < sequence && !this.stopping) {
      if (this.busy) await this.busy.catch(() => undefined);
      else await this.alone(() => this.catchUp());
    }
    if (this.phase === 'building' && this.position >= this.options.sequence) this.phase = 'ready';
    this.events.state(this.state());
  }

  /** Ids by index, best first. Waits a little for the latest commits; says whether they are in the answer. */
  async query({ sequence, labId, text, limit, indexes }: WordQuery): Promise<WordHits> {
    if (this.position < sequence && sequence - this.position < shortBacklog) await this.wait(this.follow(sequence));
    const complete = this.position >= sequence;
    return { hits: this.indexes.search(indexes, labId, text, limit), complete };
  }

  /** Writes a snapshot if anything changed since the last one. */
  async save(): Promise<void> {
    await this.writing;
    if (this.unsaved > 0) await this.alone(() => this.beginSaving());
    await this.writing;
  }

  /** Stops reading, writes a last snapshot, closes the database. */
  async close(): Promise<void> {
    this.stopping = true;
    await this.save();
    this.reader.close();
  }

  state(): ThreadState {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const sum = searchedCollections.reduce((total, name) => total + Math.min(this.positions[name], this.target), 0);
    return {
      state: this.phase,
      progress: this.target === 0 ? 1 : sum / (this.target * searchedCollections.length),
      entries: this.entries(),
      indexes: this.indexes.sizes,
      words: this.indexes.words,
      position: this.position,
      origin: this.origin,
      saved: this.saved,
      memory: { heap: heapUsed, arrays: arrayBuffers },
      error: this.error,
    };
  }

  private restore({ token, positions, data }: Snapshot): void {
    // A database restored from a backup has another history from the backup on, under the same sequence numbers.
    if (!this.options.tokens.includes(token)) throw new UnusableSnapshot('not of this database');
    if (Math.max(...Object.values(positions)) > this.options.sequence)
      throw new UnusableSnapshot('newer than the database');
    try {
      this.indexes = new IndexSet(data);
    } catch (error) {
      throw new UnusableSnapshot(`damaged: ${error instanceof Error ? error.message : String(error)}`);
    }
    Object.assign(this.positions, positions);
    this.saved = this.position;
    this.origin = { from: 'snapshot', milliseconds: 0 };
  }

  private async catchUp(): Promise<void> {
    const upTo = this.target;
    for (const collection of searchedCollections) {
      while (this.positions[collection] < upTo && !this.stopping) {
        const page = this.reader.changes(collection, this.positions[collection], upTo, pageSize);
        this.apply(collection, page);
        const full = page.length === pageSize;
        this.positions[collection] = (full && page.at(-1)?.sequence) || upTo;
        if (!full) continue;
        this.indexes.tidy();
        if (this.saveDue()) await this.beginSaving();
        this.events.state(this.state());
        // Questions are answered between the pages of a long catch-up.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    this.indexes.tidy();
    if (this.saveDue()) await this.beginSaving();
  }

  private apply(collection: SearchedCollection, page: readonly ReadChange[]): void {
    const index = indexOfCollection[collection];
    const entries = page.map(({ deleted, document }) => (deleted ? undefined : entryOf(collection, document)));
    const names = this.reader.patientNames(entries.flatMap((entry) => entry?.patientId ?? []));
    const renamed = new Map<string, string[]>();
    for (const [place, { id, document }] of page.entries()) {
      const entry = entries[place];
      const name = entry?.patientId === undefined ? '' : (names.get(entry.patientId) ?? '');
      const changed = entry
        ? this.indexes.set(index, id, entry.labId, `${name} ${entry.text}`)
        : this.indexes.remove(index, id);
      if (!changed) continue;
      this.unsaved++;
      const { labId } = document;
      if (collection === 'patients') renamed.set(labId, [...(renamed.get(labId) ?? []), id]);
    }
    // Before any report was read there is none whose patient's name could have become another.
    if (this.positions.reports === 0) return;
    for (const [labId, ids] of renamed) {
      for (let from = 0; from < ids.length; from += renamedAtOnce) {
        this.apply('reports', [...this.reader.reportsOf(labId, ids.slice(from, from + renamedAtOnce))]);
      }
    }
  }

  private saveDue(): boolean {
    if (this.stopping || this.writing || performance.now() < this.noSavingBefore) return false;
    // Half-built indexes are saved at each doubling only: a build that is cut short then goes on from there.
    const part = this.phase === 'ready' ? 10 : 2;
    return this.unsaved >= Math.max(this.options.saving.afterChanges, this.entries() / part);
  }

  private entries(): number {
    return Object.values(this.indexes.sizes).reduce((sum, size) => sum + size, 0);
  }

  /** Takes a picture of the indexes, then writes it beside whatever comes next. */
  private async beginSaving(): Promise<void> {
    if (this.writing) return;
    const snapshot = { token: randomUUID(), positions: { ...this.positions }, data: await this.indexes.data() };
    const position = this.position;
    const changes = this.unsaved;
    this.unsaved = 0;
    this.writing = this.write(snapshot)
      .then(() => {
        this.saved = position;
        this.error = undefined;
      })
      .catch((error: unknown) => {
        // The index itself is sound, and a full disk is not helped by trying at every change.
        this.unsaved += changes;
        this.noSavingBefore = performance.now() + pauseAfterFailure;
        this.error = `The search snapshot could not be written: ${error instanceof Error ? error.message : String(error)}`;
      })
      .finally(() => {
        this.writing = undefined;
        this.events.state(this.state());
      });
  }

  private async write(snapshot: Snapshot): Promise<void> {
    await writeSnapshot(join(this.options.folder, newSnapshotFile), snapshot);
    await this.events.keep(snapshot.token);
  }

  private async alone(work: () => Promise<void>): Promise<void> {
    while (this.busy) await this.busy.catch(() => undefined);
    this.busy = work().finally(() => {
      this.busy = undefined;
    });
    await this.busy;
  }

  private async wait(work: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, longestWait);
    });
    // Whatever goes wrong with reading shows in `complete`, and to the follower that waits for the same changes.
    await Promise.race([work.catch(() => undefined), limit]);
    clearTimeout(timer);
  }
}
