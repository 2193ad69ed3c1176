import { catalogueSchema } from '../../../shared/catalogue/documents.ts';
import type { CollectionDefinition } from '../kernel/index.ts';

/** Tests, parameters, ranges, prices. Head office leads. */
export const catalogueCollection: CollectionDefinition<'catalogue'> = {
  name: 'catalogue',
  schema: catalogueSchema,
  version: 0,
  migrations: {},
  indexes: [['labId', 'kind', 'code']],
  // Reference ranges are also found by their parameter's code, which is how everything that flags a value asks for them.
  // Earlier states are found by the index alone: nobody who asks for a code wants them.
  lookupKeys: (document) => {
    if (document.kind === 'edition') return [];
    return document.kind === 'referenceRanges' ? [document.code, document.parameter] : [document.code];
  },
  allowIndividualInstanceCaching: true,
  replicates: () => true,
};
