import { mergePatients, previewMerge, undoMerge } from '../../electron/core/patients/merge.ts';
import { listPatients, similarPatients, type TypedPatient } from '../../electron/core/patients/queries.ts';
import { registerPatient } from '../../electron/core/patients/register.ts';
import { timelineOf } from '../../electron/core/patients/timeline.ts';
import type { NewDocument } from '../../shared/kernel/document.ts';
import type { Patient } from '../../shared/patients/schema.ts';
import { openTestKernel, type TestKernel } from '../support/test-kernel.ts';
import { namesOf } from './patient-names.ts';
import { median, type Report } from './row.ts';

/**
 * The desk's work with a million patients times `scale` beside the same with 10 000: registering with the look for duplicates,
 * lists, duplicates as they are typed, the preview of a merge. Run: `npm run bench -- patients [--scale 0.1]`.
 */
export async function run(report: Report, { scale = 1 }: { scale?: number } = {}): Promise<void> {
  const few = await measure(10_000);
  const many = await measure(Math.round(1_000_000 * scale));
  const beside = `the same at ${few.count.toLocaleString('en')} patients`;
  for (const [what, ours] of Object.entries(many.figures)) {
    const peer = few.figures[what];
    if (!peer) continue;
    const name = `${what}, ${many.count.toLocaleString('en')} patients`;
    const row = { peerName: beside, unit: 'ms', goal: '≤ 1.5x' };
    report({ name: `${name}, p50`, ours: ours.p50, peer: peer.p50, ...row });
    report({ name: `${name}, p99`, ours: ours.p99, peer: peer.p99, ...row });
  }
}

interface Figures {
  readonly p50: number;
  readonly p99: number;
}

const rounds = 300;
const timeZone = 'Asia/Kolkata';
const consent = { sms: false, whatsapp: false, email: false };

async function measure(count: number): Promise<{ count: number; figures: Record<string, Figures> }> {
  const lab = await openTestKernel();
  const { kernel, session } = lab;
  const names = namesOf(count);
  for (let from = 0; from < count; from += 1000) fill(lab, names.slice(from, from + 1000), from);
  const reads = kernel.reads();
  const now = new Date();
  const some = (round: number) => (round * 7919) % count;
  const typed = (input: (index: number) => TypedPatient) => (round: number) =>
    similarPatients(reads, input(some(round)));
  let cursor: string | undefined;
  for (let page = 0; page < 20; page++) cursor = listPatients(reads, { limit: 50, cursor }, now, timeZone).nextCursor;
  const pair = (round: number) => {
    const found = [...reads.byKeys('patients', [numberOf(some(round)), numberOf(some(round + 1))]).values()].flat();
    return { survivor: found[0], merged: found[1] };
  };
  const figures: Record<string, Figures> = {
    'registering: duplicates looked for, then the commit': timed((round) => {
      const fullName = `${names[some(round)]} New${round}`;
      similarPatients(reads, { fullName, phone: `97${digits(round)}`, dateOfBirth: '1987-04-03' });
      registerPatient(kernel, session, {
        ...{ fullName, sex: 'female', dateOfBirth: '1987-04-03', phone: `+9197${digits(round)}`, consent },
        ...{ otherPhones: [], nationalIds: [], insurances: [] },
      });
    }),
    'list, first page of 50': timed(() => listPatients(reads, { limit: 50 }, now, timeZone)),
    'list, page 21': timed(() => listPatients(reads, { limit: 50, cursor }, now, timeZone)),
    'list of a day and a sex': timed(() => {
      const day = now.toISOString().slice(0, 10);
      return listPatients(reads, { limit: 50, sex: 'female', from: day, to: day }, now, timeZone);
    }),
    'duplicates by phone': timed(typed((index) => ({ phone: `98${digits(index)}` }))),
    'duplicates by the beginning of a phone': timed(typed((index) => ({ phone: `98${digits(index)}`.slice(-8) }))),
    'duplicates by national id': timed(typed((index) => ({ nationalId: idOf(index) }))),
    'duplicates by name and birth': timed(
      typed((index) => ({ fullName: names[index] ?? '', dateOfBirth: birthOf(index) })),
    ),
    'duplicates by name alone': timed(typed((index) => ({ fullName: names[index] ?? '' }))),
    'timeline of a patient': timed((round) => {
      const { survivor } = pair(round);
      return survivor && timelineOf(reads, { id: survivor.id, limit: 50 });
    }),
    'preview of a merge': timed((round) => {
      const { survivor, merged } = pair(round);
      return survivor && merged && previewMerge(reads, { survivorId: survivor.id, mergedId: merged.id, take: [] });
    }),
    'merge and its undoing': timed((round) => {
      const { survivor, merged } = pair(round);
      if (!survivor || !merged) return;
      const ids = { survivorId: survivor.id, mergedId: merged.id };
      mergePatients(kernel, session, { ...ids, survivorRev: survivor._rev, mergedRev: merged._rev, take: [] });
      const { _rev } = reads.need('patients', merged.id);
      undoMerge(kernel, session, { id: merged.id, revision: _rev });
    }),
  };
  await lab.dispose();
  return { count, figures };
}

function timed(work: (round: number) => unknown): Figures {
  for (let round = 0; round < 20; round++) work(rounds + round);
  const took = Array.from({ length: rounds }, (_, round) => {
    const started = performance.now();
    work(round);
    return performance.now() - started;
  });
  return { p50: median(took), p99: took.toSorted((a, b) => a - b)[Math.floor(rounds * 0.99)] ?? Number.NaN };
}

const digits = (index: number) => String(index).padStart(8, '0');
const numberOf = (index: number) => `A-P${String(index).padStart(7, '0')}`;
const idOf = (index: number) => `K${String(index).padStart(7, '0')}`;
const birthOf = (index: number) =>
  new Date(Date.UTC(1930, 0, 1) + ((index * 7919) % 32_000) * 86_400_000).toISOString().slice(0, 10);

function fill({ kernel, session }: TestKernel, names: readonly string[], from: number): void {
  const patients = names.map((fullName, place): NewDocument<Patient> => {
    const index = from + place;
    return {
      ...{ number: numberOf(index), fullName, sex: index % 2 ? 'male' : 'female', consent },
      birth: { date: birthOf(index), precision: 'exact' },
      ...{ phone: `+9198${digits(index)}`, otherPhones: [], insurances: [], idProofs: [] },
      nationalIds: [{ country: 'IN', type: 'passport', value: idOf(index) }],
    };
  });
  kernel.change(session, (work) => work.insertMany('patients', patients), { flush: 'later' });
}
