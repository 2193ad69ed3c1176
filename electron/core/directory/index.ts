export { directoryCollection } from './collection.ts';
export { createAuthRouter, createDirectoryRouter, createStaffRouter } from './router.ts';
export { approversOf, proveApprover } from './signing-pin.ts';
