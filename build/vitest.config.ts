import { defineConfig } from 'vitest/config';
import { ROOT } from './entries.ts';

/** What `npm test` runs: rules, a real core on real files and sockets, other people's messages and clients. */
export default defineConfig({
  root: ROOT,
  test: {
    include: ['tests/{unit,integration,interop,fuzz}/**/*.test.{ts,tsx}'],
    // Real files, sockets and processes: two cores are shared by few files at a time.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default'],
  },
});
