import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, type Report } from './row.ts';
import type { Opening } from './start-lab.ts';

const megabyte = 1e6;
const rounds = 5;

/**
 * Opening a laboratory of a million documents times `scale` beside one that is empty: time to the first page, time until
 * search answers, memory. Each opening is a process of its own; the two take turns.
 */
export async function run(report: Report, { scale = 1 }: { scale?: number } = {}): Promise<void> {
  const documents = Math.round(1_000_000 * scale);
  const root = mkdtempSync(join(tmpdir(), 'aliquot-bench-'));
  const folders = { full: join(root, 'full'), empty: join(root, 'empty') };
  try {
    lab('fill', folders.full, String(documents));
    lab('fill', folders.empty, '0');
    const openings: Record<keyof typeof folders, Opening[]> = { full: [], empty: [] };
    for (let round = 0; round < rounds; round++) {
      for (const name of ['full', 'empty'] as const) {
        openings[name].push(JSON.parse(lab('open', folders[name])) as Opening);
      }
    }
    const middle = (name: keyof typeof folders, of: (opening: Opening) => number) => median(openings[name].map(of));
    const amount = `${documents.toLocaleString('en')} documents`;
    const time = { peerName: 'empty lab', unit: 'ms' };
    report({
      name: `start to the first page, ${amount}`,
      ours: middle('full', ({ usable }) => usable),
      peer: middle('empty', ({ usable }) => usable),
      goal: '≤ 2x',
      ...time,
    });
    report({
      name: `start until search answers (index from ${openings.full.at(-1)?.searchFrom}), ${amount}`,
      ours: middle('full', ({ searchable }) => searchable),
      peer: middle('empty', ({ searchable }) => searchable),
      goal: 'shown',
      ...time,
    });
    const memory = (name: keyof typeof folders) => middle(name, (opening) => opening.memory) / megabyte;
    report({
      name: `memory of the core beyond an empty lab's, search thread apart, ${amount}`,
      ours: memory('full') - memory('empty'),
      peer: 150,
      peerName: 'limit',
      unit: 'MB',
      goal: '≤ 1x',
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function lab(...task: string[]): string {
  const file = join(import.meta.dirname, 'start-lab.ts');
  return execFileSync(process.execPath, ['--expose-gc', file, ...task], { encoding: 'utf8' });
}
