import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

// In a process of its own: what is looked for is one that ends before it has closed.
it('closes to the end while the write-ahead log is being moved', () => {
  const child = spawnSync(process.execPath, [join(import.meta.dirname, 'close-child.ts')], { encoding: 'utf8' });
  expect(child.stderr).toBe('');
  expect(child.stdout.trim().split('\n')).toEqual(Array(6).fill('closed'));
  expect(child.status).toBe(0);
}, 60_000);
