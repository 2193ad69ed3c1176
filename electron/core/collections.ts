import { activityCollection } from './activity/index.ts';
import { billingCollection } from './billing/index.ts';
import { catalogueCollection } from './catalogue/index.ts';
import { jobsCollection } from './communications/index.ts';
import { journalCollection } from './devices/index.ts';
import { directoryCollection } from './directory/index.ts';
import { blobsCollection } from './files/index.ts';
import type { AnyCollectionDefinition } from './kernel/index.ts';
import { patientsCollection } from './patients/index.ts';
import { reportsCollection } from './reports/index.ts';
import { deviceResultsCollection } from './results/index.ts';
import { setupCollection } from './setup/index.ts';
import { specimensCollection } from './specimens/index.ts';

/** The twelve collections of a lab (data-model.md). */
export const collections: readonly AnyCollectionDefinition[] = [
  patientsCollection,
  billingCollection,
  specimensCollection,
  reportsCollection,
  catalogueCollection,
  directoryCollection,
  setupCollection,
  journalCollection,
  deviceResultsCollection,
  jobsCollection,
  activityCollection,
  blobsCollection,
];
