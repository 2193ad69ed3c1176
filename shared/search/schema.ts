import { z } from 'zod';

/** What is typed into the search of everything (Ctrl+K). */
export const searchInputSchema = z.strictObject({
  text: z.string().max(200),
  /** Rows a group. */
  limit: z.number().int().min(1).max(50).default(8),
});
export type SearchInput = z.infer<typeof searchInputSchema>;

/** One thing found. */
export interface SearchRow {
  id: string;
  title: string;
  /** What tells it from others of the same title, parts divided by ` · `. */
  subtitle: string;
  /** A state of the thing, as its own domain names it: `signed`, `cancelled`, `inactive`. */
  badge?: string;
  /** When it was, in UTC, where that matters: bills, reports, activity. */
  at?: string;
  /** Whose it is. */
  patientId?: string;
  /** Whether what was typed is its whole number, code or phone. */
  exact?: boolean;
}

/** The groups of an answer, best row first. A group that the session may not see is empty. */
export interface SearchGroups {
  patients: SearchRow[];
  bills: SearchRow[];
  specimens: SearchRow[];
  reports: SearchRow[];
  tests: SearchRow[];
  staff: SearchRow[];
  activity: SearchRow[];
}

/** The answer to one search. */
export interface SearchAnswer extends SearchGroups {
  /** False while the word index is loaded, built or behind: numbers and barcodes are found, some names may not be yet. */
  complete: boolean;
  /** Says why the answer is not complete, in words for the person. */
  remark?: string;
}

export type SearchPhase = 'loading' | 'building' | 'ready' | 'error' | 'closed';

/** How the word index is. */
export interface SearchState {
  /** `loading` reads the snapshot, `building` catches up with the database, `error` waits for its next start. */
  state: SearchPhase;
  /** 0 to 1 while building. */
  progress: number;
  /** Documents in all indexes. */
  entries: number;
  /** Documents in each. */
  indexes: Record<string, number>;
  /** Distinct words over all indexes. */
  words: number;
  /** Sequence number up to which committed changes are in the index. */
  position: number;
  /** How many commits' rows may still have to be looked at; 0 when all that was committed is found. */
  behind: number;
  /** Where the index came from at the last start of its thread, and why it was built anew if it was. */
  origin: { from: 'snapshot' | 'rebuild' | 'nothing'; reason?: string; milliseconds: number };
  /** Sequence number of the last snapshot on disk; 0 when there is none. */
  saved: number;
  /** Bytes: the thread's heap, and arrays outside of it. */
  memory: { heap: number; arrays: number };
  /** How often the thread had to be started again. */
  restarts: number;
  error?: string;
}
