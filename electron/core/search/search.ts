import { join } from 'node:path';
import type { SearchState } from '../../../shared/search/schema.ts';
import type { Kernel } from '../kernel/index.ts';
import { type IndexName, indexNames, type SearchedCollection, searchedCollections } from './indexes.ts';
import type { SavingRules, ThreadState, WordHits } from './protocol.ts';
import { gone, SearchThread, ThreadGone } from './search-thread.ts';

/** Ids by index, best first, and whether all that is committed was looked at. Fetch the documents; trust nothing else. */
export type SearchHits = WordHits;

/** Search by words over the reference's four indexes and the catalogue. */
export interface Search {
  /**
   * Documents of the lab in which every word typed begins some word: any order, any case, with or without accents. What
   * was committed before the call is found unless `complete` is false. Throws `busy` while the thread is not there.
   * @param options.limit ids an index; @param options.indexes all unless given
   */
  query(labId: string, text: string, options: { limit: number; indexes?: readonly IndexName[] }): Promise<SearchHits>;
  state(): SearchState;
  /** Resolves when the index was loaded or built and holds all that was committed before the call. */
  settled(): Promise<void>;
  /** Writes a snapshot now instead of at its time. */
  save(): Promise<void>;
  /** Writes the last snapshot and ends the thread. Before the kernel is closed. */
  close(): Promise<void>;
}

const defaultSaving: SavingRules = { afterChanges: 5_000, afterMilliseconds: 15 * 60_000 };
const queryPatience = 3_000;
const restartPatience = 60_000;
const retryPause = 1_000;
const rememberedSnapshots = 2;
const followerName = 'search';

const ddl = 'CREATE TABLE IF NOT EXISTS search_snapshots (number INTEGER PRIMARY KEY, token TEXT NOT NULL)';

const unknownState: ThreadState = {
  state: 'loading',
  progress: 0,
  entries: 0,
  indexes: {},
  words: 0,
  position: 0,
  origin: { from: 'nothing', milliseconds: 0 },
  saved: 0,
  memory: { heap: 0, arrays: 0 },
};

/**
 * Starts the search thread over `<folder>/search` and the follower that tells it of commits. Resolves at once: loading or
 * building goes on in the thread, and `query` says whether its answer is complete.
 *
 * The follower begins with what comes from now on. What came before is the thread's to catch up with, from the sequence
 * number of its snapshot: so no checkpoint can be ahead of what the thread has on disk.
 */
export async function createSearch(kernel: Kernel, saving: SavingRules = defaultSaving): Promise<Search> {
  const { engine } = kernel.database;
  engine.ensureTables(ddl);
  let state = unknownState;
  let restarts = 0;
  let closed = false;

  const thread = new SearchThread({
    start: () => ({
      file: engine.file,
      folder: join(kernel.folder, 'search'),
      tables: Object.fromEntries(searchedCollections.map((name) => [name, engine.tableOf(name)])) as Record<
        SearchedCollection,
        string
      >,
      tokens: engine.all('SELECT token FROM search_snapshots').map((row) => String(row.token)),
      sequence: engine.lastSequence(),
      saving,
    }),
    remember: (token) =>
      engine.commit((transaction) => {
        transaction.run('INSERT INTO search_snapshots (token) VALUES (?)', token);
        transaction.run(
          'DELETE FROM search_snapshots WHERE number <= (SELECT MAX(number) FROM search_snapshots) - ?',
          rememberedSnapshots,
        );
      }),
    state: (latest) => {
      if (latest.state === 'ready' && state.state !== 'ready') {
        kernel.log.info({ origin: latest.origin, indexes: latest.indexes }, 'search index ready');
      }
      state = latest;
    },
    crashed: (error, pause) => {
      restarts++;
      state = { ...state, state: 'error', error: error.message };
      kernel.log.error({ err: error, pause }, 'the search thread ended and will be started again');
      catchUpInBackground();
    },
  });

  /** The thread indexes up to now, however often it has to be started again for it. */
  const follow = async (sequence: number): Promise<void> => {
    while (!closed) {
      try {
        await thread.running(restartPatience);
        return await thread.follow(sequence);
      } catch (error) {
        if (!(error instanceof ThreadGone)) throw error;
      }
    }
  };

  const catchUpInBackground = () => {
    follow(engine.lastSequence()).catch((error: unknown) => {
      if (closed) return;
      kernel.log.error({ err: error }, 'the search index could not catch up, will try again');
      setTimeout(catchUpInBackground, retryPause).unref();
    });
  };

  /** Commits that wrote nothing searched move the follower on without a word to the thread. */
  const behind = () => {
    if (state.state === 'building' || state.state === 'loading')
      return Math.max(0, engine.lastSequence() - state.position);
    return kernel.followers.states().find(({ name }) => name === followerName)?.behind ?? 0;
  };

  catchUpInBackground();
  kernel.followers.add({
    name: followerName,
    collections: searchedCollections,
    from: 'now',
    handle: () => follow(engine.lastSequence()),
  });

  return {
    async query(labId, text, { limit, indexes = indexNames }) {
      const ask = async () => {
        await thread.running(queryPatience);
        return thread.query({ labId, text, limit, indexes, sequence: engine.lastSequence() });
      };
      try {
        // A thread that ended under the question gets it a second time, once it runs again.
        return await ask().catch((error: unknown) => {
          if (error instanceof ThreadGone) return ask();
          throw error;
        });
      } catch (error) {
        throw error instanceof ThreadGone ? gone() : error;
      }
    },
    state: () => ({ ...state, restarts, behind: behind() }),
    settled: () => follow(engine.lastSequence()),
    async save() {
      await thread.running(restartPatience);
      await thread.save();
    },
    async close() {
      closed = true;
      await thread.close();
      state = { ...state, state: 'closed' };
    },
  };
}
