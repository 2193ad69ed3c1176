export { billingCollection } from './collection.ts';
export { createBill } from './create-bill.ts';
export { createBillsRouter, createClosesRouter } from './router.ts';
