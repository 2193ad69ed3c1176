import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Test } from '../../../shared/catalogue/documents.ts';
import type { LabelsInput } from '../../../shared/documents/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Preferences } from '../../../shared/setup/schema.ts';
import { fieldsOf, type OrderApi, type OrderLab, openOrderLab } from '../billing/order-lab.ts';

let lab: OrderLab;
let api: OrderApi;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
});
afterAll(() => lab.dispose());

const hour = 3_600_000;
const lines = (...codes: string[]) => codes.map((code) => ({ testId: lab.test(code) }));
const order = (...codes: string[]) => api.bills.create({ patientId: lab.patient.id, lines: lines(...codes) });
const idsOf = (rows: readonly { id: string }[]) => rows.map((row) => row.id);
const tubesOf = (rows: readonly { testCodes: string[]; department?: string }[]) =>
  rows.map(({ testCodes, department }) => [testCodes.join(' '), department].filter(Boolean).join(': '));
/** Hours go by; the session would be over. */
function pass(hours: number): void {
  lab.clock.advance(hours * hour);
  api = lab.api();
}
const inHours = (hours: number) => new Date(lab.clock.now() + hours * hour).toISOString();

async function received(code: string) {
  const { specimens } = await order(code);
  const [first] = await api.specimens.receive({ ids: idsOf(specimens) });
  if (!first) throw new Error('nothing was received');
  return first;
}

function changeTest(code: string, change: Partial<Test>): void {
  lab.kernel.change(lab.session, (work) => {
    work.update<'catalogue', Test>('catalogue', work.need('catalogue', lab.test(code)) as Stored<Test>, change);
  });
}

function prefer(change: Pick<Preferences, 'tubesByDepartment' | 'ownTubeDepartments'>): void {
  lab.kernel.change(lab.session, (work) => {
    const [current] = work.find('setup', { selector: { kind: { $eq: 'preferences' } } });
    if (current) work.update('setup', current, change);
    else {
      const preferences = { sessionMinutes: 60, lockAfterFailures: 5, lockMinutes: 15 };
      work.insert('setup', { kind: 'preferences', ...preferences, ...change });
    }
  });
}

describe('tubes by department', () => {
  it('are as the preferences say, with the department on tube and label', async () => {
    expect(tubesOf((await order('TSH', 'LFT', 'HIV')).specimens)).toEqual(['TSH LFT HIV']);
    prefer({ ownTubeDepartments: ['immunology'] });
    const { specimens } = await order('LFT', 'TSH', 'CRP', 'HIV');
    expect(tubesOf(specimens)).toEqual(['LFT CRP', 'TSH HIV: Immunology']);
    await api.specimens.labels({ ids: idsOf(specimens) });
    const { labels } = lab.tray.printed.at(-1) as LabelsInput;
    expect(labels.map(({ container }) => container)).toEqual(['Serum gel tube', 'Serum gel tube · Immunology']);
    prefer({ tubesByDepartment: true });
    const quote = await api.bills.quote({ lines: lines('TSH', 'LFT', 'HIV') });
    expect(tubesOf(quote.tubes)).toEqual(['TSH HIV: Immunology', 'LFT: Biochemistry']);
    prefer({ tubesByDepartment: false, ownTubeDepartments: [] });
  });

  it('count for tests that are added: a tube of another department is not touched', async () => {
    prefer({ ownTubeDepartments: ['immunology'] });
    const { bill } = await order('LFT');
    await api.bills.update({ id: bill.id, rev: bill._rev, add: lines('HIV', 'CRP') });
    const { specimens } = await api.bills.get({ id: bill.id });
    expect(tubesOf(specimens)).toEqual(['LFT CRP', 'HIV: Immunology']);
    prefer({ ownTubeDepartments: [] });
  });
});

describe('stability', () => {
  it('is kept with the tube, follows it through the refrigerator, and stands in the lists', async () => {
    const { specimens } = await order('LFT');
    const ids = idsOf(specimens);
    const listed = async () => (await api.specimens.list({ text: specimens[0]?.accession })).rows[0];
    expect(await listed()).toMatchObject({ ends: [], stability: [{ roomHours: 8, testCodes: ['LFT'] }] });
    await api.specimens.collect({ ids });
    const drawn = lab.clock.now();
    expect((await listed())?.ends).toEqual([{ until: inHours(8), testCodes: ['LFT'] }]);
    pass(4);
    await api.specimens.receive({ ids });
    await api.specimens.store({ place: 'Fridge 1', kept: 'refrigerated', items: [{ id: ids[0] ?? '' }] });
    expect(await listed()).toMatchObject({ kept: 'refrigerated', ends: [{ until: inHours(24) }] });
    const scanned = await api.specimens.scan({ code: specimens[0]?.accession ?? '' });
    expect(scanned.ends).toEqual([{ until: new Date(drawn + 28 * hour).toISOString(), testCodes: ['LFT'] }]);
    expect(scanned.specimen.custody.at(-1)).toMatchObject({ state: 'stored', kept: 'refrigerated' });
    pass(12);
    const [out] = await api.specimens.takeOut({ ids });
    expect(out?.kept).toBeUndefined();
    expect((await listed())?.ends).toEqual([{ until: inHours(2), testCodes: ['LFT'] }]);
  });

  it('of an aliquot goes on where the first tube was', async () => {
    const { specimens } = await order('LFT', 'CRP');
    const [first] = await api.specimens.receive({ ids: idsOf(specimens) });
    pass(6);
    const portions = [{ testCodes: ['CRP'] }];
    const [aliquot] = await api.specimens.aliquot({ id: first?.id ?? '', rev: first?._rev ?? '', portions });
    await api.specimens.store({ place: 'Rack', kept: 'refrigerated', items: [{ id: aliquot?.id ?? '' }] });
    const { ends } = await api.specimens.scan({ code: aliquot?.accession ?? '' });
    expect(ends).toEqual([{ until: inHours(12), testCodes: ['CRP'] }]);
  });

  it('is told of what is still to be made only, and a stored tube that is too old is drawn again', async () => {
    const { specimens, reports } = await order('CRP', 'TSH');
    const ids = idsOf(specimens);
    await api.specimens.receive({ ids });
    await api.specimens.store({ place: 'Fridge 3', kept: 'refrigerated', items: [{ id: ids[0] ?? '', cell: 'C3' }] });
    const crp = lab.kernel.reads().need('reports', reports[0]?.id ?? '');
    const values = [{ parameterId: crp.values[0]?.parameterId ?? '', value: '3.1' }];
    await api.reports.enter({ id: crp.id, rev: crp._rev, values });
    const { ends, specimen, people } = await api.specimens.scan({ code: specimens[0]?.accession ?? '' });
    expect(ends.map(({ testCodes }) => testCodes)).toEqual([['TSH']]);
    expect(specimen.custody.at(-1)).toMatchObject({ reason: 'Fridge 3 · C3', kept: 'refrigerated' });
    expect(people[specimen.custody.at(-1)?.by ?? '']).toBe('Dr. Niamh Byrne');
    pass(60);
    const again = await api.specimens.reject({ id: specimen.id, rev: specimen._rev, reason: 'Unstable' });
    expect(again).toMatchObject({ state: 'expected' });
    expect(again.place ?? again.cell ?? again.kept).toBeUndefined();
    await api.specimens.store({ place: 'Fridge 3', items: [{ id: (await received('TSH')).id, cell: 'C3' }] });
  });

  it('is gone with the tube', async () => {
    const { specimens } = await order('LFT');
    const [received] = await api.specimens.receive({ ids: idsOf(specimens) });
    const rejected = await api.specimens.reject({
      ...{ id: received?.id ?? '', rev: received?._rev ?? '', reason: 'Unstable' },
    });
    expect((await api.specimens.scan({ code: rejected.accession })).ends).toEqual([]);
  });
});

describe('a test added to a tube that is there', () => {
  it('is drawn anew when the tube has stood too long for it, and the preview says so', async () => {
    const { bill, specimens } = await order('TSH');
    const [tube] = await api.specimens.receive({ ids: idsOf(specimens) });
    pass(9);
    const add = { id: bill.id, rev: bill._rev, add: lines('LFT') };
    const preview = await api.bills.previewUpdate(add);
    const since = new Date(lab.clock.now() - hour).toISOString();
    expect(preview.drawnAnew).toEqual([{ testCode: 'LFT', accession: tube?.accession, why: 'unstable', since }]);
    expect(preview.specimens).toMatchObject([{ what: 'new', testCodes: ['LFT'] }]);
    await api.bills.update(add);
    const { specimens: now } = await api.bills.get({ id: bill.id });
    expect(now.map(({ testCodes, state }) => [testCodes, state])).toEqual([
      [['TSH'], 'received'],
      [['LFT'], 'expected'],
    ]);
  });

  it('comes from a stored tube that is still good, which is to be taken out, and its stability is kept', async () => {
    changeTest('CRP', { stability: { roomHours: 4, refrigeratedHours: 12 } });
    const { bill, specimens } = await order('TSH');
    const ids = idsOf(specimens);
    await api.specimens.receive({ ids });
    await api.specimens.store({ place: 'Fridge 2', kept: 'refrigerated', items: [{ id: ids[0] ?? '', cell: 'B7' }] });
    pass(6);
    const add = { id: bill.id, rev: bill._rev, add: lines('CRP') };
    const preview = await api.bills.previewUpdate(add);
    expect(preview.drawnAnew).toEqual([]);
    expect(preview.specimens).toMatchObject([
      {
        what: 'changed',
        state: 'stored',
        position: 'Fridge 2 · B7',
        ends: [{ until: inHours(6), testCodes: ['CRP'] }, {}],
      },
    ]);
    const updated = await api.bills.update(add);
    const { ends, specimen } = await api.specimens.scan({ code: specimens[0]?.accession ?? '' });
    expect(specimen.testCodes).toEqual(['TSH', 'CRP']);
    expect(ends.map(({ testCodes }) => testCodes)).toEqual([['CRP'], ['TSH']]);
    const report = lab.kernel.reads().need('reports', updated.lines[1]?.reportIds[0] ?? '');
    expect(report.state).toBe('inProgress');
    changeTest('CRP', { stability: undefined });
  });

  it('is drawn anew when the tube does not hold enough, and an order that needs more has two tubes from the start', async () => {
    changeTest('CRP', { volume: '3' });
    changeTest('VITD', { volume: '2.5' });
    const { bill, specimens } = await order('CRP');
    await api.specimens.collect({ ids: idsOf(specimens) });
    const add = { id: bill.id, rev: bill._rev, add: lines('VITD', 'TSH') };
    const preview = await api.bills.previewUpdate(add);
    expect(preview.drawnAnew).toMatchObject([{ testCode: 'VITD', why: 'volume' }]);
    await api.bills.update(add);
    expect(tubesOf((await api.bills.get({ id: bill.id })).specimens)).toEqual(['CRP TSH', 'VITD']);
    const both = await order('CRP', 'VITD', 'TSH');
    expect(tubesOf(both.specimens)).toEqual(['CRP TSH', 'VITD']);
    expect(new Set(both.reports.map(({ specimenId }) => specimenId)).size).toBe(2);
    changeTest('CRP', { volume: undefined });
    changeTest('VITD', { volume: undefined });
  });

  it('never goes to an aliquot', async () => {
    const { bill, specimens } = await order('TSH');
    const [tube] = await api.specimens.receive({ ids: idsOf(specimens) });
    const portions = [{ testCodes: ['TSH'], container: 'Serum gel tube' }];
    const [aliquot] = await api.specimens.aliquot({ id: tube?.id ?? '', rev: tube?._rev ?? '', portions });
    const current = await api.specimens.scan({ code: tube?.accession ?? '' });
    await api.specimens.reject({ id: tube?.id ?? '', rev: current.specimen._rev, reason: 'spilled', recollect: false });
    await api.bills.update({ id: bill.id, rev: bill._rev, add: lines('LFT') });
    expect((await api.specimens.scan({ code: aliquot?.accession ?? '' })).specimen.testCodes).toEqual(['TSH']);
  });

  it('is worked out with as many statements for ten tests as for two, tubes there or not', async () => {
    const { bill, specimens } = await order('TSH', 'LIPID');
    await api.specimens.collect({ ids: idsOf(specimens) });
    const cost = (...codes: string[]) =>
      lab.statementsOf(() => api.bills.previewUpdate({ id: bill.id, rev: bill._rev, add: lines(...codes) }));
    expect(await cost('LFT', 'RFT', 'CRP', 'VITD', 'HIV', 'HBSAG', 'GLUF', 'CBC')).toBe(await cost('LFT', 'CBC'));
  });
});

describe('storing', () => {
  it('takes only ways of keeping that there are', async () => {
    const { specimens } = await order('LFT');
    const store = () =>
      api.specimens.store({ place: 'Oven', kept: 'hot' as 'room', items: [{ id: specimens[0]?.id ?? '' }] });
    await expect(store()).rejects.toThrow(/kept/);
    expect(
      await fieldsOf(() => api.specimens.store({ place: 'Bench', items: [{ id: specimens[0]?.id ?? '' }] })),
    ).toEqual(['ids.0: specimen.state']);
  });
});
