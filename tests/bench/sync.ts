import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kernel } from '../../electron/core/kernel/index.ts';
import { databaseName } from '../../electron/core/sync/databases.ts';
import { createSync } from '../../electron/core/sync/index.ts';
import { newId } from '../../shared/kernel/id.ts';
import { startHeadOffice } from '../support/head-office.ts';
import { newOf, samplePatient } from '../support/samples.ts';
import { openTestKernel } from '../support/test-kernel.ts';
import { waitFor } from '../support/wait-for.ts';
import { median, type Report } from './row.ts';

/** What is used of PouchDB, which brings no types. */
interface Pouch {
  bulkDocs(documents: object[]): Promise<unknown>;
  replicate: Record<'to' | 'from', (url: string, options: { batch_size: number }) => Promise<unknown>>;
  info(): Promise<{ doc_count: number }>;
  close(): Promise<void>;
}
const PouchDB = createRequire(import.meta.url)('pouchdb') as new (folder: string) => Pouch;

const rounds = 3;
let labs = 0;

/** Push to and pull from one pouchdb-server, ours beside PouchDB on LevelDB; every round a database of its own. */
export async function run(report: Report, { scale = 1 }: { scale?: number } = {}): Promise<void> {
  const count = Math.round(5000 * scale);
  const office = await startHeadOffice();
  const ours = { push: [] as number[], pull: [] as number[] };
  const theirs = { push: [] as number[], pull: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const labId = `bench-${process.pid}-${labs++}`;
    ours.push.push(count / (await pushOurs(office.url, labId, count)));
    ours.pull.push(count / (await pullOurs(office.url, labId, count)));
    const database = `${office.url}/pouch-${labId}`;
    theirs.push.push(count / (await pushPouch(database, count)));
    theirs.pull.push(count / (await pullPouch(database, count)));
  }
  for (const direction of ['push', 'pull'] as const) {
    report({
      name: `replication ${direction}, ${count} documents of 1 KB, durable here`,
      ours: median(ours[direction]),
      peer: median(theirs[direction]),
      peerName: 'PouchDB on LevelDB, batches of 500',
      unit: 'documents/s',
      goal: '≥ 1x',
    });
  }
  await office.kill();
}

function patient() {
  return { ...newOf(samplePatient()), note: 'x'.repeat(500) };
}

async function withKernel(labId: string, body: (kernel: Kernel) => Promise<number>): Promise<number> {
  const lab = await openTestKernel({ identity: { labId, stationId: 'bench' } });
  const seconds = await body(lab.kernel);
  await lab.dispose();
  return seconds;
}

async function replicated(kernel: Kernel, url: string, done: () => boolean | Promise<boolean>) {
  const sync = createSync(kernel);
  await sync.configure(kernel.systemSession('bench'), { url, enabled: false });
  const started = performance.now();
  await sync.configure(kernel.systemSession('bench'), { url, enabled: true });
  await waitFor(done, { timeout: 300_000, every: 20 });
  const seconds = (performance.now() - started) / 1000;
  await sync.close();
  return seconds;
}

function pushOurs(url: string, labId: string, count: number): Promise<number> {
  return withKernel(labId, (kernel) => {
    for (let from = 0; from < count; from += 500) {
      const some = Array.from({ length: Math.min(500, count - from) }, patient);
      kernel.change(kernel.systemSession('bench'), (work) => work.insertMany('patients', some));
    }
    // As PouchDB counts: when the last document is there. What comes back of one's own is no part of it.
    const database = `${url}/${databaseName(labId, 'patients')}`;
    return replicated(kernel, url, async () => {
      const { doc_count: stored = 0 } = (await (await fetch(database)).json()) as { doc_count?: number };
      return stored >= count;
    });
  });
}

function pullOurs(url: string, labId: string, count: number): Promise<number> {
  return withKernel(labId, (kernel) =>
    replicated(kernel, url, () => kernel.reads().count('patients', { selector: {} }) === count),
  );
}

async function withPouch(body: (local: Pouch) => Promise<number>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-pouch-'));
  const local = new PouchDB(join(folder, 'local'));
  const seconds = await body(local);
  await local.close();
  rmSync(folder, { recursive: true, force: true });
  return seconds;
}

function pushPouch(url: string, count: number): Promise<number> {
  return withPouch(async (local) => {
    const base = { labId: 'bench', createdAt: 'x', createdBy: 'x', updatedAt: 'x', updatedBy: 'x', stationId: 'bench' };
    for (let from = 0; from < count; from += 500) {
      const some = Array.from({ length: Math.min(500, count - from) }, () => ({ _id: newId(), ...base, ...patient() }));
      await local.bulkDocs(some);
    }
    const started = performance.now();
    await local.replicate.to(url, { batch_size: 500 });
    return (performance.now() - started) / 1000;
  });
}

function pullPouch(url: string, count: number): Promise<number> {
  return withPouch(async (local) => {
    const started = performance.now();
    await local.replicate.from(url, { batch_size: 500 });
    const seconds = (performance.now() - started) / 1000;
    const { doc_count: found } = await local.info();
    if (found !== count) throw new Error(`PouchDB pulled ${found} of ${count}`);
    return seconds;
  });
}
