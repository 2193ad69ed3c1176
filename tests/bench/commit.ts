import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Kernel } from '../../electron/core/kernel/index.ts';
import { openTestKernel } from '../support/test-kernel.ts';
import { median, type Report } from './row.ts';

const rounds = 25;

/**
 * A use case's commit (document, activity entry, job) beside one raw durable commit of one row, and beside a raw commit of
 * the same rows into the same tables and indexes: what SQLite itself needs for what is kept. In turns, so that what
 * disturbs the machine disturbs all.
 */
export async function run(report: Report, { scale = 1 }: { scale?: number } = {}): Promise<void> {
  const count = Math.max(10, Math.round(80 * scale));
  const test = await openTestKernel();
  const raw = openRaw();
  const same = openSame(test.kernel);
  const times: Record<'ours' | 'one' | 'same', number[]> = { ours: [], one: [], same: [] };
  for (let round = 0; round < rounds; round++) {
    times.ours.push(timeOf(count, makeUseCase(test.kernel, round * count)));
    times.one.push(timeOf(count, raw.commit));
    times.same.push(timeOf(count, same.commit));
  }
  const name = 'use case commit: document + activity + job, durable';
  const ours = median(times.ours);
  const one = { name, ours, peer: median(times.one), unit: 'ms', goal: '≤ 2x' };
  report({ ...one, peerName: 'node:sqlite, one row of 1 KB, one commit' });
  report({
    ...one,
    peer: median(times.same),
    peerName: 'node:sqlite, the same rows, tables and indexes',
    goal: '≤ 1.5x',
  });
  raw.close();
  same.close();
  await test.dispose();
}

function timeOf(count: number, commit: () => void): number {
  const started = performance.now();
  for (let n = 0; n < count; n++) commit();
  return (performance.now() - started) / count;
}

function makeUseCase(kernel: Kernel, from: number): () => void {
  const session = kernel.systemSession('bench');
  let n = from;
  return () => {
    kernel.change(session, (work) => {
      const doctor = work.insert('directory', { kind: 'doctor', code: `B${n++}`, fullName: 'x'.repeat(200) });
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
  };
}

/** The tables that a use case's commit writes, made as ours are; each commit inserts one row of a document's size into each. */
function openSame(kernel: Kernel) {
  const { engine } = kernel.database;
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-bench-'));
  const database = new DatabaseSync(join(folder, 'same.sqlite'));
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL');
  const documents = (['directory', 'jobs', 'activity'] as const).map((name) => engine.tableOf(name));
  for (const table of [...documents, 'lookup_keys', 'activity_chain']) {
    const made = engine.all('SELECT sql FROM sqlite_schema WHERE tbl_name=? AND sql IS NOT NULL', table);
    for (const { sql } of made) database.exec(String(sql));
  }
  const inserts = documents.map((table) => {
    const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all(table);
    const names = columns.map(({ name }) => String(name));
    return { names, insert: database.prepare(`INSERT INTO ${table} VALUES (${names.map(() => '?').join(', ')})`) };
  });
  const key = database.prepare('INSERT OR IGNORE INTO lookup_keys VALUES (?, ?, ?, ?)');
  const chain = database.prepare('INSERT OR REPLACE INTO activity_chain VALUES (?, ?, ?)');
  const data = JSON.stringify({ text: 'x'.repeat(600) });
  let seq = 0;
  return {
    commit(): void {
      database.exec('BEGIN IMMEDIATE');
      for (const { names, insert } of inserts) {
        seq++;
        const id = `019b0000-0000-7000-8000-${String(seq).padStart(12, '0')}`;
        const fixed: Record<string, string | number> = {
          seq,
          id,
          deleted: 0,
          lwt: Date.now(),
          rev: '1-abcdefghij',
          data,
        };
        insert.run(...names.map((column) => fixed[column] ?? `2026-01-01T00:00:00.000Z ${seq}`));
      }
      key.run('directory', 'lab-1', `B${seq}`, `019b0000-0000-7000-8000-${seq}`);
      chain.run('lab-1/station-1', seq, 'f'.repeat(64));
      database.exec('COMMIT');
    },
    close(): void {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
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
    commit(): void {
      database.exec('BEGIN IMMEDIATE');
      insert.run(String(id++), 'lab', new Date().toISOString(), data);
      database.exec('COMMIT');
    },
    close() {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
