import { specimenSchema } from '../../../shared/specimens/schema.ts';
import type { CollectionDefinition } from '../kernel/index.ts';

/** Specimens, found by what their barcode holds. */
export const specimensCollection: CollectionDefinition<'specimens'> = {
  name: 'specimens',
  schema: specimenSchema,
  version: 0,
  migrations: {},
  indexes: [
    ['labId', 'state', 'createdAt'],
    ['labId', 'createdAt'],
    ['labId', 'patientId', 'createdAt'],
    ['labId', 'billId'],
    ['labId', 'parentId', 'createdAt'],
    ['labId', 'place', 'createdAt'],
    ['labId', 'manifest'],
    ['labId', 'sentOutAt'],
  ],
  // Only the number of the tube in use: a rejected tube's barcode must find nothing, or its results would be taken.
  lookupKeys: (specimen) => [specimen.accession],
  allowIndividualInstanceCaching: false,
  replicates: () => true,
};
