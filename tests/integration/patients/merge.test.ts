import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBill } from '../../../electron/core/billing/index.ts';
import { mergePatients, previewMerge, undoMerge } from '../../../electron/core/patients/merge.ts';
import { similarPatients } from '../../../electron/core/patients/queries.ts';
import { timelineOf } from '../../../electron/core/patients/timeline.ts';
import { chosenFields } from '../../../shared/patients/merge.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import { fieldsOf, type OrderLab, openOrderLab, refusalOf } from '../billing/order-lab.ts';

let lab: OrderLab;
let ids: string[];

const people: Partial<Patient>[] = [
  { fullName: 'Maria Silva', phone: '+919876500001', note: 'Prefers mornings' },
  { fullName: 'Silva Maria', phone: '+919876500002', email: undefined, warning: 'Faints' },
  { fullName: 'Maria da Silva', phone: undefined, warning: 'Latex allergy', sex: 'other' },
  { fullName: 'Mária Sílva', otherPhones: ['+919876500004'], note: 'Diabetic' },
];

beforeAll(async () => {
  lab = await openOrderLab();
  ids = people.map((person, index) => {
    const nationalIds = [{ country: 'IN', type: 'passport', value: `K100000${index}` }];
    return lab.addPatient({ number: `A-P20000${index}`, nationalIds, ...person }).id;
  });
  for (const patientId of ids) order(patientId, ['CBC', 'TSH']);
  // The third names the first as family.
  lab.kernel.change(lab.session, (work) => {
    const third = work.need('patients', ids[2] ?? '');
    work.update('patients', third, { family: [{ relation: 'parent', patientId: ids[0] }] });
  });
}, 30_000);
afterAll(() => lab.dispose());

function order(patientId: string, codes: string[]) {
  const { kernel, session } = lab;
  const lines = codes.map((code) => ({ testId: lab.test(code) }));
  const { specimens, reports, bill } = createBill(kernel, session, { patientId, lines, diagnoses: [] });
  kernel.change(session, (work) => {
    work.insert('deviceResults', {
      ...{ journalId: 'j', deviceId: 'd', deviceName: 'D', index: 0, kind: 'patient', sampleId: 's', deviceCode: 'c' },
      ...{ originalValue: '5', reading: { kind: 'numeric', number: '5' }, analyzerFlags: [], comments: [] },
      ...{ recordRef: { index: 0, type: 'R', field: 4, offset: 0, length: 0 }, flag: '', state: 'pending' },
      ...{ receivedAt: work.now, specimenId: specimens[0]?.id, reportId: reports[0]?.id, patientId },
    });
  });
  return bill;
}

const patient = (index: number) => lab.kernel.reads().need('patients', ids[index] ?? '');
const idOf = (index: number) => ids[index] ?? '';

function merge(into: number, from: number, take: (typeof chosenFields)[number][] = []) {
  const survivor = patient(into);
  const merged = patient(from);
  return mergePatients(lab.kernel, lab.session, {
    survivorId: survivor.id,
    survivorRev: survivor._rev,
    mergedId: merged.id,
    mergedRev: merged._rev,
    take,
  });
}

function undo(index: number) {
  const { id, _rev } = patient(index);
  return undoMerge(lab.kernel, lab.session, { id, revision: _rev });
}

/** What a patient is, without what every write changes. */
function content(index: number): unknown {
  const { _rev, updatedAt, updatedBy, _meta, ...rest } = patient(index) as unknown as Record<string, unknown>;
  return JSON.parse(JSON.stringify(rest));
}

const collections = ['billing', 'specimens', 'reports', 'deviceResults'] as const;

/** Of every document the patient it names. */
function owners(): Map<string, string> {
  const reads = lab.kernel.reads();
  const all = collections.flatMap((collection) => reads.find(collection, { selector: {} }));
  return new Map(all.flatMap((document) => ('patientId' in document ? [[document.id, document.patientId ?? '']] : [])));
}

describe('merging patients', () => {
  it('moves what was ordered, unites what is known, and is undone exactly', async () => {
    const before = [content(0), content(1)];
    const owned = owners();
    const preview = previewMerge(lab.kernel.reads(), { survivorId: idOf(0), mergedId: idOf(1), take: ['phone'] });
    expect(preview.counts).toEqual({ billing: 1, specimens: 2, reports: 2, deviceResults: 1 });
    expect(preview.differing).toEqual(['fullName', 'phone']);
    expect(preview.fields).toMatchObject({ phone: '+919876500002', otherPhones: ['+919876500001'], warning: 'Faints' });

    const survivor = merge(0, 1, ['phone']);
    expect(survivor).toMatchObject(preview.fields);
    expect(survivor.nationalIds.map(({ value }) => value)).toEqual(['K1000000', 'K1000001']);
    expect(patient(1).mergedInto).toBe(idOf(0));
    expect([...owners().values()].filter((owner) => owner === idOf(0))).toHaveLength(12);

    const { restored, kept, changedSince } = undo(1);
    expect(kept).toEqual([]);
    expect(changedSince).toBe(0);
    expect(restored.mergedInto).toBeUndefined();
    expect([content(0), content(1)]).toEqual(before);
    expect(owners()).toEqual(owned);
  });

  it('finds the merged one under the survivor, by number, phone, national id and name', () => {
    merge(3, 2);
    const reads = lab.kernel.reads();
    const by = (key: string) => [...reads.byKeys('patients', [key]).values()].flat().map(({ id }) => id);
    expect(by('A-P200002')).toEqual([idOf(3)]);
    expect(by('K1000002')).toEqual([idOf(3)]);
    const same = similarPatients(reads, { fullName: 'Silva Maria', dateOfBirth: '1990-05-17' });
    expect(same.map(({ id }) => id).sort()).toEqual([idOf(0), idOf(1), idOf(3), lab.patient.id].sort());
    undo(2);
    expect(by('A-P200002')).toEqual([idOf(2)]);
  });

  it('shows the history of both on the survivor, and renames family', () => {
    merge(1, 0);
    expect(patient(2).family).toEqual([{ relation: 'parent', patientId: idOf(1) }]);
    const { rows } = timelineOf(lab.kernel.reads(), { id: idOf(1), limit: 200 });
    expect(rows.filter(({ kind }) => kind === 'order')).toHaveLength(2);
    expect(rows.filter(({ kind }) => kind === 'report')).toHaveLength(4);
    const text = rows.flatMap((row) => ('text' in row ? [row.text] : [])).join('\n');
    expect(text).toContain('Maria Silva (A-P200000) merged into Silva Maria (A-P200001)');
    undo(0);
    expect(patient(2).family).toEqual([{ relation: 'parent', patientId: idOf(0) }]);
  });

  it('gives back what was worked on since with all that belongs to its bill; later orders stay', () => {
    merge(0, 1);
    const later = order(idOf(0), ['CBC']);
    const reads = lab.kernel.reads();
    const mine = reads.find('reports', { selector: { patientId: { $eq: idOf(0) } } });
    const moved = patient(1).merge?.moved.reports ?? [];
    const report = mine.find(({ id }) => moved.includes(id));
    if (!report) throw new Error('no report moved');
    lab.clock.advance(60_000);
    lab.kernel.change(lab.session, (work) => {
      work.update('reports', report, { comment: 'seen' });
      work.update('patients', work.need('patients', idOf(0)), { note: 'Changed by hand' });
    });
    const { kept, changedSince, counts } = undo(1);
    expect(kept).toEqual([]);
    expect(changedSince).toBe(1);
    expect(counts).toEqual({ billing: 1, specimens: 2, reports: 2, deviceResults: 1 });
    expect(reads.need('reports', report.id)).toMatchObject({ patientId: idOf(1), comment: 'seen' });
    expect(reads.need('billing', later.id)).toMatchObject({ patientId: idOf(0) });
    expect(patient(0).note).toBe('Changed by hand');
    expect(patient(0).warning).toBeUndefined();
  });

  it('keeps a value that somebody entered after the merge', () => {
    merge(0, 1);
    lab.kernel.change(lab.session, (work) => {
      work.update('patients', work.need('patients', idOf(0)), { warning: 'New one' });
    });
    expect(undo(1).kept).toEqual(['warning']);
    expect(patient(0).warning).toBe('New one');
    lab.kernel.change(lab.session, (work) => {
      work.update('patients', work.need('patients', idOf(0)), { warning: undefined });
    });
  });

  it('is refused in words: itself, twice, stale, out of turn', async () => {
    expect(await fieldsOf(() => merge(0, 0))).toEqual(['mergedId: merge.self']);
    const stale = { ...mergeInput(0, 1), mergedRev: '1-old' };
    expect(await refusalOf(() => mergePatients(lab.kernel, lab.session, stale))).toMatchObject({
      kind: 'conflict',
      id: idOf(1),
    });
    expect(await fieldsOf(() => undo(1))).toEqual(['id: merge.none']);
    merge(0, 1);
    expect(await fieldsOf(() => merge(2, 1))).toEqual(['mergedId: merge.already']);
    merge(2, 0);
    expect(await fieldsOf(() => undo(1))).toEqual(['id: merge.survivorMerged']);
    undo(0);
    undo(1);
  });

  it('any sequence of merges and undos keeps every document reachable, and undoing all restores all', () => {
    const original = ids.map((_, index) => content(index));
    const owned = owners();
    const step = fc.oneof(
      fc.record({
        into: fc.nat(3),
        from: fc.nat(3),
        take: fc.uniqueArray(fc.constantFrom(...chosenFields), { maxLength: 3 }),
      }),
      fc.record({ undo: fc.nat(3) }),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 8 }), (steps) => {
        for (const one of steps) {
          try {
            if ('undo' in one) undo(one.undo);
            else merge(one.into, one.from, one.take);
          } catch {
            // A refused step changes nothing; what follows is checked all the same.
          }
          for (const [id, owner] of owners()) expect(rootOf(owner), id).toBe(rootOf(owned.get(id) ?? ''));
        }
        while (ids.some((_, index) => patient(index).mergedInto)) {
          const free = ids.findIndex((_, index) => {
            const into = patient(index).mergedInto;
            return into !== undefined && patient(ids.indexOf(into)).mergedInto === undefined;
          });
          undo(free);
        }
        expect(ids.map((_, index) => content(index))).toEqual(original);
        expect(owners()).toEqual(owned);
      }),
      // The family of a merged one was renamed by another merge, then the first merge taken back.
      { numRuns: 20, examples: [[[{ into: 1, from: 2, take: [] }, { into: 3, from: 0, take: [] }, { undo: 2 }]]] },
    );
  }, 60_000);

  it('reads as much for many documents as for few', () => {
    const before = content(0);
    const cost = () => {
      lab.counter.statements = 0;
      lab.kernel.database.engine.counted(lab.counter, () => merge(0, 1));
      const merging = lab.counter.statements;
      const moved = Object.values(patient(1).merge?.moved ?? {}).flat().length;
      undo(1);
      return { moved, merging };
    };
    const few = cost();
    for (let index = 0; index < 20; index++) order(idOf(1), ['CBC']);
    const many = cost();
    expect(many.moved - few.moved).toBe(80);
    // One write a document, and nothing else.
    expect(many.merging - few.merging).toBe(80);
    expect(content(0)).toEqual(before);
  });
});

function mergeInput(into: number, from: number) {
  const survivor = patient(into);
  const merged = patient(from);
  const ofBoth = { survivorRev: survivor._rev, mergedRev: merged._rev, take: [] };
  return { survivorId: survivor.id, mergedId: merged.id, ...ofBoth };
}

/** Who stands for a patient after all merges. */
function rootOf(patientId: string): string {
  const { mergedInto } = lab.kernel.reads().need('patients', patientId);
  return mergedInto === undefined ? patientId : rootOf(mergedInto);
}
