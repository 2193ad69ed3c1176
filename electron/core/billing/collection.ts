import { billingSchema } from '../../../shared/billing/schema.ts';
import type { CollectionDefinition } from '../kernel/index.ts';

const sums = ['gross', 'discount', 'tax', 'net', 'paid', 'due'].map((name) => `totals.${name}`);

/** Bills (reference: Billing with billinginfo and billingicd). */
export const billingCollection: CollectionDefinition<'billing'> = {
  name: 'billing',
  schema: billingSchema,
  version: 0,
  migrations: {},
  indexes: [
    // Holds all that totals need, so that a month is added up from the index without reading a single bill.
    ['labId', 'kind', 'registeredAt', 'status', 'currency', ...sums],
    ['labId', 'kind', 'status', 'registeredAt'],
    ['labId', 'patientId', 'registeredAt'],
  ],
  lookupKeys: (bill) => [bill.number],
  allowIndividualInstanceCaching: false,
  replicates: () => true,
};
