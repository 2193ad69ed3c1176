import { z } from 'zod';
import { headOfficeShape } from '../setup/schema.ts';
import type { ReplicatedCollection } from './collections.ts';

/** What replication with head office can be in. */
export const syncStates = [
  /** Not set up, or switched off. */
  'off',
  /** Looking for head office. */
  'connecting',
  /** Documents are on their way. */
  'syncing',
  /** Everything is on both sides. */
  'synced',
  /** Head office cannot be reached; work goes on and is replicated later. */
  'offline',
  /** Head office refuses the user name or password. */
  'refused',
  /** What answers at the address is not a CouchDB. */
  'wrongUrl',
  /** Head office answers, but something is wrong with what it says. */
  'error',
] as const;
export type SyncState = (typeof syncStates)[number];

/** The state of one collection, or of all together. */
export interface SyncProgress {
  state: SyncState;
  /** When everything was last on both sides. */
  lastSyncAt?: string;
  /** Documents written here that head office does not have yet; counting ends at `waitingCountLimit`. */
  waiting: number;
  /** What is wrong, in words, and what to do about it. */
  message?: string;
  remedy?: string;
}

/** More waiting documents than this are not counted: "10 000 and more". */
export const waitingCountLimit = 10_000;

export interface CollectionSyncProgress extends SyncProgress {
  name: ReplicatedCollection;
}

/** What the replication screen shows. */
export interface SyncStatus extends SyncProgress {
  url?: string;
  username?: string;
  hasPassword: boolean;
  enabled: boolean;
  /** Documents of head office that were not taken over because something is wrong with them. */
  rejected: number;
  collections: CollectionSyncProgress[];
}

/** A document of head office that was kept aside. */
export interface RejectedDocument {
  collection: ReplicatedCollection;
  id: string;
  /** What is wrong with it, naming the field. */
  reason: string;
  /** As it came, as JSON text; cut off where it was too long to keep. */
  document: string;
  at: string;
}

/** What the settings screen sends. `password` absent: as before; empty: none. */
export const configureSyncSchema = z.strictObject({
  url: headOfficeShape.shape.url.max(500),
  username: z.string().trim().max(100).optional(),
  password: z.string().max(500).optional(),
  enabled: z.boolean(),
});
export type ConfigureSync = z.infer<typeof configureSyncSchema>;
