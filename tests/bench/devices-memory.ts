import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from './row.ts';

/** What the core says of itself between two portions. */
export interface MemoryState {
  readonly rss: number;
  readonly heap: number;
  readonly waiting: number;
  readonly results: number;
}

const million = 1_000_000;
const portions = 10;
/** More than this means that something is kept for every message. */
const growthMb = 64;

/**
 * Memory of the core while a million messages come in (5 to 25 results each, most of them short ones), each durable, in the journal, read and
 * saved as results. The core is a process of its own; between portions its garbage is collected. `--scale 0.1` sends a tenth.
 */
export async function run(report: Report, { scale = 1 }: { scale?: number } = {}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-bench-'));
  const core = fork(join(import.meta.dirname, 'memory-core.ts'), [folder], { execArgv: ['--expose-gc'] });
  try {
    const port = await answer<number>(core);
    const each = Math.round((million / portions) * scale);
    const states: MemoryState[] = [];
    const began = performance.now();
    for (let sent = 0; ; sent += each) {
      core.send('state');
      const state = await answer<MemoryState>(core);
      states.push(state);
      const minutes = (performance.now() - began) / 60_000;
      console.log(
        `  ${sent.toLocaleString('en')} messages, ${state.results.toLocaleString('en')} results | heap ${mb(state.heap)} MB, resident ${mb(state.rss)} MB | folder ${mb(sizeOf(folder))} MB | ${minutes.toFixed(1)} min`,
      );
      if (sent >= each * portions) break;
      await send(port, sent, each);
    }
    // The first portion also fills caches and compiles code.
    const [, first, ...rest] = states;
    const last = rest.at(-1);
    if (!first || !last) return;
    const name = `memory after ${(each * portions).toLocaleString('en')} analyzer messages beside a tenth of them`;
    const growth = (what: 'heap' | 'rss') => ({ ours: last[what] / 1e6, peer: first[what] / 1e6, unit: 'MB' });
    report({
      name: `${name}: heap`,
      ...growth('heap'),
      peerName: 'after a tenth',
      goal: `growth under ${growthMb} MB`,
    });
    report({
      name: `${name}: resident`,
      ...growth('rss'),
      peerName: 'after a tenth',
      goal: `growth under ${growthMb} MB`,
    });
  } finally {
    core.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function answer<T>(child: ReturnType<typeof fork>): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      child.removeAllListeners('exit');
      resolve(message as T);
    });
    child.once('exit', (code) => reject(new Error(`a process of the benchmark stopped with ${code}`)));
  });
}

async function send(port: number, from: number, count: number): Promise<void> {
  const client = fork(join(import.meta.dirname, 'memory-client.ts'), [String(port), String(from), String(count)]);
  await answer(client);
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, entry) => sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}

function mb(bytes: number): string {
  return Math.round(bytes / 1e6).toLocaleString('en');
}
