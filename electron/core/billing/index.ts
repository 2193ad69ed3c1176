export { billingCollection } from './collection.ts';
export { type BillsServices, createBillsRouter } from './router.ts';
