import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { billSchema } from '../../../shared/billing/schema.ts';
import { patientSchema } from '../../../shared/patients/schema.ts';
import { reportSchema } from '../../../shared/reports/schema.ts';
import type { Plain } from '../../../shared/sync/canonical.ts';
import { canonicalJson, sameJson } from '../../../shared/sync/canonical.ts';
import { mergeAppendOnly, mergeDocuments } from '../../../shared/sync/merge.ts';
import { hasCompetingVersions } from '../../../shared/sync/merge-report.ts';
import {
  at,
  sampleBill,
  samplePatient,
  samplePayment,
  sampleReport,
  sampleSpecimen,
  sampleValue,
} from '../../support/samples.ts';

describe('a patient changed on two stations apart', () => {
  const base = samplePatient();

  it('takes from each side what only that side changed', () => {
    const one = samplePatient({ phone: '+351911111111', updatedAt: at(1) });
    const other = samplePatient({ address: 'Rua Nova 1', note: 'diabetic', updatedAt: at(2) });
    const { document, losses } = mergeDocuments('patients', base, one, other);
    expect(document).toMatchObject({
      phone: '+351911111111',
      address: 'Rua Nova 1',
      note: 'diabetic',
      updatedAt: at(2),
    });
    expect(losses).toEqual([]);
    expect(document).not.toHaveProperty('mergeLosses');
  });

  it('lets the later edit win a field both changed, and keeps what lost on the patient', () => {
    const one = samplePatient({ phone: '+351911111111', updatedAt: at(5) });
    const other = samplePatient({ phone: '+351922222222', updatedAt: at(2), updatedBy: 'nurse', stationId: 'B' });
    const { document, losses } = mergeDocuments('patients', base, one, other);
    expect(document.phone).toBe('+351911111111');
    expect(losses).toEqual([{ field: 'phone', lost: '+351922222222', at: at(2), stationId: 'B' }]);
    expect(document.mergeLosses).toEqual(losses);
    expect(patientSchema.safeParse(document).success).toBe(true);
  });

  it('adds to the losses of earlier merges instead of replacing them', () => {
    const before = { field: 'note', lost: 'old note', at: at(-60), stationId: 'C' };
    const one = samplePatient({ fullName: 'Maria da Silva', updatedAt: at(5), mergeLosses: [before] });
    const other = samplePatient({ fullName: 'Maria Sylva', updatedAt: at(2) });
    const { document } = mergeDocuments('patients', samplePatient(), one, other);
    expect(document.mergeLosses).toEqual([
      before,
      { field: 'fullName', lost: 'Maria Sylva', at: at(2), stationId: 'A' },
    ]);
  });

  it('merges consent channel by channel', () => {
    const one = samplePatient({ consent: { sms: true, whatsapp: false, email: true }, updatedAt: at(1) });
    const other = samplePatient({ consent: { sms: false, whatsapp: false, email: false }, updatedAt: at(2) });
    const { document, losses } = mergeDocuments('patients', base, one, other);
    expect(document.consent).toEqual({ sms: true, whatsapp: false, email: false });
    expect(losses).toEqual([]);
  });

  it('keeps phones added on both sides and honours a removal', () => {
    const withOld = samplePatient({ otherPhones: ['+3511', '+3512'] });
    const one = samplePatient({ otherPhones: ['+3512', '+3513'], updatedAt: at(1) });
    const other = samplePatient({ otherPhones: ['+3511', '+3512', '+3514'], updatedAt: at(2) });
    const { document } = mergeDocuments('patients', withOld, one, other);
    expect([...(document.otherPhones as string[])].sort()).toEqual(['+3512', '+3513', '+3514']);
  });

  it('reports what does not fit into a list any more', () => {
    const phones = (digit: number) => [1, 2, 3].map((n) => `+${digit}${n}`);
    const one = samplePatient({ otherPhones: phones(1), updatedAt: at(1) });
    const other = samplePatient({ otherPhones: phones(2), updatedAt: at(2) });
    const { document, losses } = mergeDocuments('patients', base, one, other);
    expect(document.otherPhones).toHaveLength(5);
    expect(losses.map((loss) => loss.lost)).toEqual(['+13']);
    expect(patientSchema.safeParse(document).success).toBe(true);
  });

  it('lets the later of a deletion and an edit stand, and tells what the other did', () => {
    const deleted = { ...samplePatient({ updatedAt: at(1) }), _deleted: true };
    const edited = { ...samplePatient({ note: 'allergic', updatedAt: at(2) }), _deleted: false };
    const { document, losses } = mergeDocuments('patients', base, deleted, edited);
    expect(document).toEqual(edited);
    expect(losses[0]).toMatchObject({ field: 'document', at: at(1) });
  });
});

describe('a bill', () => {
  it('keeps payments taken on both stations and recomputes what is due', () => {
    const first = samplePayment('p0', 500, 0);
    const base = sampleBill({ payments: [first] });
    const one = sampleBill({ payments: [first, samplePayment('p1', 1000, 1)], updatedAt: at(1) });
    const other = sampleBill({ payments: [first, samplePayment('p2', 2500, 2)], updatedAt: at(2) });
    const { document, losses } = mergeDocuments('billing', base, one, other);
    expect((document.payments as { id: string }[]).map((payment) => payment.id)).toEqual(['p0', 'p1', 'p2']);
    expect(document).toMatchObject({ totals: { net: 4000, paid: 4000, due: 0 }, status: 'paid' });
    expect(losses).toEqual([]);
  });

  it('recomputes totals when one station changed a discount and the other took a payment', () => {
    const base = sampleBill();
    const lines = base.lines.map((line, n) => (n === 0 ? { ...line, discount: 500 } : line));
    const one = sampleBill({ lines, discountReason: 'colleague', updatedAt: at(1) });
    const other = sampleBill({ payments: [samplePayment('p1', 3500, 2)], updatedAt: at(2) });
    const { document } = mergeDocuments('billing', base, one, other);
    expect(document).toMatchObject({
      totals: { gross: 4000, discount: 500, net: 3500, paid: 3500, due: 0 },
      status: 'paid',
    });
  });

  it('stays cancelled, with the payment taken meanwhile to be given back', () => {
    const base = sampleBill();
    const one = sampleBill({ status: 'cancelled', cancelReason: 'ordered twice', updatedAt: at(1) });
    const other = sampleBill({ payments: [samplePayment('p1', 4000, 2)], updatedAt: at(2) });
    const { document } = mergeDocuments('billing', base, one, other);
    expect(document).toMatchObject({ status: 'cancelled', cancelReason: 'ordered twice', totals: { due: -4000 } });
  });
});

describe('a report', () => {
  const value = (id: string, text: string) => sampleValue(id, text);

  it('unites results entered apart, parameter by parameter', () => {
    const base = sampleReport();
    const one = sampleReport({
      values: [value('wbc', '7.1'), sampleValue('rbc'), sampleValue('hgb')],
      updatedAt: at(1),
    });
    const other = sampleReport({
      values: [sampleValue('wbc'), value('rbc', '4.5'), value('hgb', '13.2')],
      state: 'resulted',
      updatedAt: at(2),
    });
    const { document, losses } = mergeDocuments('reports', base, one, other);
    const texts = (document.values as { parameterId: string; value?: string }[]).map(
      (v) => `${v.parameterId} ${v.value}`,
    );
    expect(texts.sort()).toEqual(['hgb 13.2', 'rbc 4.5', 'wbc 7.1']);
    expect(document.state).toBe('resulted');
    expect(losses).toEqual([]);
  });

  it('keeps a value together with its flag and source', () => {
    const entry = (text: string, flag: 'H' | 'L') => ({ ...value('wbc', text), flag });
    const one = sampleReport({ values: [entry('17.1', 'H')], updatedAt: at(3) });
    const other = sampleReport({ values: [entry('2.1', 'L')], updatedAt: at(2) });
    const { document, losses } = mergeDocuments('reports', sampleReport({ values: [sampleValue('wbc')] }), one, other);
    expect(document.values).toEqual([entry('17.1', 'H')]);
    expect(losses).toMatchObject([{ field: 'values.wbc', lost: entry('2.1', 'L') }]);
  });

  it('does not let a verification stand for values that it did not see', () => {
    const base = sampleReport({ state: 'resulted', values: [value('wbc', '7.1'), value('rbc', '4.5')] });
    const verified = { by: 'p1', name: 'Dr P', at: at(1) };
    const one = sampleReport({ ...base, state: 'verified', verified, updatedAt: at(1) });
    const other = sampleReport({ ...base, values: [value('wbc', '9.9'), value('rbc', '4.5')], updatedAt: at(2) });
    const { document } = mergeDocuments('reports', base, one, other);
    expect(document.state).toBe('resulted');
    expect(document).not.toHaveProperty('verified');
  });

  it('keeps both signed versions, never mixes their values, and shows that a person must decide', () => {
    const base = sampleReport({ state: 'verified', values: [value('wbc', '7.1')] });
    const signedAs = (by: string, text: string, minute: number) => {
      const signed = { by, name: by, at: at(minute) };
      const values = [value('wbc', text)];
      const versions = [{ version: 1, values, signed }];
      return sampleReport({ state: 'signed', values, signed, version: 1, versions, updatedAt: at(minute) });
    };
    const one = signedAs('drA', '7.1', 3);
    const other = signedAs('drB', '7.4', 2);
    const { document, losses } = mergeDocuments('reports', base, one, other);
    expect(document.versions).toHaveLength(2);
    expect(document).toMatchObject({ signed: { by: 'drA' }, values: [{ value: '7.1' }], state: 'signed' });
    expect(losses).toEqual([]);
    expect(hasCompetingVersions(document as never)).toBe(true);
    expect(hasCompetingVersions(one)).toBe(false);
    expect(reportSchema.safeParse(document).success).toBe(true);
  });

  it('keeps the release of a report when the other station only added a comment elsewhere', () => {
    const signed = { by: 'drA', name: 'drA', at: at(1) };
    const values = [value('wbc', '7.1')];
    const versions = [{ version: 1, values, signed }];
    const base = sampleReport({ state: 'signed', values, signed, version: 1, versions });
    const one = sampleReport({ ...base, state: 'released', releasedAt: at(2), updatedAt: at(2) });
    const other = sampleReport({ ...base, department: 'Hematology', updatedAt: at(3) });
    const { document } = mergeDocuments('reports', base, one, other);
    expect(document).toMatchObject({ state: 'released', releasedAt: at(2), department: 'Hematology' });
  });

  it('reports unsigned results that a signature of the other station overrides', () => {
    const base = sampleReport({ values: [sampleValue('wbc')] });
    const signed = { by: 'drA', name: 'drA', at: at(1) };
    const values = [value('wbc', '7.1')];
    const one = sampleReport({
      state: 'signed',
      values,
      signed,
      version: 1,
      versions: [{ version: 1, values, signed }],
      updatedAt: at(1),
    });
    const other = sampleReport({ state: 'resulted', values: [value('wbc', '8.8')], updatedAt: at(4) });
    const { document, losses } = mergeDocuments('reports', base, one, other);
    expect(document).toMatchObject({ state: 'signed', values: [{ value: '7.1' }] });
    expect(losses).toMatchObject([{ field: 'values', lost: [{ value: '8.8' }] }]);
  });
});

describe('a specimen', () => {
  it('unites the chain of custody, and its state is that of the last step', () => {
    const step = (state: 'collected' | 'received', minute: number) => ({
      state,
      at: at(minute),
      by: 'nurse',
      stationId: 'A',
    });
    const one = sampleSpecimen({
      state: 'collected',
      custody: [step('collected', 1)],
      collectedAt: at(1),
      updatedAt: at(9),
    });
    const other = sampleSpecimen({
      state: 'received',
      custody: [step('received', 5)],
      receivedAt: at(5),
      updatedAt: at(5),
    });
    const { document, losses } = mergeDocuments('specimens', sampleSpecimen(), one, other);
    expect(document).toMatchObject({
      state: 'received',
      collectedAt: at(1),
      receivedAt: at(5),
      custody: [{ state: 'collected' }, { state: 'received' }],
    });
    expect(losses).toEqual([]);
  });
});

describe('entries that are never changed', () => {
  it('keep the one written first, and tell of the other', () => {
    const one = { id: 'x', updatedAt: at(1), text: 'first' };
    const other = { id: 'x', updatedAt: at(2), text: 'altered' };
    for (const merged of [mergeAppendOnly(one, other), mergeAppendOnly(other, one)]) {
      expect(merged.document).toEqual(one);
      expect(merged.losses).toMatchObject([{ field: 'document', lost: other }]);
    }
  });
});

type Edit = {
  station: number;
  minute: number;
  what: 'name' | 'phone' | 'pay' | 'discount' | 'note' | 'diagnosis';
  n: number;
};

const edits = (stations: number) =>
  fc.array(
    fc.record({
      station: fc.nat(stations - 1),
      minute: fc.integer({ min: 1, max: 600 }),
      what: fc.constantFrom('name', 'phone', 'pay', 'discount', 'note', 'diagnosis') as fc.Arbitrary<Edit['what']>,
      n: fc.nat(99),
    }),
    { maxLength: 12 },
  );

let payments = 0;

function editBill(bill: Plain, edit: Edit, paid: Set<string>): Plain {
  const current = bill as unknown as ReturnType<typeof sampleBill>;
  const stamp = { updatedAt: at(edit.minute), updatedBy: `staff${edit.station}` };
  switch (edit.what) {
    case 'pay': {
      const id = `pay-${payments++}`;
      paid.add(id);
      return sampleBill({
        ...current,
        ...stamp,
        payments: [...current.payments, samplePayment(id, edit.n + 1, edit.minute)],
      }) as unknown as Plain;
    }
    case 'discount': {
      const lines = current.lines.map((line, at) => (at === edit.n % 2 ? { ...line, discount: edit.n } : line));
      return sampleBill({ ...current, ...stamp, lines }) as unknown as Plain;
    }
    case 'diagnosis': {
      const code = `E${edit.n % 5}`;
      const others = current.diagnoses.filter((entry) => entry.code !== code);
      return sampleBill({
        ...current,
        ...stamp,
        diagnoses: [...others, { code, title: `T${edit.n}` }],
      }) as unknown as Plain;
    }
    default:
      return sampleBill({ ...current, ...stamp, discountReason: `${edit.what} ${edit.n}` }) as unknown as Plain;
  }
}

/** A station as replication sees it: its own state, and the state of head office it last knew. */
interface Peer {
  mine: Plain;
  known: Plain;
}

/** Exchanges one station with head office as RxDB does: push, on conflict merge and push again, then pull. */
function exchange(peer: Peer, office: { state: Plain }): void {
  if (!sameJson(peer.mine, peer.known)) {
    if (!sameJson(office.state, peer.known)) {
      peer.mine = mergeDocuments('billing', peer.known, peer.mine, office.state).document;
    }
    office.state = peer.mine;
  }
  peer.mine = office.state;
  peer.known = office.state;
}

describe('any exchange of any edits', () => {
  it.each([2, 3])('makes %i stations equal and loses no payment', (stations) => {
    fc.assert(
      fc.property(edits(stations), fc.array(fc.nat(stations - 1), { maxLength: 10 }), (changes, order) => {
        const start = sampleBill() as unknown as Plain;
        const office = { state: start };
        const peers: Peer[] = Array.from({ length: stations }, () => ({ mine: start, known: start }));
        const paid = new Set<string>();
        const steps = [...changes];
        for (const who of order) {
          const edit = steps.shift();
          const editor = edit && peers[edit.station];
          if (edit && editor) editor.mine = editBill(editor.mine, edit, paid);
          const peer = peers[who];
          if (peer) exchange(peer, office);
        }
        for (const edit of steps) {
          const editor = peers[edit.station];
          if (editor) editor.mine = editBill(editor.mine, edit, paid);
        }
        for (const peer of [...peers, ...peers]) exchange(peer, office);
        for (const peer of peers) expect(peer.mine).toEqual(office.state);
        const bill = billSchema.parse(office.state);
        expect(new Set(bill.payments.map((payment) => payment.id))).toEqual(paid);
        expect(bill.totals.paid).toBe(bill.payments.reduce((sum, payment) => sum + payment.amount, 0));
        expect(bill.totals.discount).toBe(bill.lines.reduce((sum, line) => sum + line.discount, 0));
      }),
      { numRuns: 300 },
    );
  });

  it('is symmetric: both stations compute the same document', () => {
    fc.assert(
      fc.property(edits(2), fc.boolean(), (changes, withBase) => {
        const start = sampleBill() as unknown as Plain;
        const sides = [start, start];
        const paid = new Set<string>();
        for (const edit of changes) sides[edit.station] = editBill(sides[edit.station] ?? start, edit, paid);
        const [one = start, other = start] = sides;
        const base = withBase ? start : undefined;
        const merged = mergeDocuments('billing', base, one, other);
        const mirrored = mergeDocuments('billing', base, other, one);
        expect(canonicalJson(merged)).toBe(canonicalJson(mirrored));
      }),
      { numRuns: 500 },
    );
  });

  it('changes nothing where only one side changed, and accounts for every value that is gone', () => {
    const field = fc.constantFrom('fullName', 'address', 'note', 'email') as fc.Arbitrary<
      'fullName' | 'address' | 'note' | 'email'
    >;
    const change = fc.array(fc.tuple(field, fc.string({ minLength: 1, maxLength: 5 })), { maxLength: 4 });
    fc.assert(
      fc.property(change, change, fc.nat(9), fc.nat(9), (ours, theirs, ourMinute, theirMinute) => {
        const base = samplePatient() as unknown as Plain;
        const one = { ...base, ...Object.fromEntries(ours), updatedAt: at(ourMinute) } as Plain;
        const other = { ...base, ...Object.fromEntries(theirs), updatedAt: at(theirMinute) } as Plain;
        const { document, losses } = mergeDocuments('patients', base, one, other);
        for (const side of [one, other]) {
          for (const name of ['fullName', 'address', 'note', 'email']) {
            if (sameJson(side[name], base[name]) || sameJson(document[name], side[name])) continue;
            expect(losses).toContainEqual(expect.objectContaining({ field: name, lost: side[name] }));
          }
        }
        const alone = mergeDocuments('patients', base, one, base);
        const { updatedAt: _, ...fields } = one;
        expect(alone.document).toMatchObject(fields);
        expect(alone.losses).toEqual([]);
      }),
    );
  });
});
