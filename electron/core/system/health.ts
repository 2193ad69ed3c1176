import type { CacheStatistics } from '../kernel/index.ts';
import type { ThreadState } from './thread-watch.ts';

/** What the status bar shows: the state of everything around the core, with words and remedy where something is wrong. */
export interface Health {
  headOffice: { state: string; lastSyncAt?: string; waiting: number; message?: string; remedy?: string };
  devices: {
    id: string;
    name: string;
    state: 'off' | 'waiting' | 'connected' | 'error';
    lastMessageAt?: string;
    error?: string;
    held: number;
  }[];
  queue: { waiting: number; failed: number };
  search: { state: string; entries: number; behind: number };
  cache: CacheStatistics;
  thread: ThreadState;
}
