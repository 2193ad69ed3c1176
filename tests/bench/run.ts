import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BenchRow, isMet, type Report, ratioOf } from './row.ts';

/** `npm run bench -- [names…] [--scale n]`: ours beside a peer or a limit, measured in the same run. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { scale: { type: 'string', default: '1' } },
});

type Bench = { run(report: Report, options: { scale: number }): Promise<void> };

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  storage: () => import('./storage.ts'),
  commit: () => import('./commit.ts'),
  acknowledge: () => import('./acknowledge.ts'),
  search: () => import('./search.ts'),
  documents: () => import('./documents.ts'),
  billing: () => import('./billing.ts'),
};

const wanted = positionals.length > 0 ? positionals : Object.keys(benches);
const rows: (BenchRow & { ratio: number; met: boolean | undefined })[] = [];

for (const name of wanted) {
  const load = benches[name];
  if (!load) {
    console.error(`There is no benchmark "${name}". There are: ${Object.keys(benches).join(', ')}`);
    process.exit(2);
  }
  console.log(`\n${name}`);
  const bench = await load();
  await bench.run(
    (row) => {
      const entry = { ...row, ratio: ratioOf(row), met: isMet(row) };
      rows.push(entry);
      const verdict = entry.met === undefined ? '' : entry.met ? 'met' : 'NOT MET';
      const figures = `${format(row.ours)} : ${format(row.peer)} ${row.unit}`;
      console.log(
        `  ${row.name} | ${figures} | ${row.peerName} | ratio ${entry.ratio.toFixed(2)} | ${row.goal} ${verdict}`,
      );
    },
    { scale: Number(values.scale) },
  );
}

writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(rows, null, 2)}\n`);

function format(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
process.exit(0);
