import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancesOf } from '../../../shared/billing/balances.ts';
import { claimedLines, nextSteps, settleClaim, standingBills, sumsByBill } from '../../../shared/billing/claim.ts';
import { settleInvoice, standingItems } from '../../../shared/billing/invoice.ts';
import {
  type Claim,
  type ClaimEntry,
  type ClaimStep,
  claimSchema,
  claimStatusSchema,
  claimStepSchema,
  type Invoice,
  invoiceSchema,
  type Payment,
} from '../../../shared/billing/schema.ts';
import type { Plain } from '../../../shared/sync/canonical.ts';
import { mergeDocuments } from '../../../shared/sync/merge.ts';

const base = {
  labId: 'lab',
  createdAt: '2026-01-05T08:00:00.000Z',
  createdBy: 'a',
  updatedAt: '2026-01-05T08:00:00.000Z',
  updatedBy: 'a',
  stationId: 'A',
  registeredAt: '2026-01-05T08:00:00.000Z',
  registeredOn: '2026-01-05',
  currency: 'INR',
};
const claimedAmounts = [5000, 12_180, 1];

function newClaim(): Claim {
  const bills = claimedAmounts.map((claimed, index) => ({
    ...{ billId: `b${index}`, billNumber: `A-B${index}`, servedOn: '2026-01-05', patientId: 'p', policyNumber: 'G' },
    ...{ diagnoses: [], lines: [], claimed },
  }));
  const content = { bills, entries: [], registeredOn: base.registeredOn };
  const named = { kind: 'claim' as const, id: 'c', number: 'A-K1', batch: 'A-K1', insurerId: 'i', groupId: 'g' };
  return { ...base, ...named, ...content, ...settleClaim(content) };
}

/** Takes a step as a use case would; one that the state does not allow is not taken. */
function step(claim: Claim, wanted: ClaimStep, part: number, at: number, stationId: string): Claim {
  if (!nextSteps(claim.status).includes(wanted)) return claim;
  const time = new Date(Date.UTC(2026, 0, 6) + at * 60_000).toISOString();
  const share = wanted === 'writeOff' ? 1 : part;
  const bills = [...sumsByBill(claim)].map(([billId, { open }]) => ({
    billId,
    amount: Math.max(0, Math.floor(open * share)),
  }));
  const entry: ClaimEntry = {
    ...{ id: `${stationId}${at}`, step: wanted, at: time, on: time.slice(0, 10), by: stationId, name: '', stationId },
    ...(wanted === 'settle' || wanted === 'writeOff' ? { bills } : {}),
  };
  const next = { ...claim, updatedAt: time, updatedBy: stationId, stationId, entries: [...claim.entries, entry] };
  return { ...next, ...settleClaim(next) };
}

const steps = fc.array(
  fc.record({
    step: fc.constantFrom(...claimStepSchema.options.filter((one) => one !== 'release')),
    part: fc.constantFrom(0, 0.3, 0.5, 1),
    at: fc.nat(500),
  }),
  { maxLength: 12 },
);

function run(claim: Claim, taken: { step: ClaimStep; part: number; at: number }[], stationId: string, from = 0): Claim {
  return taken.reduce(
    (now, one, index) => step(now, one.step, one.part, from + index * 1000 + one.at, stationId),
    claim,
  );
}

function addsUp(claim: Claim): void {
  const { claimed, settled, writtenOff, open } = claim.totals;
  expect(claimed).toBe(settled + writtenOff + open);
  const asked = standingBills(claim).reduce((sum, bill) => sum + bill.claimed, 0);
  expect(claimed).toBe(asked);
  // The insurer's account went down by what was settled and written off, whoever booked it.
  const account = balancesOf(claim).reduce(
    (sum, share) => (share.account === 'insurer/i/INR' ? sum + share.amount : sum),
    0,
  );
  expect(account + settled + writtenOff).toBe(0);
  claimSchema.parse(claim);
}

describe('a claim', () => {
  it('adds up whatever happens to it, and nothing more is settled than claimed', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const claim = run(newClaim(), taken, 'A');
        addsUp(claim);
        expect(claim.totals.open).toBeGreaterThanOrEqual(0);
        if (claim.status === 'settled' || claim.status === 'writtenOff') expect(claim.totals.open).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('adds up after two stations went on apart, the same at both', () => {
    fc.assert(
      fc.property(steps, steps, steps, (before, one, other) => {
        const common = run(newClaim(), before, 'A');
        const here = run(common, one, 'A', 20_000);
        const there = run(common, other, 'B', 20_000);
        const plain = (claim: Claim) => claim as unknown as Plain;
        const merged = mergeDocuments('billing', plain(common), plain(here), plain(there));
        expect(mergeDocuments('billing', plain(common), plain(there), plain(here))).toEqual(merged);
        expect(merged.losses).toEqual([]);
        const claim = merged.document as unknown as Claim;
        expect(claim.entries).toHaveLength(here.entries.length + there.entries.length - common.entries.length);
        addsUp(claim);
        expect(claimStatusSchema.safeParse(claim.status).success).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('asks for a bill no more that another claim has', () => {
    const claim = run(newClaim(), [{ step: 'submit', part: 0, at: 1 }], 'A');
    const release: ClaimEntry = {
      ...{ id: 'r', step: 'release', at: base.createdAt, on: '2026-01-07', by: 'a', name: '', stationId: 'A' },
      bills: [{ billId: 'b1', amount: 0 }],
    };
    const entries = [...claim.entries, release];
    expect(settleClaim({ ...claim, entries })).toMatchObject({
      status: 'submitted',
      totals: { claimed: 5001, open: 5001 },
    });
  });

  it('spreads what it asks for over the covered lines to the last cent', () => {
    const line = fc.record({ price: fc.integer({ min: 0, max: 99_999 }), notCovered: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 99_999 }),
        (priced, insurer) => {
          const lines = priced.map(({ price, notCovered }, index) => ({
            ...{ id: `l${index}`, testId: 't', testCode: `T${index}`, testName: '', price, discount: 0, reportIds: [] },
            ...(notCovered ? { notCovered } : {}),
          }));
          const totals = { gross: 0, discount: 0, tax: 0, net: 0, paid: 0, due: 0, insurer };
          const asked = claimedLines({ lines, totals });
          if (asked.length > 0) expect(asked.reduce((sum, { amount }) => sum + amount, 0)).toBe(insurer);
          for (const { testCode } of asked) expect(priced[Number(testCode.slice(1))]?.notCovered).toBe(false);
        },
      ),
    );
  });
});

function newInvoice(): Invoice {
  const items = [4000, 6000, -500].map((amount, index) => ({
    ...{ id: `b${index}`, number: `A-B${index}`, on: '2026-01-05', patientName: 'P', tests: 'CBC', amount },
  }));
  const content = { items, payments: [] };
  const period = { from: '2026-01-01', to: '2026-01-31' };
  const named = {
    kind: 'invoice' as const,
    id: 'n',
    number: 'A-I1',
    organisationId: 'o',
    period,
    agedFrom: '2026-02-04',
  };
  return { ...base, ...named, ...content, ...settleInvoice(content) };
}

const moves = fc.array(
  fc.record({ kind: fc.constantFrom('pay' as const, 'refund' as const, 'cancel' as const), amount: fc.nat(9000) }),
  { maxLength: 8 },
);

type Move = typeof moves extends fc.Arbitrary<(infer M)[]> ? M : never;

function move(invoice: Invoice, taken: readonly Move[], stationId: string): Invoice {
  let now = invoice;
  for (const [index, one] of taken.entries()) now = moveOnce(now, one, index, stationId);
  return now;
}

function moveOnce(now: Invoice, { kind, amount: wanted }: Move, index: number, stationId: string): Invoice {
  const at = new Date(Date.UTC(2026, 1, 1) + index * 60_000).toISOString();
  const id = `${stationId}${index}`;
  const known = { id, at, on: at.slice(0, 10), by: stationId, stationId, method: 'cash' as const };
  const entry = (of: Payment['kind'], amount: number): Payment[] =>
    amount > 0 ? [{ ...known, kind: of, amount }] : [];
  const cancelled = now.cancelReason !== undefined;
  const payments =
    kind === 'pay'
      ? entry('payment', cancelled ? 0 : Math.min(wanted, now.totals.due))
      : entry('refund', kind === 'refund' ? Math.min(wanted, now.totals.paid) : now.totals.paid);
  const reason = kind === 'cancel' ? { cancelReason: 'wrong month' } : {};
  const next = { ...now, ...reason, updatedAt: at, updatedBy: stationId, payments: [...now.payments, ...payments] };
  return { ...next, ...settleInvoice(next) };
}

describe('an invoice', () => {
  it('adds up whatever happens at two stations, the same at both', () => {
    fc.assert(
      fc.property(moves, moves, (one, other) => {
        const common = newInvoice();
        const [here, there] = [move(common, one, 'A'), move(common, other, 'B')];
        for (const side of [here, there]) expect(side.totals.due).toBeGreaterThanOrEqual(0);
        const plain = (invoice: Invoice) => invoice as unknown as Plain;
        const merged = mergeDocuments('billing', plain(common), plain(here), plain(there)).document;
        expect(mergeDocuments('billing', plain(common), plain(there), plain(here)).document).toEqual(merged);
        const invoice = invoiceSchema.parse(merged);
        expect(invoice.payments).toHaveLength(here.payments.length + there.payments.length);
        const paid = invoice.payments.reduce(
          (sum, { kind, amount }) => sum + (kind === 'payment' ? amount : -amount),
          0,
        );
        const net = standingItems(invoice).reduce((sum, { amount }) => sum + amount, 0);
        expect(invoice.totals).toEqual({ net, paid, due: net - paid });
        const stopped = [...one, ...other].some(({ kind }) => kind === 'cancel');
        expect(invoice.status === 'cancelled').toBe(stopped);
        if (stopped) expect(net).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
