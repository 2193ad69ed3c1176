import { findTests } from '../../electron/core/billing/find-tests.ts';
import { starterCatalogue } from '../../electron/core/catalogue/index.ts';
import type { Change } from '../../electron/core/kernel/index.ts';
import type { Test } from '../../shared/catalogue/documents.ts';
import { best, prepare } from '../../shared/catalogue/find.ts';
import type { NewDocument, Stored } from '../../shared/kernel/document.ts';
import { openTestKernel } from '../support/test-kernel.ts';
import { quantile, type Report } from './row.ts';

/**
 * Tests found for an order as they are typed, letter by letter, with their prices: in the starter catalogue and in one of 5 000
 * tests, and the first look after an entry has changed. The peer looks at every entry, without prices.
 * Run: `npm run bench -- find-tests`.
 */
export async function run(report: Report): Promise<void> {
  const starter = starterCatalogue.filter((entry): entry is NewDocument<Test> => entry.kind === 'test');
  for (const count of [starter.length, 5000]) await measure(report, testsLike(starter, count));
}

/** So many tests with the words of some. */
function testsLike(tests: readonly NewDocument<Test>[], count: number): NewDocument<Test>[] {
  return Array.from({ length: count }, (_, index) => {
    const test = tests[index % tests.length];
    if (!test) throw new Error('There is no test to go by');
    const round = Math.floor(index / tests.length);
    return round === 0 ? test : { ...test, code: `${test.code}${round}`, name: `${test.name}, method ${round}` };
  });
}

async function measure(report: Report, tests: readonly NewDocument<Test>[]): Promise<void> {
  const lab = await openTestKernel();
  const { kernel, session } = lab;
  const reads = kernel.reads();
  const [first] = kernel.change(session, (work) => {
    const prices = tests.map(({ code }, index) => ({ kind: 'test' as const, code, amount: 5000 + index }));
    work.insert('catalogue', { kind: 'priceList', code: 'STANDARD', name: 'Standard', currency: 'INR', prices });
    return work.insertMany('catalogue', tests);
  });
  const typed = tests
    .slice(0, 300)
    .flatMap(({ code, name }) => [code, name])
    .flatMap((text) => Array.from({ length: Math.min(text.length, 12) }, (_, length) => text.slice(0, length + 1)));
  const find = (text: string) => findTests(kernel, reads, { text, limit: 20 });
  const rows = tests.map((test) => ({ entry: prepare(test) }));
  const took = (work: (text: string) => unknown) => {
    for (const text of typed) work(text);
    return typed.map((text) => timed(() => work(text)));
  };
  const [ours, peer] = [took(find), took((text) => best(rows, text).slice(0, 20))];
  const after = (change: (test: Stored<Test>, round: number) => Change<Test>) =>
    Array.from({ length: 40 }, (_, round) => {
      kernel.change(session, (work) => {
        const test = first && work.get('catalogue', first.id);
        if (test?.kind === 'test') work.update<'catalogue', Test>('catalogue', test, change(test, round));
      });
      return timed(() => find('gluc'));
    });
  const changed = after((_, round) => ({ turnaroundMinutes: 60 + round }));
  const renamed = after(({ name }, round) => ({ name: `${name} ${round}` }));
  await lab.dispose();
  const of = `${tests.length.toLocaleString('en')} tests`;
  const beside = { peerName: 'a look at every entry', unit: 'ms', goal: '≤ 1x' };
  report({ name: `tests as typed, ${of}, p50`, ours: quantile(ours, 0.5), peer: quantile(peer, 0.5), ...beside });
  report({ name: `tests as typed, ${of}, p95`, ours: quantile(ours, 0.95), peer: 5, ...beside, peerName: 'limit' });
  for (const [what, figures] of Object.entries({ changed, 'was renamed': renamed })) {
    const afterwards = { ours: quantile(figures, 0.95), peer: 16, ...beside, peerName: 'the budget of the core' };
    report({ name: `the first look after a test ${what}, ${of}, p95`, ...afterwards });
  }
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}
