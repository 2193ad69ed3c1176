import { join } from 'node:path';

/** Where the app built for the older Electron lies: the folder to start it with. */
export const E2E_APP = join(import.meta.dirname, '..', '..', '..', 'dist', 'electron-e2e');
