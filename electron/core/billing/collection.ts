import { balancesOf } from '../../../shared/billing/balances.ts';
import { billingSchema } from '../../../shared/billing/schema.ts';
import type { CollectionDefinition } from '../kernel/index.ts';
import { amountIndexes } from './amount-indexes.ts';

const sums = ['gross', 'discount', 'tax', 'net', 'paid', 'due', 'insurer', 'organisation'].map(
  (name) => `totals.${name}`,
);

/** What a list that is narrowed is sorted by, without reading the bills. */
const sorted = ['status', 'totals.net', 'totals.due'];

/** Bills (reference: Billing with billinginfo and billingicd), accounts, credit notes, day closes, invoices and claims. */
export const billingCollection: CollectionDefinition<'billing'> = {
  name: 'billing',
  schema: billingSchema,
  version: 0,
  migrations: {},
  indexes: [
    // Holds all that narrowed totals need, so that a month is added up from the index without reading a single bill.
    ['labId', 'kind', 'registeredAt', 'status', 'currency', ...sums],
    ['labId', 'kind', 'status', 'registeredAt'],
    ['labId', 'patientId', 'registeredAt'],
    // What lists narrow by, with what they sort by; invoices and claims find their bills by the same.
    ['labId', 'kind', 'organisationId', 'registeredAt', ...sorted],
    ['labId', 'kind', 'insurerId', 'registeredAt', ...sorted],
    ['labId', 'kind', 'referrerId', 'registeredAt', ...sorted],
    ['labId', 'kind', 'branchId', 'registeredAt', ...sorted],
    ['labId', 'kind', 'createdBy', 'registeredAt', ...sorted],
    // Invoices and claims by state and age.
    ['labId', 'kind', 'status', 'agedFrom'],
    // Credit notes of a bill.
    ['labId', 'billId', 'registeredAt'],
  ],
  sqlIndexes: amountIndexes,
  lookupKeys: (document) => ('number' in document ? [document.number] : []),
  balances: { version: 3, of: balancesOf },
  allowIndividualInstanceCaching: false,
  replicates: () => true,
};
