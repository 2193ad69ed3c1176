import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelsInput } from '../../../shared/documents/schema.ts';
import { type Permission, permissionNames } from '../../../shared/kernel/permissions.ts';
import { type SpecimenState, specimenStateSchema, specimenTransition } from '../../../shared/specimens/schema.ts';
import { fieldsOf, fingerprint, type OrderApi, type OrderLab, openOrderLab, refusalOf } from '../billing/order-lab.ts';

let lab: OrderLab;
let api: OrderApi;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
});
afterAll(() => lab.dispose());

const without = (...names: Permission[]) => permissionNames.filter((name) => !names.includes(name));
const order = (...codes: string[]) =>
  api.bills.create({ patientId: lab.patient.id, lines: codes.map((code) => ({ testId: lab.test(code) })) });
const stored = (id: string | undefined) => lab.kernel.reads().need('specimens', id ?? '');
const reportOf = (id: string | undefined) => lab.kernel.reads().need('reports', id ?? '');
const idsOf = (rows: readonly { id: string }[]) => rows.map((row) => row.id);

describe('collecting and receiving', () => {
  it('takes many tubes one step further at once, with custody and activity, and starts their reports', async () => {
    const { specimens, reports } = await order('CBC', 'TSH', 'GLUF');
    const ids = idsOf(specimens);
    const collected = await api.specimens.collect({ ids });
    expect(collected.map(({ state }) => state)).toEqual(['collected', 'collected', 'collected']);
    expect(reports.map(({ id }) => reportOf(id).state)).toEqual(['ordered', 'ordered', 'ordered']);
    lab.clock.advance(60_000);
    const received = await api.specimens.receive({ ids: ids.slice(0, 2) });
    expect(received.map(({ state }) => state)).toEqual(['received', 'received']);
    expect(reports.map(({ id }) => reportOf(id).state)).toEqual(['inProgress', 'inProgress', 'ordered']);
    const [first] = received;
    expect(first?.custody.map(({ state }) => state)).toEqual(['expected', 'collected', 'received']);
    expect(first?.collectedAt).toBe(first?.custody[1]?.at);
    expect(first?.receivedAt).toBe(first?.custody[2]?.at);
    expect(first?.receivedAt).not.toBe(first?.collectedAt);
    const entries = lab.kernel.reads().find('activity', { selector: { 'subject.id': { $eq: first?.id ?? '' } } });
    expect(entries.map(({ action }) => action).toSorted()).toEqual(['specimen.collected', 'specimen.received']);
  });

  it('takes all or none, and names every tube that cannot', async () => {
    const { specimens } = await order('CBC', 'TSH', 'GLUF');
    const [one, two, three] = idsOf(specimens);
    await api.specimens.collect({ ids: [one ?? '', three ?? ''] });
    const before = fingerprint(lab.kernel);
    expect(await fieldsOf(() => api.specimens.collect({ ids: [one ?? '', two ?? '', three ?? ''] }))).toEqual([
      'ids.0: specimen.state',
      'ids.2: specimen.state',
    ]);
    expect(await fieldsOf(() => api.specimens.receive({ ids: [two ?? '', 'none'] }))).toEqual([
      'ids.1: specimen.missing',
    ]);
    expect(fingerprint(lab.kernel)).toEqual(before);
    expect(stored(two).state).toBe('expected');
  });

  it('needs its right', async () => {
    const { specimens } = await order('CBC');
    const ids = idsOf(specimens);
    const collect = () => lab.api(without('specimen.collect')).specimens.collect({ ids });
    expect(await refusalOf(collect)).toMatchObject({ kind: 'forbidden', permission: 'specimen.collect' });
    const receive = () => lab.api(without('specimen.receive')).specimens.receive({ ids });
    expect(await refusalOf(receive)).toMatchObject({ kind: 'forbidden', permission: 'specimen.receive' });
  });

  it('can be done by people who may do nothing with results', async () => {
    const { specimens, reports } = await order('CBC');
    const clerk = lab.api(['specimen.collect', 'specimen.receive', 'specimen.reject', 'specimen.read']);
    await clerk.specimens.collect({ ids: idsOf(specimens) });
    const [received] = await clerk.specimens.receive({ ids: idsOf(specimens) });
    expect(reportOf(reports[0]?.id).state).toBe('inProgress');
    await clerk.specimens.reject({ id: received?.id ?? '', rev: received?._rev ?? '', reason: 'clotted' });
    expect(reportOf(reports[0]?.id).state).toBe('ordered');
  });
});

describe('rejecting', () => {
  const receivedOf = async (...codes: string[]) => {
    const ordered = await order(...codes);
    await api.specimens.collect({ ids: idsOf(ordered.specimens) });
    const [specimen] = await api.specimens.receive({ ids: idsOf(ordered.specimens) });
    if (!specimen) throw new Error('nothing received');
    return { ...ordered, specimen };
  };

  it('asks for another tube under a new number; the old one finds nothing any more', async () => {
    const { specimen, reports } = await receivedOf('CBC');
    const again = await api.specimens.reject({ id: specimen.id, rev: specimen._rev, reason: 'haemolysed' });
    expect(again).toMatchObject({ id: specimen.id, state: 'expected' });
    expect(again.accession).not.toBe(specimen.accession);
    expect(again.collectedAt).toBeUndefined();
    expect(again.receivedAt).toBeUndefined();
    expect(again.custody.slice(0, 3)).toEqual(specimen.custody);
    expect(again.custody.slice(3)).toMatchObject([
      { state: 'rejected', reason: 'haemolysed', accession: specimen.accession },
      { state: 'expected' },
    ]);
    expect(reportOf(reports[0]?.id)).toMatchObject({ state: 'ordered', accession: again.accession });
    expect(await fieldsOf(() => api.specimens.scan({ code: specimen.accession }))).toEqual(['code: specimen.unknown']);
    expect((await api.specimens.scan({ code: again.accession })).specimen.id).toBe(specimen.id);
    const [row] = (await api.specimens.list({ text: again.accession })).rows;
    expect(row).toMatchObject({ id: specimen.id, rejectedReason: 'haemolysed' });
    await api.specimens.collect({ ids: [specimen.id] });
    await api.specimens.receive({ ids: [specimen.id] });
    expect(reportOf(reports[0]?.id).state).toBe('inProgress');
  });

  it('leaves reports that have values as they are, but for the number of what is still missing', async () => {
    const { specimen, reports } = await receivedOf('TSH', 'LFT', 'CRP');
    const enter = async (index: number, count: number) => {
      const report = reportOf(reports[index]?.id);
      const values = report.values.slice(0, count).map(({ parameterId }) => ({ parameterId, value: '1' }));
      await api.reports.enter({ id: report.id, rev: report._rev, values });
    };
    await enter(0, 1);
    await enter(1, 2);
    const again = await api.specimens.reject({ id: specimen.id, rev: specimen._rev, reason: 'too little' });
    const [tsh, lft, crp] = reports.map(({ id }) => reportOf(id));
    expect(tsh).toMatchObject({ state: 'resulted', accession: specimen.accession });
    expect(lft).toMatchObject({ state: 'inProgress', accession: again.accession });
    expect(crp).toMatchObject({ state: 'ordered', accession: again.accession });
  });

  it('can be for good', async () => {
    const { specimen } = await receivedOf('CBC');
    const input = { id: specimen.id, rev: specimen._rev, reason: 'patient does not want', recollect: false };
    const rejected = await api.specimens.reject(input);
    expect(rejected).toMatchObject({ state: 'rejected', accession: specimen.accession });
    expect(await refusalOf(() => api.specimens.reject(input))).toMatchObject({ kind: 'conflict' });
    const again = () => api.specimens.reject({ ...input, rev: rejected._rev });
    expect(await fieldsOf(again)).toEqual(['id: specimen.state']);
  });

  it('of a tube that was not drawn yet is refused, and needs its right', async () => {
    const { specimens } = await order('CBC');
    const [specimen] = specimens;
    const input = { id: specimen?.id ?? '', rev: specimen?._rev ?? '', reason: 'not drawn' };
    expect(await fieldsOf(() => api.specimens.reject(input))).toEqual(['id: specimen.state']);
    const reject = () => lab.api(without('specimen.reject')).specimens.reject(input);
    expect(await refusalOf(reject)).toMatchObject({ kind: 'forbidden', permission: 'specimen.reject' });
  });
});

describe('whatever is asked of a specimen', () => {
  it('only steps of the table happen, each with its right, and custody ends with the state', async () => {
    const step = fc.constantFrom<'collect' | 'receive' | 'reject' | 'rejectForGood'>(
      'collect',
      'receive',
      'reject',
      'rejectForGood',
    );
    const rights = fc.subarray<Permission>(['specimen.collect', 'specimen.receive', 'specimen.reject']);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, rights), { maxLength: 6 }), async (steps) => {
        const id = (await order('CBC')).specimens[0]?.id ?? '';
        for (const [name, held] of steps) {
          const before = stored(id);
          const person = lab.api(held).specimens;
          const rejection = { id, rev: before._rev, reason: 'a property', recollect: name === 'reject' };
          const path: SpecimenState[] =
            name === 'collect'
              ? ['collected']
              : name === 'receive'
                ? ['received']
                : name === 'reject'
                  ? ['rejected', 'expected']
                  : ['rejected'];
          const call = async (): Promise<unknown> =>
            name === 'collect'
              ? person.collect({ ids: [id] })
              : name === 'receive'
                ? person.receive({ ids: [id] })
                : person.reject(rejection);
          const states = [before.state, ...path];
          const allowed = path.every((to, index) =>
            specimenTransition(states[index] ?? 'discarded', to, new Set<Permission>(held)),
          );
          if (!allowed) {
            await refusalOf(call);
            expect(stored(id)).toEqual(before);
            continue;
          }
          await call();
          const after = stored(id);
          expect(after.state).toBe(path.at(-1));
          expect(after.custody.slice(0, before.custody.length)).toEqual(before.custody);
          expect(after.custody.slice(before.custody.length).map((one) => one.state)).toEqual(path);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('scanning', () => {
  it('leads to specimen, patient and tests, also in lower case and with hyphens', async () => {
    const { specimens, reports } = await order('CBC');
    const accession = specimens[0]?.accession ?? '';
    const code = accession.toLowerCase().replace(/^(.)(.{4})/, '$1-$2-');
    const found = await api.specimens.scan({ code });
    expect(found).toMatchObject({ specimen: { accession }, patient: { id: lab.patient.id } });
    expect(found.reports).toEqual(reports);
  });

  it('tells a misread label from one of somebody else', async () => {
    const { specimens } = await order('CBC');
    const accession = specimens[0]?.accession ?? '';
    const misread = `${accession.slice(0, 7)}${(Number(accession[7]) + 1) % 10}${accession.slice(8)}`;
    expect(await fieldsOf(() => api.specimens.scan({ code: misread }))).toEqual(['code: accession.checkCharacter']);
    expect(await fieldsOf(() => api.specimens.scan({ code: 'urn:badge:17' }))).toEqual(['code: accession.format']);
  });
});

describe('the list', () => {
  it('narrows by state, accession and patient, page by page, with as many statements for 200 rows as for 10', async () => {
    const patient = lab.addPatient({ fullName: 'Zubin Mehta', number: 'A-P000777', sex: 'male' });
    const made: string[] = [];
    for (let index = 0; index < 205; index++) {
      lab.clock.advance(1000);
      const { specimens } = await api.bills.create({ patientId: patient.id, lines: [{ testId: lab.test('CBC') }] });
      made.unshift(specimens[0]?.id ?? '');
    }
    const byName = await api.specimens.list({ text: 'zubin', limit: 200 });
    expect(idsOf(byName.rows)).toEqual(made.slice(0, 200));
    const rest = await api.specimens.list({ text: 'zubin', limit: 200, cursor: byName.nextCursor });
    expect(idsOf(rest.rows)).toEqual(made.slice(200));
    expect(rest.nextCursor).toBeUndefined();
    expect(byName.rows[0]).toMatchObject({
      patientName: 'Zubin Mehta',
      patientNumber: 'A-P000777',
      sex: 'male',
      ageText: '35 y',
      typeName: 'EDTA whole blood',
      testCodes: ['CBC'],
      state: 'expected',
    });
    await api.specimens.collect({ ids: made.slice(0, 3) });
    const collected = await api.specimens.list({ text: 'A-P000777', state: 'collected' });
    expect(idsOf(collected.rows)).toEqual(made.slice(0, 3));
    for (const state of specimenStateSchema.options) {
      const { rows } = await api.specimens.list({ state });
      expect(rows.every((row) => row.state === state)).toBe(true);
    }
    const list = (limit: number, text?: string) =>
      lab.statementsOf(() => api.specimens.list({ limit, text, state: 'expected' }));
    expect(await list(200)).toBe(await list(10));
    expect(await list(200, 'zubin')).toBe(await list(10, 'zubin'));
    const reader = lab.api(without('specimen.read'));
    expect(await refusalOf(() => reader.specimens.list({}))).toMatchObject({ permission: 'specimen.read' });
  }, 60_000);
});

describe('labels', () => {
  it('hold what the tube needs, in the order asked for', async () => {
    const { specimens } = await order('CBC', 'TSH');
    const ids = idsOf(specimens).toReversed();
    const { fileName } = await api.specimens.labels({ ids });
    expect(fileName).toBe(`labels-${specimens[1]?.accession}.pdf`);
    const input = lab.tray.printed.at(-1) as LabelsInput;
    expect(input.labels).toMatchObject([
      { accession: specimens[1]?.accession, testCodes: ['TSH'], container: 'Serum gel tube' },
      {
        accession: specimens[0]?.accession,
        testCodes: ['CBC'],
        patientName: 'Maria Silva',
        sex: 'female',
        age: '35 y',
      },
    ]);
    expect(await refusalOf(() => api.specimens.labels({ ids: ['none'] }))).toMatchObject({ kind: 'notFound' });
  });
});
