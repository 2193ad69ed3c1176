import { activitySchema } from '../../../shared/activity/schema.ts';
import type { CollectionDefinition } from '../kernel/index.ts';

/** Who did what to what; append-only. */
export const activityCollection: CollectionDefinition<'activity'> = {
  name: 'activity',
  schema: activitySchema,
  version: 0,
  migrations: {},
  indexes: [
    ['labId', 'at'],
    ['labId', 'patientId', 'at'],
    ['labId', 'subject.id', 'at'],
    ['labId', 'actorId', 'at'],
    ['labId', 'action', 'at'],
  ],
  allowIndividualInstanceCaching: false,
  replicates: () => true,
};
