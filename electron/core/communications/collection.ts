import { jobSchema } from '../../../shared/communications/job.ts';
import type { CollectionDefinition } from '../kernel/index.ts';

/** The outbox: what is to be done outside the database. Stays on the station. */
export const jobsCollection: CollectionDefinition<'jobs'> = {
  name: 'jobs',
  schema: jobSchema,
  version: 0,
  migrations: {},
  indexes: [
    ['labId', 'state', 'nextAttemptAt'],
    ['labId', 'createdAt'],
  ],
  allowIndividualInstanceCaching: false,
  replicates: () => false,
};
