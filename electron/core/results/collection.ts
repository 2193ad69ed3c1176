import { deviceResultSchema } from '../../../shared/results/schema.ts';
import type { CollectionDefinition } from '../kernel/index.ts';

/** What analyzers measured (reference: DeviceResultsValidation). */
export const deviceResultsCollection: CollectionDefinition<'deviceResults'> = {
  name: 'deviceResults',
  schema: deviceResultSchema,
  version: 0,
  migrations: {},
  indexes: [
    ['labId', 'state', 'receivedAt'],
    ['labId', 'deviceId', 'receivedAt'],
    ['labId', 'kind', 'state', 'receivedAt'],
    ['labId', 'kind', 'receivedAt'],
    ['labId', 'specimenId'],
    ['labId', 'journalId'],
    ['labId', 'sampleId', 'receivedAt'],
  ],
  allowIndividualInstanceCaching: false,
  replicates: () => true,
};
