import type { SearchState } from '../../../shared/search/schema.ts';
import type { IndexHits } from './index-set.ts';
import type { IndexName, SearchedCollection } from './indexes.ts';

/** What the search thread is started with. */
export interface ThreadData {
  /** The database file. */
  readonly file: string;
  /** Where the snapshot is kept. */
  readonly folder: string;
  readonly tables: Readonly<Record<SearchedCollection, string>>;
  /** Snapshots that the database knows of. */
  readonly tokens: readonly string[];
  /** Sequence number of the last commit; the thread catches up to it at once. */
  readonly sequence: number;
  readonly saving: SavingRules;
}

/** When a snapshot is written. */
export interface SavingRules {
  /** After so many changed documents, or a tenth of all documents where that is more. */
  readonly afterChanges: number;
  /** After so many milliseconds when anything changed. */
  readonly afterMilliseconds: number;
}

/** A search by words in some indexes of one lab. */
export interface WordQuery {
  readonly labId: string;
  readonly text: string;
  /** Ids an index. */
  readonly limit: number;
  readonly indexes: readonly IndexName[];
  /** Sequence number of the last commit: what was saved before the question is to be found. */
  readonly sequence: number;
}

/** Ids found, and whether everything committed before the question was looked at. */
export interface WordHits {
  readonly hits: IndexHits;
  readonly complete: boolean;
}

/** How the thread is; the core adds what only it knows. */
export type ThreadState = Omit<SearchState, 'restarts' | 'behind'>;

export type ThreadRequest =
  | { readonly kind: 'follow'; readonly id: number; readonly sequence: number }
  | { readonly kind: 'query'; readonly id: number; readonly query: WordQuery }
  | { readonly kind: 'save'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number };

/** To the thread: a request, or the answer to `written`. */
export type ToThread = ThreadRequest | { readonly kind: 'kept'; readonly token: string; readonly error?: string };

/** From the thread: an answer, its state, or a snapshot that lies beside the old one and is to take its place. */
export type FromThread =
  | { readonly kind: 'answer'; readonly id: number; readonly found?: WordHits; readonly error?: string }
  | { readonly kind: 'state'; readonly state: ThreadState }
  | { readonly kind: 'written'; readonly token: string };

/** The snapshot in use, and the one being written. */
export const snapshotFile = 'index.snapshot';
export const newSnapshotFile = 'index.snapshot.new';
