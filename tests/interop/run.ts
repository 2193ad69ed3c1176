import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InteropCore, missesOf, type StoredResult } from './core.ts';
import { hasSocat } from './pseudo-terminal.ts';
import { captures, capturesFolder } from './replay.ts';

/*
 * npm run interop [-- --all]: replays every message of the captures folder over TCP and over a pseudo-terminal into a real
 * core, and prints what was stored. Ends with 1 when anything is missing.
 */
const all = process.argv.includes('--all');
/** Rows of one capture that are shown unless --all is given. */
const mostRows = 8;

if (!existsSync(capturesFolder)) {
  console.log(`There are no captures in ${capturesFolder}: nothing to replay. ALIQUOT_CAPTURES names another folder.`);
  process.exit(0);
}
if (!hasSocat) console.log('skipped: pseudo-terminals (socat is not installed)');

const core = await InteropCore.open();
let missed = 0;
const summary: string[][] = [['file', 'over', 'expected', 'stored', 'misses']];
for (const transport of hasSocat ? (['tcp', 'serial'] as const) : (['tcp'] as const)) {
  for (const capture of captures) {
    const { file, results } = capture;
    if (!existsSync(join(capturesFolder, file))) {
      summary.push([file, transport, String(results), 'not there', '1']);
      missed++;
      continue;
    }
    const outcome = await core.replay(capture, transport).catch((error: unknown) => String(error));
    const stored: readonly StoredResult[] = typeof outcome === 'string' ? [] : outcome;
    const misses = typeof outcome === 'string' ? [outcome] : missesOf(capture, stored);
    missed += misses.length;
    summary.push([file, transport, String(results), String(stored.length), String(misses.length)]);
    console.log(`\n${file} over ${transport}: ${results} results expected, ${stored.length} stored`);
    print(rowsOf(stored));
    for (const miss of misses) console.log(`  MISS ${miss}`);
  }
}
await core.dispose();
console.log('');
print(summary);
console.log(missed === 0 ? '\nnothing is missing' : `\n${missed} misses`);
process.exit(missed === 0 ? 0 : 1);

function rowsOf(stored: readonly StoredResult[]): string[][] {
  const shown = all ? stored : stored.slice(0, mostRows);
  const rows = shown.map(({ result }) => [
    result.sampleId,
    result.deviceCode,
    result.originalValue,
    result.originalUnit ?? '',
    result.analyzerFlags.join(','),
    result.resultAt ?? '',
    `${result.recordRef.type} ${result.recordRef.offset}+${result.recordRef.length}`,
  ]);
  const left = stored.length - shown.length;
  return [
    ['sample', 'code', 'value', 'unit', 'flag', 'time', 'raw bytes'],
    ...rows,
    ...(left > 0 ? [[`… ${left} more (--all)`]] : []),
  ];
}

function print(rows: readonly (readonly string[])[]): void {
  const most = 30;
  const cut = (cell: string) => (cell.length > most ? `${cell.slice(0, most - 1)}…` : cell);
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...rows.map((row) => cut(row[at] ?? '').length)));
  for (const row of rows)
    console.log(
      `  ${row
        .map((cell, at) => cut(cell).padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd()}`,
    );
}
