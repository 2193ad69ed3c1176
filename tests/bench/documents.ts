import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pdfmake from 'pdfmake';
import { definitionOf } from '../../electron/core/documents/render.ts';
import { createDocumentRenderer } from '../../electron/core/documents/renderer.ts';
import type { ReportInput } from '../../shared/documents/schema.ts';
import { sampleReport } from '../unit/documents/samples.ts';

/** One line of the benchmark table. */
export interface BenchRow {
  name: string;
  ours: number;
  peer: number;
  peerName: string;
  unit: string;
  goal: string;
}

const roboto = join(dirname(fileURLToPath(import.meta.resolve('pdfmake'))), '..', 'fonts', 'Roboto');

/** Reports of different patients, so that no cache sees the same words twice where a laboratory would not. */
function reports(tests: readonly string[] | undefined, count: number, from: number): ReportInput[] {
  return Array.from({ length: count }, (_, index) => {
    const number = String(from + index).padStart(6, '0');
    const report = sampleReport(tests, {
      number: `A-R${number}`,
      verification: `ALIQUOT1|A-R${number}|A-P${number}|v1`,
    });
    report.patient = { ...report.patient, name: `Patient${number} Surname${number}`, number: `A-P${number}` };
    for (const { values } of report.departments.flatMap((department) => department.tests)) {
      for (const value of values) {
        if (value.value?.includes('.')) value.value = (Number.parseFloat(value.value) + index / 10).toFixed(1);
      }
    }
    return report;
  });
}

/**
 * 200 report PDFs one after another: ours with its worker thread against pdfmake's own createPdf of the same pages, in
 * alternating rounds; and whether memory stays flat. `scale` 1 is the full run.
 */
export async function run(report: (row: BenchRow) => void, options: { scale: number }): Promise<void> {
  const rounds = 4;
  const perRound = Math.max(5, Math.round((200 * options.scale) / rounds));
  pdfmake.setFonts({
    Roboto: {
      normal: join(roboto, 'Roboto-Regular.ttf'),
      bold: join(roboto, 'Roboto-Medium.ttf'),
      italics: join(roboto, 'Roboto-Italic.ttf'),
      bolditalics: join(roboto, 'Roboto-MediumItalic.ttf'),
    },
  });
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy(() => true);
  await memory(report, rounds * perRound);
  const renderer = createDocumentRenderer();
  const viaRenderer = (input: ReportInput) => renderer.render(input);
  const plainly = (input: ReportInput) => pdfmake.createPdf(definitionOf(input)).getBuffer();

  for (const [name, tests] of [
    ['one page', ['CBC']],
    ['three pages', undefined],
  ] as const) {
    await perSecond(viaRenderer, reports(tests, 5, 0));
    await perSecond(plainly, reports(tests, 5, 0));
    const ours: number[] = [];
    const peer: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const batch = reports(tests, perRound, round * perRound);
      ours.push(await perSecond(viaRenderer, batch));
      peer.push(await perSecond(plainly, batch));
    }
    report({
      name: `${rounds * perRound} report PDFs, ${name}`,
      ours: median(ours),
      peer: median(peer),
      peerName: 'pdfmake createPdf',
      unit: 'documents/s',
      goal: '≥ 1x',
    });
  }
  await renderer.close();
}

/** Resident memory of the process after the first half of the reports and after all of them; first, so that it is ours alone. */
async function memory(report: (row: BenchRow) => void, count: number): Promise<void> {
  const renderer = createDocumentRenderer();
  const half = Math.ceil(count / 2);
  for (const input of reports(undefined, half, 0)) await renderer.render(input);
  const early = megabytes();
  for (const input of reports(undefined, count - half, half)) await renderer.render(input);
  const late = megabytes();
  await renderer.close();
  const peerName = `after the first ${half}`;
  report({ name: `memory after ${count} report PDFs`, ours: late, peer: early, peerName, unit: 'MB', goal: '≤ 1.2x' });
}

async function perSecond(
  make: (input: ReportInput) => Promise<unknown>,
  inputs: readonly ReportInput[],
): Promise<number> {
  const start = performance.now();
  for (const input of inputs) await make(input);
  return (inputs.length * 1000) / (performance.now() - start);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] =
    sorted.length % 2 === 0 ? sorted.slice(middle - 1, middle + 1) : [sorted[middle], sorted[middle]];
  return (low + high) / 2;
}

function megabytes(): number {
  return process.memoryUsage.rss() / 1_048_576;
}

if (import.meta.main) {
  await run(
    ({ name, ours, peer, peerName, unit, goal }) => {
      console.log(
        `${name}: ${ours.toFixed(1)} ${unit}, ${peerName} ${peer.toFixed(1)} (${(ours / peer).toFixed(2)}x, goal ${goal})`,
      );
    },
    { scale: Number(process.argv[2] ?? 1) },
  );
}
