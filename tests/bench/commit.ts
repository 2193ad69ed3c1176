import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openTestKernel } from '../support/test-kernel.ts';
import { median, type Report } from './row.ts';

const rounds = 5;

/** A use case's commit (document, activity entry, job) beside one raw durable commit of one row. */
export async function run(report: Report, { scale = 1 }: { scale?: number } = {}): Promise<void> {
  const count = Math.round(400 * scale);
  const test = await openTestKernel();
  const raw = openRaw();
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(commitUseCases(test.kernel, count));
    theirs.push(raw.commits(count));
  }
  report({
    name: 'use case commit: document + activity + job, durable',
    ours: median(ours),
    peer: median(theirs),
    peerName: 'node:sqlite, one row of 1 KB, one commit',
    unit: 'ms',
    goal: '≤ 2x',
  });
  raw.close();
  await test.dispose();
}

function commitUseCases(kernel: Awaited<ReturnType<typeof openTestKernel>>['kernel'], count: number): number {
  const session = kernel.systemSession('bench');
  const started = performance.now();
  for (let n = 0; n < count; n++) {
    kernel.change(session, (work) => {
      const doctor = work.insert('directory', { kind: 'doctor', code: `B${n}`, fullName: 'x'.repeat(200) });
      work.enqueue({
        channel: 'email',
        title: 'bench',
        payload: { to: ['a@example.org'], subject: 's', text: 't', reportIds: [] },
      });
      work.record('setup.updated', {
        values: { kind: 'Doctor', name: 'x' },
        subject: { collection: 'directory', id: doctor.id },
      });
    });
  }
  return (performance.now() - started) / count;
}

function openRaw() {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-bench-'));
  const database = new DatabaseSync(join(folder, 'raw.sqlite'));
  database.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id TEXT PRIMARY KEY, labId TEXT, at TEXT, data TEXT); CREATE INDEX i ON t (labId, at)',
  );
  const insert = database.prepare('INSERT INTO t VALUES (?, ?, ?, ?)');
  const data = JSON.stringify({ text: 'x'.repeat(1000) });
  let id = 0;
  return {
    commits(count: number): number {
      const started = performance.now();
      for (let n = 0; n < count; n++) {
        database.exec('BEGIN IMMEDIATE');
        insert.run(String(id++), 'lab', new Date().toISOString(), data);
        database.exec('COMMIT');
      }
      return (performance.now() - started) / count;
    },
    close() {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
