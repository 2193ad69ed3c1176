import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

/** The short form of `npm run fuzz`, with inputs of its own each day. */
it('reads whatever comes: no throw, bounded buffers, bounded time', () => {
  const seed = Math.floor(Date.now() / 86_400_000);
  const report = fuzz({ runs: 20_000, seconds: 2.5, seed });
  expect(report.failures, `seed ${seed}`).toEqual([]);
  expect(report.runs).toBeGreaterThan(99);
  // Mutations are mild enough that much of it is still read.
  expect(report.read).toBeGreaterThan(report.runs / 20);
});
