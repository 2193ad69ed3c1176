export { directoryCollection } from './collection.ts';
export { directoryOf } from './queries.ts';
export { createAuthRouter, createDirectoryRouter, createStaffRouter } from './router.ts';
