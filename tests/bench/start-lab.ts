/**
 * A process of `start.ts`. `fill <folder> <documents>`: a laboratory with that many documents, half of them activity, and its
 * search index on disk. `open <folder>`: opens the laboratory as the app does and prints what that took, as JSON.
 */
import { setTimeout as pause } from 'node:timers/promises';
import pino from 'pino';
import { openLab } from '../../electron/core/lab.ts';
import type { SearchState } from '../../shared/search/schema.ts';
import { newOf, sampleBill, samplePatient, sampleReport, sampleSpecimen } from '../support/samples.ts';
import { openTestKernel } from '../support/test-kernel.ts';

/** What one opening took: milliseconds and bytes. */
export interface Opening {
  /** Until the lab is open and a first list page is read. */
  readonly usable: number;
  /** Until the search answers completely. */
  readonly searchable: number;
  readonly searchFrom: string;
  /** Resident memory of the process without the search thread's own. */
  readonly memory: number;
}

const perOrder = 8;
const [task, folder = '', count = '0'] = process.argv.slice(2);
if (task === 'fill') await fill(Number(count));
else console.log(JSON.stringify(await open()));
process.exit(0);

async function fill(documents: number): Promise<void> {
  const { kernel, session, dispose } = await openTestKernel({ folder });
  const atOnce = 100;
  for (let from = 0; from < documents / perOrder; from += atOnce) {
    const orders = Array.from({ length: atOnce }, (_, index) => String(from + index).padStart(7, '0'));
    kernel.change(session, (work) => {
      const patients = work.insertMany(
        'patients',
        orders.map((n) => newOf(samplePatient({ number: `A-P${n}`, fullName: `Patient ${n}`, phone: `+9198${n}0` }))),
      );
      const of = (index: number) => ({ patientId: patients[index]?.id ?? '' });
      work.insertMany(
        'billing',
        orders.map((n, index) => newOf(sampleBill({ ...of(index), number: `A-B${n}` }))),
      );
      work.insertMany(
        'reports',
        orders.map((_, index) => newOf(sampleReport(of(index)))),
      );
      work.insertMany(
        'specimens',
        orders.map((n, index) => newOf(sampleSpecimen({ ...of(index), accession: `A${n}` }))),
      );
      for (const [index, number] of orders.entries()) {
        for (let step = 0; step < perOrder - 4; step++) {
          work.record('patient.created', { values: { name: `Patient ${number}`, number }, ...of(index) });
        }
      }
    });
  }
  await dispose();
  await open();
}

async function open(): Promise<Opening> {
  const began = performance.now();
  const lab = await openLab(folder, { mode: 'headless', log: pino({ level: 'silent' }) });
  lab.kernel.reads().find('patients', { selector: {}, sort: [{ createdAt: 'desc' }, { id: 'desc' }], limit: 50 });
  const usable = performance.now() - began;
  const search = () => lab.health().search as SearchState;
  while (search().state !== 'ready') await pause(5);
  const searchable = performance.now() - began;
  const { memory, origin } = search();
  globalThis.gc?.();
  const opening = {
    usable,
    searchable,
    searchFrom: origin.from,
    memory: process.memoryUsage.rss() - memory.heap - memory.arrays,
  };
  await lab.close();
  return opening;
}
