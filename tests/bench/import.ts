import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import writeXlsxFile from 'write-excel-file/node';
import { CORE_FLAGS } from '../../build/core-flags.mjs';
import type { ImportFigures } from './import-lab.ts';
import { namesOf } from './patient-names.ts';
import { median, type Report } from './row.ts';

const megabyte = 1e6;

/**
 * Import of 100 000 patients times `scale` from CSV and XLSX beside a raw insert of the same rows, and how long the core's
 * thread is held meanwhile. Run: `npm run bench -- import [--scale 0.1]`.
 */
export async function run(report: Report, { scale = 1 }: { scale?: number } = {}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-bench-'));
  try {
    const rows = rowsOf(Math.round(100_000 * scale));
    const raw = rawInsert(join(folder, 'raw.sqlite'), rows);
    for (const [kind, file] of [
      ['CSV', csvFile(folder, rows)],
      ['XLSX', await xlsxFile(folder, rows)],
    ] as const) {
      const name = `import of ${rows.length.toLocaleString('en')} patients from ${kind}`;
      say(report, name, rows.length, raw, JSON.parse(lab(file)) as ImportFigures);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function say(report: Report, name: string, rows: number, raw: number, figures: ImportFigures): void {
  const { phases, registrations, memory, imported } = figures;
  if (imported !== rows) throw new Error(`${imported} of ${rows} rows were imported`);
  const perSecond = (took: number) => (rows / took) * 1000;
  const peerName = 'node:sqlite, one row of 1 KB, 20 a durable commit';
  report({ name, ours: perSecond(phases.import.took), peer: raw, peerName, unit: 'rows/s', goal: 'shown' });
  report({
    name: `${name}: dry run`,
    ours: perSecond(phases.check.took),
    peer: raw,
    peerName,
    unit: 'rows/s',
    goal: 'shown',
  });
  for (const [phase, { longest, p99, longestOwn }] of Object.entries(phases)) {
    const held = `${name}, ${phase}: the thread is held`;
    report({ name: `${held}, longest`, ours: longest, peer: 50, peerName: 'limit', unit: 'ms', goal: '≤ 1x' });
    report({
      name: `${held}, longest of its own time`,
      ours: longestOwn,
      peer: 50,
      peerName: 'limit',
      unit: 'ms',
      goal: '≤ 1x',
    });
    report({ name: `${held}, p99`, ours: p99, peer: 16, peerName: 'limit', unit: 'ms', goal: '≤ 1x' });
  }
  const registering = `${name}: somebody else registers a patient`;
  const limit = { peer: 100, peerName: 'what a person notices', unit: 'ms', goal: '≤ 1x' };
  report({ name: `${registering}, p50`, ours: median(registrations), ...limit });
  report({ name: `${registering}, slowest`, ours: registrations.at(-1) ?? Number.NaN, ...limit });
  const bounded = { peer: 400, peerName: 'limit', unit: 'MB', goal: '≤ 1x' };
  report({ name: `${name}: memory beyond before`, ours: memory / megabyte, ...bounded });
}

const header = ['Name', 'Sex', 'Date of birth', 'Mobile', 'E-mail', 'Address', 'MRN'];

/** A patient a row, all different. */
function rowsOf(count: number): string[][] {
  return namesOf(count).map((name, index) => [
    name,
    index % 2 ? 'F' : 'M',
    new Date(Date.UTC(1930, 0, 1) + ((index * 7919) % 32_000) * 86_400_000).toISOString().slice(0, 10),
    `+9198${String(index).padStart(8, '0')}`,
    index % 3 ? '' : `patient${index}@mail.example`,
    `${index} Market Road`,
    `OLD-${index}`,
  ]);
}

function csvFile(folder: string, rows: readonly string[][]): string {
  const file = join(folder, 'patients.csv');
  writeFileSync(file, [header, ...rows].map((cells) => cells.join(',')).join('\n'));
  return file;
}

async function xlsxFile(folder: string, rows: readonly string[][]): Promise<string> {
  const file = join(folder, 'patients.xlsx');
  const sheet = [header, ...rows].map((cells) => cells.map((value) => ({ value })));
  await writeXlsxFile(sheet).toFile(file);
  return file;
}

/** Rows a second into a table with one index, in durable commits as small as the import's own. */
function rawInsert(file: string, rows: readonly string[][]): number {
  const database = new DatabaseSync(file);
  database.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id TEXT PRIMARY KEY, at TEXT, data TEXT); CREATE INDEX i ON t (at)',
  );
  const insert = database.prepare('INSERT INTO t VALUES (?, ?, ?)');
  const began = performance.now();
  for (let from = 0; from < rows.length; from += 20) {
    database.exec('BEGIN IMMEDIATE');
    for (const [place, cells] of rows.slice(from, from + 20).entries()) {
      insert.run(String(from + place), new Date().toISOString(), JSON.stringify(cells).padEnd(1000));
    }
    database.exec('COMMIT');
  }
  database.close();
  return (rows.length / (performance.now() - began)) * 1000;
}

function lab(file: string): string {
  const script = join(import.meta.dirname, 'import-lab.ts');
  return execFileSync(process.execPath, [...CORE_FLAGS, '--expose-gc', script, file], { encoding: 'utf8' });
}
