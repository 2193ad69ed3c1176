import { parseArgs } from 'node:util';
import { fuzz, mostGrowth } from './fuzz.ts';

/* npm run fuzz [-- --runs 1000000 --seconds 600 --seed 1]: see tests/fuzz/fuzz.ts. */
const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log('npm run fuzz -- [--runs 1000000] [--seconds <most>] [--seed 1]');
  process.exit(0);
}
const seed = Number(values.seed ?? 1);
const report = fuzz({
  runs: Number(values.runs ?? 1_000_000),
  seconds: values.seconds === undefined ? undefined : Number(values.seconds),
  seed,
  progress: (done) => console.log(`${done} inputs`),
});
const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
const { heap, slowest, failures } = report;
for (const { run, target, problem, input } of failures) {
  console.error(`\nrun ${run} (seed ${seed}), ${target}: ${problem}\ninput: ${JSON.stringify(input.slice(0, 500))}`);
}
const growth = heap ? heap.late - heap.early : 0;
console.log(
  [
    `${report.runs} inputs in ${report.seconds.toFixed(0)} s, seed ${seed}, ${report.captures} real messages among what they were made from`,
    `drivers read ${report.read} of them, with ${report.results} results`,
    `slowest input: ${slowest.ms.toFixed(1)} ms (${slowest.target}, ${slowest.bytes} bytes)`,
    heap
      ? `heap after a tenth ${mib(heap.early)}, at the end ${mib(heap.late)}`
      : 'heap not measured (run with --expose-gc)',
    `${failures.length} failures`,
  ].join('\n'),
);
if (growth > mostGrowth) console.error(`The heap grew by ${mib(growth)}.`);
process.exit(failures.length > 0 || growth > mostGrowth ? 1 : 0);
