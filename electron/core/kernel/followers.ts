import type { Logger } from 'pino';
import type { CollectionName } from './documents.ts';
import type { SequencedDocument, SqliteEngine } from './storage/index.ts';

/**
 * Something that must happen after commits: search, live screens, jobs. It is handed committed changes in commit order,
 * each document in its latest state, and may take its time; a commit never waits for it.
 */
export interface Follower {
  /** Names its checkpoint on disk. */
  readonly name: string;
  readonly collections: readonly CollectionName[];
  /** How many changes at most in one call. */
  readonly batch?: number;
  /**
   * Where to begin when there is no checkpoint: at the first document, or with what comes from now on. `now` also
   * means that no checkpoint is kept, since what follows lives in memory only.
   */
  readonly from: 'beginning' | 'now';
  /**
   * Handles a batch. When it throws or rejects, the same batch comes again after a pause, so it must be harmless to
   * see a change twice.
   */
  handle(changes: readonly SequencedDocument[]): Promise<void> | void;
}

/** How far a follower is. */
export interface FollowerState {
  name: string;
  /** Sequence number it has handled. */
  position: number;
  /** How many commits' rows it may still have to look at. */
  behind: number;
  error?: string;
}

interface Running {
  readonly follower: Follower;
  position: number;
  /** What is on disk; behind `position` for a moment. Undefined where no checkpoint is kept. */
  saved: number | undefined;
  busy: boolean;
  failures: number;
  error: string | undefined;
  retry: NodeJS.Timeout | undefined;
  done: Promise<void>;
}

const ddl = 'CREATE TABLE IF NOT EXISTS followers (name TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID';
const defaultBatch = 500;
const longestPause = 30_000;
/**
 * Checkpoints wait that long for each other, in milliseconds: each would be a flush of the disk of its own, in the way of
 * the commits that people and analyzers wait for. After a crash the changes of that time are seen twice.
 */
const checkpointDelay = 500;

/** The one mechanism that derives from what was committed. Each follower catches up from its own durable checkpoint. */
export class Followers {
  private readonly engine: SqliteEngine;
  private readonly log: Logger;
  private readonly running = new Map<string, Running>();
  private readonly stop: () => void;
  private closed = false;
  private scheduled = false;
  private checkpointTimer: NodeJS.Timeout | undefined;

  constructor(engine: SqliteEngine, log: Logger) {
    this.engine = engine;
    this.log = log;
    engine.ensureTables(ddl);
    this.stop = engine.onCommit(() => this.wakeSoon());
  }

  /** Starts a follower; it begins to catch up at once. */
  add(follower: Follower): void {
    if (this.running.has(follower.name)) throw new Error(`A follower named ${follower.name} exists already`);
    const [row] = this.engine.all('SELECT sequence FROM followers WHERE name=?', follower.name);
    const start = follower.from === 'now' ? this.engine.lastSequence() : 0;
    const position = follower.from === 'beginning' && row ? Number(row.sequence) : start;
    this.running.set(follower.name, {
      follower,
      position,
      saved: follower.from === 'now' ? undefined : position,
      busy: false,
      failures: 0,
      error: undefined,
      retry: undefined,
      done: Promise.resolve(),
    });
    this.wakeSoon();
  }

  /** How far each is; for the screen and for tests. */
  states(): FollowerState[] {
    const last = this.engine.lastSequence();
    return [...this.running.values()].map(({ follower, position, error }) => ({
      name: follower.name,
      position,
      behind: last - position,
      error,
    }));
  }

  /** Resolves when every follower has handled all that is committed now; rejects when one is failing. */
  async settled(): Promise<void> {
    const target = this.engine.lastSequence();
    for (const state of this.running.values()) {
      while (state.position < target) {
        if (state.error) throw new Error(`Follower ${state.follower.name}: ${state.error}`);
        this.wake(state);
        await state.done;
      }
    }
  }

  /** Stops after the batches in hand; where each is stands on disk then. */
  async close(): Promise<void> {
    this.closed = true;
    this.stop();
    for (const state of this.running.values()) clearTimeout(state.retry);
    await Promise.all([...this.running.values()].map((state) => state.done));
    this.saveCheckpoints();
  }

  /** Commits come in bursts; one look at them afterwards is enough. */
  private wakeSoon(): void {
    if (this.scheduled || this.closed) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      for (const state of this.running.values()) this.wake(state);
    });
  }

  private wake(state: Running): void {
    if (state.busy || state.retry || this.closed) return;
    state.busy = true;
    state.done = this.catchUp(state).finally(() => {
      state.busy = false;
    });
  }

  private async catchUp(state: Running): Promise<void> {
    const { follower } = state;
    const batch = follower.batch ?? defaultBatch;
    try {
      while (!this.closed && state.position < this.engine.lastSequence()) {
        const upTo = this.engine.lastSequence();
        const changes = this.engine.changesSince(state.position, batch, follower.collections);
        if (changes.length > 0) await follower.handle(changes);
        const last = changes.at(-1);
        this.advance(state, changes.length < batch || !last ? upTo : last.sequence, changes.length > 0);
        // Between batches the thread is given back, so that a long catch-up blocks nobody.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      this.pause(state, error);
    }
  }

  private advance(state: Running, position: number, handledAny: boolean): void {
    state.position = position;
    state.failures = 0;
    state.error = undefined;
    // Skipping over changes of other collections is not worth a durable write: after a crash they are skipped again.
    if (state.saved === undefined || !handledAny || this.checkpointTimer) return;
    this.checkpointTimer = setTimeout(() => this.saveCheckpoints(), checkpointDelay);
    this.checkpointTimer.unref();
  }

  /** Writes where the followers are, all in one commit. One that fails is tried again with the next. */
  private saveCheckpoints(): void {
    clearTimeout(this.checkpointTimer);
    this.checkpointTimer = undefined;
    const moved = [...this.running.values()].filter(({ saved, position }) => saved !== undefined && saved < position);
    if (moved.length === 0) return;
    try {
      this.engine.commit((transaction) => {
        for (const { follower, position } of moved) {
          transaction.run('INSERT OR REPLACE INTO followers VALUES (?, ?)', follower.name, position);
        }
      });
      for (const state of moved) state.saved = state.position;
    } catch (error) {
      this.log.error({ err: error }, 'the positions of the followers could not be saved');
    }
  }

  private pause(state: Running, error: unknown): void {
    state.failures++;
    state.error = error instanceof Error ? error.message : String(error);
    const pause = Math.min(longestPause, 200 * 2 ** (state.failures - 1));
    this.log.error(
      { follower: state.follower.name, failures: state.failures, err: error },
      'follower failed, will retry',
    );
    if (this.closed) return;
    state.retry = setTimeout(() => {
      state.retry = undefined;
      this.wake(state);
    }, pause);
    state.retry.unref();
  }
}
