import { createBill } from '../../electron/core/billing/index.ts';
import { listBills } from '../../electron/core/billing/list-bills.ts';
import { billTotalsOf } from '../../electron/core/billing/totals.ts';
import { demoCatalogue } from '../../electron/demo/data/index.ts';
import { listBillsSchema } from '../../shared/billing/list-input.ts';
import type { Bill } from '../../shared/billing/schema.ts';
import { settle } from '../../shared/billing/settle.ts';
import type { NewDocument } from '../../shared/kernel/document.ts';
import { openTestKernel, TestClock, type TestKernel } from '../support/test-kernel.ts';
import { median, type Report } from './row.ts';

/**
 * `get_bills` page and totals of a month beside the same at 10 000 bills, and the commit of an order; at scale 1 with a million
 * bills over a year. Run: `npm run bench -- billing [--scale 0.1]`.
 */
export async function run(report: Report, { scale = 1 }: { scale?: number } = {}): Promise<void> {
  const few = await measure(10_000);
  const many = await measure(Math.round(1_000_000 * scale));
  const beside = `the same at ${few.count.toLocaleString('en')} bills`;
  const of = `${many.count.toLocaleString('en')} bills`;
  const row = (name: string, ours: number, peer: number, goal: string) =>
    report({ name: `${name}, ${of}`, ours, peer, peerName: beside, unit: 'ms', goal });
  row('get_bills, a page of 50', many.page, few.page, '≤ 2x');
  row('get_bills, page of what is due, the oldest first', many.due, few.due, '≤ 2x');
  row('get_bills, page of one organisation', many.organisation, few.organisation, '≤ 2x');
  row('get_bills, the largest of a month', many.largest, few.largest, '≤ 2x');
  row('get_bills, the largest of a year, page 20', many.deep, few.deep, '≤ 2x');
  row('get_bills, the largest of a day', many.day, few.day, '≤ 2x');
  row('get_bills, what is most due of a year', many.mostDue, few.mostDue, '≤ 2x');
  row('get_bills, the largest of one organisation in a year', many.ofOne, few.ofOne, '≤ 2x');
  row('order commit: bill, specimens, reports, activity', many.order, few.order, '≤ 2x');
  row('totals of a month', many.totals, few.totals, '≤ 2x');
  const worker = { peer: 1000, peerName: 'a second that nobody waits for', unit: 'ms', goal: '≤ 1x' };
  report({ name: `totals of a month, what is paid (read worker), ${of}`, ours: many.narrowed, ...worker });
  const budget = { peer: 16, peerName: 'the budget of the core', unit: 'ms', goal: '≤ 1x' };
  const blocked = `longest block of the core's thread while totals are added up, ${of}`;
  report({ name: blocked, ours: many.blocked, ...budget });
  report({ name: `${blocked}, of its own time`, ours: many.blockedOwn, ...budget });
}

const month = { from: '2026-06-01', to: '2026-06-30' };
const year = { from: '2026-01-01', to: '2026-12-31' };
const perPatient = 20;

async function measure(count: number) {
  const clock = new TestClock(Date.UTC(2026, 0, 1));
  const lab = await openTestKernel({ clock });
  const { kernel } = lab;
  const { patients, testIds, organisations } = seed(lab, count);
  fill(lab, clock, count, patients, organisations);
  const reads = kernel.reads();
  const list = (more: object) => listBills(kernel, reads, listBillsSchema.parse({ ...month, ...more }), 'Asia/Kolkata');
  const page = (more: object) => timed(30, () => list(more));
  const newest = await page({});
  const due = await page({ dueOnly: true, order: 'oldest' });
  const organisation = await page({ organisationId: organisations[3] });
  const byAmount = {
    largest: await page({ order: 'largest' }),
    deep: await page({
      ...year,
      order: 'largest',
      cursor: await cursorAfter(20, (cursor) => list({ ...year, order: 'largest', cursor })),
    }),
    day: await page({ from: '2026-06-15', to: '2026-06-15', order: 'largest' }),
    mostDue: await page({ ...year, order: 'mostDue' }),
    ofOne: await page({ ...year, order: 'largest', organisationId: organisations[3] }),
  };
  const session = kernel.systemSession('bench');
  let order = 0;
  const commit = await timed(40, () =>
    createBill(kernel, session, {
      patientId: patients[order++ % patients.length] ?? '',
      lines: testIds.map((testId) => ({ testId })),
      diagnoses: [],
    }),
  );
  const totals = await timed(30, () => billTotalsOf(kernel, reads, month));
  const narrowed: number[] = [];
  let [blocked, blockedOwn] = [0, 0];
  for (let round = 0; round < 6; round++) {
    const { took, longest, longestOwn } = await watched(() =>
      billTotalsOf(kernel, reads, { ...month, status: 'paid' }),
    );
    narrowed.push(took);
    if (round === 0) continue;
    blocked = Math.max(blocked, longest);
    blockedOwn = Math.max(blockedOwn, longestOwn);
  }
  await lab.dispose();
  return {
    count,
    page: newest,
    due,
    organisation,
    ...byAmount,
    order: commit,
    totals,
    narrowed: median(narrowed),
    blocked,
    blockedOwn,
  };
}

async function timed(rounds: number, run: () => unknown): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await run();
    took.push(performance.now() - started);
  }
  return median(took);
}

/** Where so many pages end. */
async function cursorAfter(
  pages: number,
  list: (cursor: string | undefined) => Promise<{ nextCursor?: string }>,
): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < pages; page++) cursor = (await list(cursor)).nextCursor;
  return cursor;
}

/**
 * How long a promise takes, and the longest time in which the thread did nothing else meanwhile: by the clock, in which
 * other programs may have had the processor, and by the thread's own processor time.
 */
async function watched(run: () => Promise<unknown>): Promise<{ took: number; longest: number; longestOwn: number }> {
  const ownTime = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  const started = performance.now();
  let [last, own] = [started, ownTime()];
  let [longest, longestOwn] = [0, 0];
  const timer = setInterval(() => {
    const [now, ownNow] = [performance.now(), ownTime()];
    // A millisecond of it is the timer's own.
    longest = Math.max(longest, now - last - 1);
    longestOwn = Math.max(longestOwn, ownNow - own);
    [last, own] = [now, ownNow];
  }, 1);
  await run();
  clearInterval(timer);
  return { took: performance.now() - started, longest, longestOwn };
}

function seed({ kernel, session }: TestKernel, count: number) {
  return kernel.change(session, (work) => {
    const entries = demoCatalogue.map((entry) => (entry.kind === 'priceList' ? { ...entry, currency: 'INR' } : entry));
    const catalogue = work.insertMany('catalogue', entries);
    const patients = work.insertMany(
      'patients',
      Array.from({ length: Math.ceil(count / perPatient) }, (_, index) => ({
        number: `A-P${String(index).padStart(7, '0')}`,
        fullName: `Patient ${index}`,
        sex: 'female' as const,
        otherPhones: [],
        consent: { sms: false, whatsapp: false, email: false },
        ...{ nationalIds: [], insurances: [], idProofs: [] },
      })),
    );
    const organisations = work.insertMany(
      'directory',
      Array.from({ length: 20 }, (_, index) => ({
        ...{ kind: 'organisation' as const, code: `O${index}`, name: `Organisation ${index}` },
      })),
    );
    return {
      patients: patients.map(({ id }) => id),
      organisations: organisations.map(({ id }) => id),
      testIds: catalogue.flatMap((entry) => (entry.kind === 'test' ? [entry.id] : [])).slice(0, 3),
    };
  });
}

/** Bills over the year 2026, one in ten with something due, in commits of a thousand. */
function fill(
  { kernel, session }: TestKernel,
  clock: TestClock,
  count: number,
  patients: readonly string[],
  organisations: readonly string[],
): void {
  const step = (365 * 86_400_000) / count;
  const start = clock.time;
  for (let from = 0; from < count; from += 1000) {
    const bills = Array.from({ length: Math.min(1000, count - from) }, (_, place) => {
      return billOf(from + place, start + (from + place) * step, patients, organisations);
    });
    kernel.change(session, (work) => work.insertMany('billing', bills));
  }
  clock.time = start + 365 * 86_400_000;
}

function billOf(
  index: number,
  time: number,
  patients: readonly string[],
  organisations: readonly string[],
): NewDocument<Bill> {
  const at = new Date(time).toISOString();
  const on = at.slice(0, 10);
  // Prices repeat, as a laboratory's do: many bills have the same amount.
  const lines = [6000 + (index % 40) * 250, 8500].map((price, line) => ({
    ...{ id: `l${index}-${line}`, testId: `t${line}`, testCode: line ? 'TSH' : 'CBC', testName: 'A test' },
    ...{ price, discount: 0, reportIds: [] },
  }));
  const amount = index % 10 === 0 ? 5000 : 14_500 + (index % 40) * 250;
  const payments = [
    {
      id: `p${index}`,
      kind: 'payment' as const,
      at,
      on,
      by: 'staff-1',
      stationId: 's',
      method: 'cash' as const,
      amount,
    },
  ];
  return {
    kind: 'bill',
    number: `A-B${String(index).padStart(7, '0')}`,
    patientId: patients[index % patients.length] ?? '',
    organisationId: organisations[(index * 7) % organisations.length],
    registeredAt: at,
    registeredOn: on,
    currency: 'INR',
    diagnoses: [],
    taxPercent: 0,
    lines,
    payments,
    ...settle({ lines, payments, taxPercent: 0, cancelled: false }),
  };
}
