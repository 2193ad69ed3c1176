import { billingSchema } from '../../../shared/billing/schema.ts';
import type { CollectionDefinition } from '../kernel/index.ts';

/** Bills (reference: Billing with billinginfo and billingicd). */
export const billingCollection: CollectionDefinition<'billing'> = {
  name: 'billing',
  schema: billingSchema,
  version: 0,
  migrations: {},
  indexes: [
    ['labId', 'kind', 'registeredAt'],
    ['labId', 'kind', 'status', 'registeredAt'],
    ['labId', 'patientId', 'registeredAt'],
  ],
  lookupKeys: (bill) => [bill.number],
  allowIndividualInstanceCaching: false,
  replicates: () => true,
};
