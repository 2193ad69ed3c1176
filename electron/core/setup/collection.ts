import { setupSchema, stationOnlyKinds } from '../../../shared/setup/schema.ts';
import type { CollectionDefinition } from '../kernel/index.ts';

/** The laboratory's and the station's set-up. */
export const setupCollection: CollectionDefinition<'setup'> = {
  name: 'setup',
  schema: setupSchema,
  version: 0,
  migrations: {},
  indexes: [['labId', 'kind', 'createdAt']],
  allowIndividualInstanceCaching: true,
  replicates: (document) => !stationOnlyKinds.includes(document.kind),
};
