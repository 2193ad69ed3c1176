import { defineConfig } from 'vitest/config';
import { ROOT } from './entries.ts';

/** The app as people use it: Chromium against the headless core, and real Electron. One file at a time. */
export default defineConfig({
  root: ROOT,
  test: {
    include: ['tests/e2e/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 300_000,
    reporters: ['default'],
  },
});
