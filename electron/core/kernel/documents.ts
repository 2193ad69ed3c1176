import type { z } from 'zod';
import type { Activity } from '../../../shared/activity/schema.ts';
import type { BillingDocument } from '../../../shared/billing/schema.ts';
import type { CatalogueDocument } from '../../../shared/catalogue/documents.ts';
import type { Job } from '../../../shared/communications/job.ts';
import type { JournalDocument } from '../../../shared/devices/journal.ts';
import type { DirectoryDocument } from '../../../shared/directory/schema.ts';
import type { BlobChunk } from '../../../shared/files/blob.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import type { DeviceResult } from '../../../shared/results/schema.ts';
import type { SetupDocument } from '../../../shared/setup/schema.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import type { SqlIndex } from './sql-indexes.ts';

/** The twelve collections and what each holds. */
export interface Documents {
  patients: Patient;
  billing: BillingDocument;
  specimens: Specimen;
  reports: Report;
  catalogue: CatalogueDocument;
  directory: DirectoryDocument;
  setup: SetupDocument;
  journal: JournalDocument;
  deviceResults: DeviceResult;
  jobs: Job;
  activity: Activity;
  blobs: BlobChunk;
}

export type CollectionName = keyof Documents;

/** Rewrites a document of the version before; null drops it. */
export type DocumentMigration = (document: Record<string, unknown>) => Record<string, unknown> | null;

/** What a domain declares about its collection; the kernel derives everything else from it. */
export interface CollectionDefinition<N extends CollectionName = CollectionName> {
  readonly name: N;
  readonly schema: z.ZodType<Documents[N]>;
  /**
   * Goes up when documents already stored must be rewritten; `migrations` holds one step for each number above 0. An
   * optional field, a kind or an index that is added or dropped needs no new version.
   */
  readonly version: number;
  readonly migrations: Readonly<Record<number, DocumentMigration>>;
  /** Real SQL indexes; every one begins with `labId`. */
  readonly indexes: readonly (readonly string[])[];
  /** Further indexes that paths alone cannot say; those begin with `labId` too. */
  readonly sqlIndexes?: readonly SqlIndex[];
  /** Exact and prefix search keys of a document: numbers, codes, phones; normalised by `lookupKey`. */
  readonly lookupKeys?: (document: Documents[N]) => readonly string[];
  /** Goes up (from 0, also when absent) when `lookupKeys` gives other keys than before; the keys are then made anew at open. */
  readonly lookupKeysVersion?: number;
  /**
   * Running sums over documents: what each adds to which accounts, in integers. `version` goes up with every change of the
   * rule, so that the sums are made anew.
   */
  readonly balances?: {
    readonly version: number;
    readonly of: (document: Documents[N]) => readonly { readonly account: string; readonly amount: number }[];
  };
  /** Whether documents may be read through the instance cache (reference: allow_individual_instance_caching). */
  readonly allowIndividualInstanceCaching: boolean;
  /** Whether a document is for head office. */
  readonly replicates: (document: Documents[N]) => boolean;
}

/** Any collection's definition, for code that treats all alike. */
export type AnyCollectionDefinition = { [N in CollectionName]: CollectionDefinition<N> }[CollectionName];
