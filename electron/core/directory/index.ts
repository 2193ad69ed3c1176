export { directoryCollection } from './collection.ts';
export { proveApprover } from './log-in.ts';
export { createAuthRouter, createDirectoryRouter, createStaffRouter } from './router.ts';
