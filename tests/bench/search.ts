import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { searchEverything } from '../../electron/core/search/everything.ts';
import { createSearch, type Search } from '../../electron/core/search/index.ts';
import { openTestKernel, type TestKernel } from '../support/test-kernel.ts';
import { ftsFile, labFolder, type Questions, readQuestions } from './patient-names.ts';
import { median, type Report } from './row.ts';

const shown = 20;
const megabyte = 1e6;
const updates = 200;

/**
 * Search as typed beside a ranked SQLite FTS5 prefix index of the same names, with 100 000 patients times `scale`, or
 * `scale` patients where it is above 1000. Ours is measured as the core sees it, the way to the thread and back included;
 * FTS5 runs in the caller's own thread, without that way.
 */
export async function run(report: Report, { scale = 1 }: { scale?: number } = {}): Promise<void> {
  const count = scale > 1000 ? scale : Math.round(100_000 * scale);
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-bench-'));
  await fill(folder, count);
  const fts = openFts(ftsFile(folder));
  const say: Report = (row) => report({ ...row, name: `${row.name}, ${count.toLocaleString('en')} patients` });

  const blocks = new Blocks();
  const { test, search } = await starts(say, labFolder(folder), blocks);
  await asTyped(say, count > 200_000 ? 50 : 10, readQuestions(folder), { test, search, fts, blocks });
  await afterChanges(say, { test, search, fts, blocks });
  const { heap, arrays } = search.state().memory;
  say({
    name: 'memory of the search thread',
    ours: (heap + arrays) / megabyte,
    peer: 600,
    peerName: 'limit for 1 000 000',
    unit: 'MB',
    goal: '≤ 1x',
  });
  say({
    name: "the core's longest block while it builds, answers and follows",
    ours: blocks.longest,
    peer: 16,
    peerName: 'limit',
    unit: 'ms',
    goal: '≤ 1x',
  });
  await search.close();
  await test.dispose();
  fts.close();
  rmSync(folder, { recursive: true });
}

/** Builds the index from the database, then starts again from its snapshot. */
async function starts(say: Report, folder: string, blocks: Blocks) {
  const start = async (test: TestKernel) => {
    const began = performance.now();
    const search = await createSearch(test.kernel);
    await search.settled();
    return { test, search, seconds: (performance.now() - began) / 1000 };
  };
  const unindexed = await openTestKernel({ folder });
  const first = await blocks.during(() => start(unindexed));
  await first.search.close();
  await unindexed.dispose();
  const indexed = await openTestKernel({ folder });
  const second = await blocks.during(() => start(indexed));
  const { origin } = second.search.state();
  if (origin.from !== 'snapshot') throw new Error(`The second start did not use the snapshot: ${origin.reason}`);
  say({
    name: 'start of the search thread from its snapshot',
    ours: second.seconds,
    peer: first.seconds,
    peerName: 'building from the database',
    unit: 's',
    goal: '≤ 0.5x',
  });
  return second;
}

interface Measured {
  readonly test: TestKernel;
  readonly search: Search;
  readonly fts: Fts;
  readonly blocks: Blocks;
}

/** One to three words, the last one cut anywhere, as a person types them. */
async function asTyped(say: Report, limit: number, questions: Questions, { test, search, fts, blocks }: Measured) {
  const now = new Date();
  for (const [what, texts] of questions) {
    const options = { limit: shown, indexes: ['patients'] as const };
    const ours = await blocks.during(() => times(texts, (text) => search.query('lab-1', text, options)));
    const everything = (text: string) =>
      searchEverything(search, test.kernel.reads(), test.session, { text, limit: 8 }, now);
    const whole = await blocks.during(() => times(texts, everything));
    const theirs = await times(texts, async (text) => fts.search(text));
    const peerName = 'FTS5 with prefix index, ranked';
    say({ name: `${what}, p50`, ours: median(ours), peer: median(theirs), peerName, unit: 'ms', goal: '≤ 1x' });
    say({ name: `${what}, p99`, ours: p99(ours), peer: p99(theirs), peerName, unit: 'ms', goal: '≤ 1x' });
    say({
      name: `${what}, p99 of the whole answer of Ctrl+K`,
      ours: p99(whole),
      peer: limit,
      peerName: 'limit',
      unit: 'ms',
      goal: '≤ 1x',
    });
  }
}

/** From the commit of a new name until it is found. */
async function afterChanges(say: Report, { test, search, fts, blocks }: Measured): Promise<void> {
  const patients = test.kernel.reads().find('patients', { selector: {}, limit: updates });
  const ours: number[] = [];
  const theirs: number[] = [];
  for (const [number, patient] of patients.entries()) {
    const fullName = `Newname Changed${number % 7}`;
    test.kernel.change(test.session, (work) => work.update('patients', patient, { fullName }));
    const began = performance.now();
    await blocks.during(() => search.settled());
    ours.push(performance.now() - began);
    const before = performance.now();
    fts.update(number + 1, fullName);
    theirs.push(performance.now() - before);
  }
  say({
    name: 'a changed name is found, p50 after its commit',
    ours: median(ours),
    peer: median(theirs),
    peerName: 'FTS5 update, not synced to disk',
    unit: 'ms',
    goal: 'not asked for',
  });
}

/** In a process of its own, so that what is measured does not clean up after the filling. */
async function fill(folder: string, count: number): Promise<void> {
  const filling = fork(join(import.meta.dirname, 'fill-patients.ts'), [folder, String(count)]);
  const [code] = await once(filling, 'exit');
  if (code !== 0) throw new Error(`Filling ended with code ${code}`);
}

type Fts = ReturnType<typeof openFts>;

function openFts(file: string) {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA synchronous=OFF; PRAGMA mmap_size=1073741824');
  const select = database.prepare('SELECT rowid FROM names WHERE names MATCH ? ORDER BY rank LIMIT ?');
  const change = database.prepare('UPDATE names SET name = ? WHERE rowid = ?');
  return {
    search: (text: string) => select.all(`${text}*`, shown),
    update: (rowid: number, name: string) => change.run(name, rowid),
    close: () => database.close(),
  };
}

/**
 * The most this thread computed without coming round to its timers, in milliseconds of its own processor time: what other
 * programs on the machine take is not the core's.
 */
class Blocks {
  longest = 0;

  async during<T>(work: () => Promise<T>): Promise<T> {
    let before = ownTime();
    const timer = setInterval(() => {
      const now = ownTime();
      this.longest = Math.max(this.longest, now - before);
      before = now;
    }, 1);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }
}

function ownTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function times(questions: readonly string[], ask: (text: string) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (const text of questions) {
    const began = performance.now();
    await ask(text);
    taken.push(performance.now() - began);
  }
  return taken;
}

function p99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}
