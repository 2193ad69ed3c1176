export { billingCollection } from './collection.ts';
export { createBill } from './create-bill.ts';
export { type BillsServices, createBillsRouter } from './router.ts';
