import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invoiceDetails } from '../../../electron/core/billing/invoices/queries.ts';
import { billDetails } from '../../../electron/core/billing/queries.ts';
import { createSync, type Sync } from '../../../electron/core/sync/index.ts';
import { demoCatalogue } from '../../../electron/demo/data/index.ts';
import type { Bill, Invoice } from '../../../shared/billing/schema.ts';
import { type OfficeLine, startHeadOffice, startOfficeLine, type TestHeadOffice } from '../../support/head-office.ts';
import { newOf, samplePatient } from '../../support/samples.ts';
import { openTestKernel, type TestKernel } from '../../support/test-kernel.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type MoneyParties, type MoneyState, type MoneyStep, moneyState, moneyStep } from './money-steps.ts';
import { type Station, startStation } from './start-station.ts';

let office: TestHeadOffice;
let line: OfficeLine;
let a: TestKernel;
let sync: Sync;
let b: Station;
let tests: string[];
const folderB = mkdtempSync(join(tmpdir(), 'aliquot-money-'));

beforeAll(async () => {
  office = await startHeadOffice();
  line = await startOfficeLine(() => office.url);
  a = await openTestKernel();
  sync = createSync(a.kernel, { probeMs: 50 });
  b = await startStation(folderB, 'B');
  const catalogue = a.kernel.change(a.session, (work) => {
    const entries = demoCatalogue.map((one) => (one.kind === 'priceList' ? { ...one, currency: 'INR' } : one));
    return work.insertMany('catalogue', entries);
  });
  tests = ['CBC', 'TSH', 'GLUF', 'LFT'].map((code) => {
    return catalogue.find((one) => one.kind === 'test' && one.code === code)?.id ?? '';
  });
  await sync.configure(a.session, { url: line.url, enabled: true });
  await b.call('configure', { url: office.url });
}, 30_000);

afterAll(async () => {
  await b.kill();
  await sync.close();
  await a.dispose();
  await line.close();
  await office.kill();
  rmSync(folderB, { recursive: true, force: true });
});

/** A patient and an organisation on credit that both stations know. */
async function parties(): Promise<MoneyParties> {
  const made = a.kernel.change(a.session, (work) => {
    const organisation = { kind: 'organisation' as const, code: 'ORG', name: 'On credit', billing: 'credit' as const };
    const { id: organisationId } = work.insert('directory', organisation);
    return { organisationId, patientId: work.insert('patients', newOf(samplePatient())).id };
  });
  await inStep();
  return made;
}

const documentsOfA = () => a.kernel.reads().find('billing', { selector: {} });
const revisions = (documents: readonly unknown[]) =>
  (documents as { id: string; updatedAt: string; payments?: unknown[] }[])
    .map(({ id, updatedAt, payments }) => `${id} ${updatedAt} ${payments?.length ?? ''}`)
    .toSorted();

/** Waits until both stations and head office hold the same catalogue, people and money. */
async function inStep(): Promise<void> {
  for (const collection of ['catalogue', 'directory', 'patients', 'billing', 'specimens', 'reports'] as const) {
    await waitFor(
      async () => {
        const [ours, theirs] = [
          a.kernel.reads().count(collection, { selector: {} }),
          await b.call('count', { collection }),
        ];
        return ours === theirs;
      },
      { timeout: 20_000 },
    );
  }
  await waitFor(
    async () => {
      expect(revisions(documentsOfA())).toEqual(revisions(await b.call('billing')));
      expect(sync.status().collections.filter(({ state }) => state !== 'synced')).toEqual([]);
      return true;
    },
    { timeout: 20_000 },
  );
}

/** What both do while the line is cut, and then what both say about money. */
async function apart(
  who: MoneyParties,
  atA: MoneyStep[],
  atB: MoneyStep[],
): Promise<{ state: MoneyState; done: number }> {
  await line.cut();
  await waitFor(() => sync.overall().state === 'offline');
  let done = atA.filter((step) => moneyStep(a.kernel, a.session, step, who)).length;
  done += await b.call('money', { steps: atB, parties: who });
  await line.mend();
  await inStep();
  const state = moneyState(a.kernel, who);
  expect(await b.call('moneyState', who)).toEqual(state);
  return { state, done };
}

describe('two stations apart', () => {
  it('that sell the same credit: both sales stand, the patient owes it, and it is shown', {
    timeout: 40_000,
  }, async () => {
    const who = await parties();
    const [cbc = ''] = tests;
    const advance: MoneyStep = { kind: 'advance', amount: 6000 };
    const order: MoneyStep = { kind: 'order', testIds: [cbc], onAccount: false };
    moneyStep(a.kernel, a.session, advance, who);
    moneyStep(a.kernel, a.session, order, who);
    moneyStep(a.kernel, a.session, order, who);
    await inStep();
    const pay = (place: number): MoneyStep => ({ kind: 'pay', place, method: 'credit', amount: 6000 });
    const { state, done } = await apart(who, [pay(0)], [pay(1)]);
    expect(done).toBe(2);
    expect(state).toMatchObject({ wrong: [], credit: -6000 });
    const bills = documentsOfA().filter((one) => one.kind === 'bill' && one.patientId === who.patientId);
    expect(bills).toMatchObject([{ status: 'paid' }, { status: 'paid' }]);
    expect(billDetails(a.kernel.reads(), bills[0]?.id ?? '').credit).toBe(-6000);
    // Nothing more can be sold on it, and what the patient brings settles it.
    expect(moneyStep(a.kernel, a.session, { kind: 'return', amount: 1 }, who)).toBe(false);
    moneyStep(a.kernel, a.session, advance, who);
    expect(moneyState(a.kernel, who)).toMatchObject({ wrong: [], credit: 0 });
  });

  it('that put a bill on two invoices: one has it, the other shows it and is put right', {
    timeout: 40_000,
  }, async () => {
    const who = await parties();
    const [cbc = '', tsh = ''] = tests;
    moneyStep(a.kernel, a.session, { kind: 'order', testIds: [cbc], onAccount: true }, who);
    await inStep();
    // The other station has a bill of its own on its invoice.
    const further: MoneyStep = { kind: 'order', testIds: [tsh], onAccount: true };
    const { state } = await apart(who, [{ kind: 'invoice' }], [further, { kind: 'invoice' }]);
    expect(state).toMatchObject({ wrong: [], owed: 14_500 });
    expect(state.invoices.map(({ moved }) => moved).toSorted()).toEqual([0, 1]);
    const mine = documentsOfA().filter((one) => 'organisationId' in one && one.organisationId === who.organisationId);
    const bill = mine.find((one): one is typeof one & Bill => one.kind === 'bill' && one.totals.net === 6000);
    const double = mine.find(
      (one): one is typeof one & Invoice => one.kind === 'invoice' && one.id !== bill?.invoiceId,
    );
    const details = () => invoiceDetails(a.kernel.reads(), double?.id ?? '', '2026-12-31');
    expect(details().moved).toEqual([bill?.id]);
    // The remedy of the screen, at either station: asked for once from then on, at both.
    await b.call('money', { steps: [{ kind: 'release' }], parties: who });
    await inStep();
    expect(details().moved).toEqual([]);
    const after = moneyState(a.kernel, who);
    expect(after.wrong).toEqual([]);
    expect(after.invoices.reduce((sum, { due }) => sum + due, 0)).toBe(14_500);
    expect(await b.call('moneyState', who)).toEqual(after);
  });

  const amount = fc.integer({ min: 1, max: 9000 });
  const place = fc.nat({ max: 5 });
  const method = fc.constantFrom('cash' as const, 'credit' as const);
  const stepOf = (testIds: string[]): fc.Arbitrary<MoneyStep> =>
    fc.oneof(
      fc.record({
        kind: fc.constant('order' as const),
        testIds: fc.subarray(testIds, { minLength: 1 }),
        onAccount: fc.boolean(),
      }),
      fc.record({ kind: fc.constantFrom('pay' as const, 'refund' as const), place, method, amount }),
      fc.record({ kind: fc.constant('cancel' as const), place }),
      fc.record({ kind: fc.constant('add' as const), place, testId: fc.constantFrom(...testIds) }),
      fc.record({ kind: fc.constant('creditNote' as const), place, amount }),
      fc.record({ kind: fc.constantFrom('advance' as const, 'return' as const), amount }),
      fc.record({ kind: fc.constant('invoice' as const) }),
      fc.record({ kind: fc.constantFrom('payInvoice' as const, 'refundInvoice' as const), place, amount }),
      fc.record({ kind: fc.constant('cancelInvoice' as const), place }),
    );

  it('whatever they do, balances add up at both once they have met', { timeout: 60_000 }, async () => {
    const who = await parties();
    const steps = fc.array(stepOf(tests), { minLength: 18, maxLength: 24 });
    let done = 0;
    for (const [common, atA, atB] of fc.sample(fc.tuple(steps, steps, steps), { numRuns: 3 })) {
      for (const step of common) if (moneyStep(a.kernel, a.session, step, who)) done++;
      await inStep();
      const met = await apart(who, atA, atB);
      done += met.done;
      expect(met.state.wrong).toEqual([]);
      moneyStep(a.kernel, a.session, { kind: 'release' }, who);
      await inStep();
      const after = moneyState(a.kernel, who);
      expect(after.wrong).toEqual([]);
      expect(after.invoices.map(({ moved }) => moved)).toEqual(after.invoices.map(() => 0));
      expect(await b.call('moneyState', who)).toEqual(after);
    }
    expect(done).toBeGreaterThan(40);
  });
});
