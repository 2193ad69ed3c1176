import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insurerAccount } from '../../../shared/billing/balances.ts';
import { claimBundleSchema } from '../../../shared/billing/fhir.ts';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import { fieldsOf, fingerprint, type OrderApi, type OrderLab, openOrderLab, refusalOf } from './order-lab.ts';

let lab: OrderLab;
let api: OrderApi;
let safe: Insured;
const dayMs = 86_400_000;
const year = { from: '2026-01-01', to: '2026-12-31' };

interface Insured {
  insurerId: string;
  groupId: string;
  patientId: string;
}

beforeAll(async () => {
  lab = await openOrderLab({ taxPercent: 5 });
  api = lab.api();
  safe = addInsured('SAFE', 30);
});
afterAll(() => lab.dispose());

/** An insurer with a group that covers 80 %, but no CRP, and a patient of it. */
function addInsured(code: string, claimDays?: number): Insured {
  const ids = lab.kernel.change(lab.session, (work) => {
    const insurer = work.insert('directory', { kind: 'insurer', code, name: `${code} Health`, claimDays });
    const group = work.insert('directory', {
      ...{ kind: 'insuranceGroup', code: `${code}-GOLD`, name: `${code} Gold`, insurerId: insurer.id },
      ...{ coveragePercent: 80, excludedTests: ['CRP'] },
    });
    return { insurerId: insurer.id, groupId: group.id };
  });
  const policy = { ...ids, policyNumber: 'GOLD-1', holderRelation: 'self' as const };
  return { ...ids, patientId: lab.addPatient({ number: `A-${code}`, insurances: [policy] }).id };
}

const owed = (id: string) => lab.kernel.reads().balance('billing', insurerAccount(id, 'INR'));
const order = async (of: Insured, ...codes: string[]) => {
  lab.clock.advance(1000);
  const lines = codes.map((code) => ({ testId: lab.test(code) }));
  const diagnoses = [{ code: 'E11.9', title: 'Type 2 diabetes mellitus without complications' }];
  return (await api.bills.create({ patientId: of.patientId, lines, policyNumber: 'GOLD-1', diagnoses })).bill;
};
const claimOf = async (...bills: { id: string }[]) => {
  const [claim] = await api.claims.create({ billIds: bills.map(({ id }) => id) });
  if (!claim) throw new Error('no claim was made');
  return claim;
};
const submitted = async (...bills: { id: string }[]) => {
  const { id, _rev: rev } = await claimOf(...bills);
  const [claim] = await api.claims.submit({ claims: [{ id, rev }] });
  if (!claim) throw new Error('nothing was submitted');
  return claim;
};

describe('what an insurer pays', () => {
  it('goes from policy to order, claim, settlements and balance', async () => {
    const bill = await order(safe, 'CBC', 'TSH', 'CRP');
    // CBC 60.00 and TSH 85.00 with 5 % tax, of which 80 %.
    expect(bill.totals.insurer).toBe(12_180);
    expect(owed(safe.insurerId)).toBe(12_180);
    const other = await order(safe, 'CBC');
    const { rows } = await api.claims.eligible({ ...year, insurerId: safe.insurerId });
    expect(rows).toMatchObject([
      {
        id: bill.id,
        amount: 12_180,
        policyNumber: 'GOLD-1',
        groupName: 'SAFE Gold',
        tests: ['CBC', 'TSH'],
        daysLeft: 30,
      },
      { id: other.id, amount: 5040 },
    ]);
    let claim = await submitted(bill, other);
    expect(claim).toMatchObject({ status: 'submitted', totals: { claimed: 17_220, open: 17_220 } });
    expect((await api.claims.eligible({ ...year, insurerId: safe.insurerId })).rows).toEqual([]);
    const settle = (bills: { billId: string; amount: number; reason?: string }[]) =>
      api.claims.follow({ step: 'settle', id: claim.id, rev: claim._rev, method: 'transfer', reference: 'R-1', bills });
    expect(
      await fieldsOf(() =>
        settle([
          { billId: bill.id, amount: 12_000 },
          { billId: other.id, amount: 5041 },
        ]),
      ),
    ).toEqual(['bills.0.reason: reason', 'bills.1.amount: settlement.aboveOpen']);
    const stale = claim;
    claim = await settle([
      { billId: bill.id, amount: 12_000, reason: 'above the fee schedule' },
      { billId: other.id, amount: 5040 },
    ]);
    expect(claim).toMatchObject({ status: 'partPaid', totals: { settled: 17_040, open: 180 } });
    expect(owed(safe.insurerId)).toBe(180);
    const again = () => api.claims.follow({ step: 'reject', id: stale.id, rev: stale._rev, reason: 'again' });
    expect(await refusalOf(again)).toMatchObject({ kind: 'conflict' });
    claim = await api.claims.follow({ step: 'resubmit', id: claim.id, rev: claim._rev, reason: 'fee was agreed' });
    expect(claim.entries.at(-1)?.first).toBe(claim.entries[0]?.id);
    claim = await api.claims.follow({ step: 'reject', id: claim.id, rev: claim._rev, reason: 'not agreed' });
    claim = await api.claims.writeOff({ id: claim.id, rev: claim._rev, reason: 'too little to dispute' });
    expect(claim).toMatchObject({ status: 'writtenOff', totals: { settled: 17_040, writtenOff: 180, open: 0 } });
    expect(owed(safe.insurerId)).toBe(0);
    expect(claim.entries.map(({ step }) => step)).toEqual(['submit', 'settle', 'resubmit', 'reject', 'writeOff']);
    const details = await api.claims.get({ id: claim.id });
    expect(details.next).toEqual([]);
    expect(details.bills).toMatchObject([
      { settled: 12_000, writtenOff: 180, open: 0 },
      { settled: 5040, open: 0 },
    ]);
  });
});

describe('claims', () => {
  it('are made one for each insurer and group, a bill on one only', async () => {
    const care = addInsured('CARE');
    const bills = [await order(safe, 'CBC'), await order(care, 'CBC'), await order(safe, 'TSH')];
    const claims = await api.claims.create({ billIds: bills.map(({ id }) => id) });
    expect(claims.map((claim) => claim.bills.length)).toEqual([2, 1]);
    expect(new Set(claims.map(({ batch }) => batch)).size).toBe(1);
    const plain = (await api.bills.create({ patientId: safe.patientId, lines: [{ testId: lab.test('CBC') }] })).bill;
    const before = fingerprint(lab.kernel);
    const billIds = [bills[0]?.id ?? '', plain.id, plain.id, 'none'];
    expect(await fieldsOf(() => api.claims.create({ billIds }))).toEqual([
      'billIds.0: bill.claimed',
      'billIds.1: bill.notInsured',
      'billIds.2: bill.twice',
      'billIds.3: bill.missing',
    ]);
    expect(fingerprint(lab.kernel)).toEqual(before);
    const all = claims.map(({ id, _rev: rev }) => ({ id, rev }));
    const done = await api.claims.submit({ claims: all, reference: 'portal' });
    expect(done.map(({ status }) => status)).toEqual(['submitted', 'submitted']);
  });

  it('that were not submitted can be taken back, and free their bills', async () => {
    const bill = await order(safe, 'CBC');
    const claim = await claimOf(bill);
    const seen = (await api.bills.get({ id: bill.id })).bill;
    const cancelBill = () => api.bills.cancel({ id: bill.id, rev: seen._rev, reason: 'ordered twice' });
    expect(await fieldsOf(cancelBill)).toEqual(['id: bill.claimed']);
    const back = await api.claims.follow({ step: 'cancel', id: claim.id, rev: claim._rev, reason: 'wrong policy' });
    expect(back).toMatchObject({ status: 'cancelled', totals: { claimed: 0, open: 0 } });
    const sent = await submitted(bill);
    const late = () => api.claims.follow({ step: 'cancel', id: sent.id, rev: sent._rev, reason: 'too late' });
    expect(await fieldsOf(late)).toEqual(['step: claim.step']);
  });

  it('warn before a bill expires and refuse it afterwards', async () => {
    const slow = addInsured('SLOW', 10);
    const bill = await order(slow, 'CBC');
    lab.clock.advance(8 * dayMs);
    api = lab.api();
    const left = async () => (await api.claims.eligible({ ...year, insurerId: slow.insurerId })).rows[0]?.daysLeft;
    expect(await left()).toBe(2);
    lab.clock.advance(3 * dayMs);
    api = lab.api();
    expect(await left()).toBe(-1);
    expect(await fieldsOf(() => claimOf(bill))).toEqual(['billIds.0: bill.tooLate']);
  });

  it('age from their submission', async () => {
    const aged = addInsured('AGED');
    await submitted(await order(aged, 'CBC'));
    lab.clock.advance(45 * dayMs);
    api = lab.api();
    const row = (await api.claims.ageing()).find(({ id }) => id === aged.insurerId);
    expect(row).toMatchObject({ name: 'AGED Health', count: 1, bands: { '0-30': 0, '31-60': 5040 }, total: 5040 });
    expect((await api.claims.list({ insurerId: aged.insurerId })).rows).toMatchObject([{ age: 45, bills: 1 }]);
  });

  it('need as many statements for many as for few', async () => {
    const many = addInsured('MANY');
    const bills = [];
    for (let index = 0; index < 30; index++) bills.push(await order(many, 'CBC'));
    const eligible = (limit: number) =>
      lab.statementsOf(() => api.claims.eligible({ ...year, insurerId: many.insurerId, limit }));
    expect(await eligible(200)).toBe(await eligible(2));
    for (const bill of bills.slice(0, 20)) await claimOf(bill);
    const list = (limit: number) => lab.statementsOf(() => api.claims.list({ insurerId: many.insurerId, limit }));
    expect(await list(200)).toBe(await list(2));
    const page = await api.claims.list({ insurerId: many.insurerId, limit: 15 });
    const rest = await api.claims.list({ insurerId: many.insurerId, limit: 15, cursor: page.nextCursor });
    expect(new Set([...page.rows, ...rest.rows].map(({ id }) => id)).size).toBe(20);
  }, 30_000);
});

describe('a batch', () => {
  const numbers = async (input: Parameters<OrderApi['claims']['list']>[0]) =>
    (await api.claims.list(input)).rows.map(({ number }) => number);

  it('is found by its number or that of any claim in it, page by page, at the cost of a page', async () => {
    const insured = Array.from({ length: 12 }, (_, index) => addInsured(`B${index}`));
    const bills = [];
    for (const one of insured) bills.push(await order(one, 'CBC'));
    const before = await claimOf(await order(safe, 'CBC'));
    const batch = await api.claims.create({ billIds: bills.map(({ id }) => id) });
    // At the same moment, but on its own.
    const after = await claimOf(await order(safe, 'TSH'));
    const all = batch.map(({ number }) => number).toSorted();
    const first = batch[0]?.number ?? '';
    expect((await numbers({ batch: first, limit: 200 })).toSorted()).toEqual(all);
    expect((await numbers({ batch: ` ${all.at(-1)?.toLowerCase()} `, limit: 200 })).toSorted()).toEqual(all);
    expect(await numbers({ batch: before.number })).toEqual([before.number]);
    expect(await numbers({ batch: after.number })).toEqual([after.number]);
    const page = await api.claims.list({ batch: first, limit: 5 });
    const next = await api.claims.list({ batch: first, limit: 5, cursor: page.nextCursor });
    const last = await api.claims.list({ batch: first, limit: 5, cursor: next.nextCursor });
    const rows = [...page.rows, ...next.rows, ...last.rows];
    expect(rows.map(({ number }) => number).toSorted()).toEqual(all);
    expect(last.nextCursor).toBeUndefined();
    expect(await numbers({ batch: first, insurerId: insured[3]?.insurerId })).toHaveLength(1);
    expect(await numbers({ batch: first, status: 'submitted' })).toEqual([]);
    expect(await numbers({ batch: 'A-K99999' })).toEqual([]);
    // A bill has a number too.
    expect(await numbers({ batch: bills[0]?.number ?? '' })).toEqual([]);
    const cost = (limit: number) => lab.statementsOf(() => api.claims.list({ batch: first, limit }));
    expect(await cost(200)).toBe(await cost(2));
  }, 30_000);
});

describe('a claim as FHIR', () => {
  it('goes with others on the same insurer, never with those of another', async () => {
    const other = addInsured('OTHER');
    const group = lab.kernel.change(lab.session, (work) =>
      work.insert('directory', {
        ...{ kind: 'insuranceGroup', code: 'OTHER-BLUE', name: 'OTHER Blue', insurerId: other.insurerId },
        coveragePercent: 50,
      }),
    );
    const policy = { insurerId: other.insurerId, groupId: group.id, policyNumber: 'GOLD-1' };
    const blue = lab.addPatient({ number: 'A-BLUE', insurances: [{ ...policy, holderRelation: 'self' }] });
    const bills = [
      await order(other, 'CBC'),
      await order({ ...policy, patientId: blue.id }, 'CBC'),
      await order(safe, 'CBC'),
    ];
    const batch = await api.claims.create({ billIds: bills.map(({ id }) => id) });
    const [gold, second, foreign] = batch.map(({ id }) => id);
    const bundle = await api.claims.fhir({ ids: [gold ?? '', second ?? ''] });
    const asked = bundle.entry.flatMap(({ resource }) => (resource.resourceType === 'Claim' ? [resource] : []));
    expect(asked.map(({ identifier }) => identifier[0]?.value)).toEqual([bills[0]?.number, bills[1]?.number]);
    const coverages = bundle.entry.flatMap(({ resource }) => (resource.resourceType === 'Coverage' ? [resource] : []));
    expect(coverages.map(({ class: [own] = [] }) => own?.value)).toEqual(['OTHER-GOLD', 'OTHER-BLUE']);
    expect(bundle.entry.filter(({ resource }) => resource.resourceType === 'Organization')).toHaveLength(2);
    expect(bundle.identifier).toMatchObject({ value: batch[0]?.batch, system: expect.stringMatching(/^urn:uuid:/) });
    expect(new Set(bundle.entry.map(({ fullUrl }) => fullUrl)).size).toBe(bundle.entry.length);
    const alone = await claimOf(await order(other, 'TSH'));
    expect((await api.claims.fhir({ ids: [gold ?? '', alone.id] })).identifier).toBeUndefined();
    const mixed = () => api.claims.fhir({ ids: [gold ?? '', foreign ?? ''] });
    expect(await fieldsOf(mixed)).toEqual(['ids.1: claim.otherInsurer']);
    await api.claims.follow({ step: 'cancel', id: alone.id, rev: alone._rev, reason: 'wrong policy' });
    expect(await fieldsOf(() => api.claims.fhir({ ids: [alone.id] }))).toEqual(['ids.0: claim.empty']);
    const cost = (ids: string[]) => lab.statementsOf(() => api.claims.fhir({ ids }));
    expect(await cost([gold ?? '', second ?? ''])).toBe(await cost([gold ?? '']));
  });

  it('is a bundle of a Claim a bill whose items add up to what is claimed', async () => {
    const bill = await order(safe, 'CBC', 'TSH');
    let claim = await submitted(bill);
    const first = await api.claims.fhir({ ids: [claim.id] });
    expect(claimBundleSchema.safeParse(first).success).toBe(true);
    expect(await api.claims.fhir({ ids: [claim.id] })).toEqual(first);
    const claims = first.entry.flatMap(({ resource }) => (resource.resourceType === 'Claim' ? [resource] : []));
    expect(claims).toHaveLength(1);
    expect(claims[0]).toMatchObject({
      use: 'claim',
      identifier: [{ value: bill.number }],
      diagnosis: [
        {
          sequence: 1,
          diagnosisCodeableConcept: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'E11.9' }] },
        },
      ],
      item: [
        {
          sequence: 1,
          productOrService: { coding: [{ code: '57021-8' }, { code: 'CBC' }] },
          net: { value: 50.4, currency: 'INR' },
        },
        {
          sequence: 2,
          productOrService: { coding: [{ code: '3016-3' }, { code: 'TSH' }] },
          net: { value: 71.4, currency: 'INR' },
        },
      ],
      total: { value: 121.8, currency: 'INR' },
    });
    expect(claims[0]?.related).toBeUndefined();
    const known = new Set(first.entry.map(({ fullUrl }) => fullUrl));
    const references = [...JSON.stringify(first).matchAll(/"reference":"([^"]+)"/g)].map(([, to]) => to ?? '');
    expect(references.length).toBeGreaterThan(4);
    expect(references.filter((to) => !known.has(to))).toEqual([]);
    claim = await api.claims.follow({ step: 'reject', id: claim.id, rev: claim._rev, reason: 'no referral' });
    claim = await api.claims.follow({ step: 'resubmit', id: claim.id, rev: claim._rev, reason: 'with referral' });
    const second = JSON.stringify(await api.claims.fhir({ ids: [claim.id] }));
    expect(second).toContain('"code":"prior"');
  });
});

describe('rights', () => {
  it('a write-off needs its own', async () => {
    const clerk = lab.api(permissionNames.filter((name) => name !== 'claim.writeOff'));
    const claim = await submitted(await order(safe, 'CBC'));
    const rejected = await clerk.claims.follow({
      step: 'reject',
      id: claim.id,
      rev: claim._rev,
      reason: 'not covered',
    });
    const writeOff = { id: rejected.id, rev: rejected._rev, reason: 'given up' };
    expect(await refusalOf(() => clerk.claims.writeOff(writeOff))).toMatchObject({
      kind: 'forbidden',
      permission: 'claim.writeOff',
    });
    expect((await api.claims.writeOff(writeOff)).status).toBe('writtenOff');
  });
});
