export { createClaimsRouter } from './claims/router.ts';
export { billingCollection } from './collection.ts';
export { createBill } from './create-bill.ts';
export { createInvoicesRouter } from './invoices/router.ts';
export { createBillsRouter, createClosesRouter } from './router.ts';
