import { journalSchema } from '../../../shared/devices/journal.ts';
import type { CollectionDefinition } from '../kernel/index.ts';

/** Every raw message received and sent. Analyzer bytes stay on the station that has the cable. */
export const journalCollection: CollectionDefinition<'journal'> = {
  name: 'journal',
  schema: journalSchema,
  version: 0,
  migrations: {},
  indexes: [
    ['labId', 'deviceId', 'at'],
    ['labId', 'deviceId', 'outcome.state', 'at'],
  ],
  allowIndividualInstanceCaching: false,
  replicates: (document) => document.kind !== 'analyzer',
};
