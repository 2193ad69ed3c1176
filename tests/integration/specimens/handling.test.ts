import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListingInput } from '../../../shared/documents/schema.ts';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import type { OrderApi, OrderLab } from '../billing/order-lab.ts';
import { fieldsOf, fingerprint, openOrderLab, refusalOf } from '../billing/order-lab.ts';

let lab: OrderLab;
let api: OrderApi;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
});
afterAll(() => lab.dispose());

const stored = (id: string | undefined) => lab.kernel.reads().need('specimens', id ?? '');
const idsOf = (rows: readonly { id: string }[]) => rows.map((row) => row.id);

/** An order whose specimens are in the laboratory. */
async function received(...codes: string[]) {
  const ordered = await api.bills.create({
    patientId: lab.patient.id,
    lines: codes.map((code) => ({ testId: lab.test(code) })),
  });
  const specimens = await api.specimens.receive({ ids: idsOf(ordered.specimens) });
  const [first] = specimens;
  if (!first) throw new Error('nothing was received');
  return { ...ordered, specimens, first };
}

function outsourceLab(name: string, tests: string[], active = true): string {
  return lab.kernel.change(lab.session, (work) =>
    work.insert('directory', {
      kind: 'outsourceLab',
      code: name.toUpperCase(),
      name,
      tests: tests.map((test) => ({ test, rate: 100 })),
      active,
    }),
  ).id;
}

describe('aliquots', () => {
  it('are tubes of their own, whose barcodes find the reports of their tests', async () => {
    const { first, reports } = await received('TSH', 'CRP');
    const [tsh, both] = await api.specimens.aliquot({
      id: first.id,
      rev: first._rev,
      portions: [{ testCodes: ['TSH'], container: 'Cryovial' }, { testCodes: ['TSH', 'CRP'] }],
    });
    const byTest = new Map(reports.map((report) => [report.testCode, report.id]));
    expect(tsh).toMatchObject({ state: 'received', container: 'Cryovial', parentId: first.id });
    expect(tsh?.reportIds).toEqual([byTest.get('TSH')]);
    expect(both?.reportIds).toHaveLength(2);
    const scanned = await api.specimens.scan({ code: tsh?.accession ?? '' });
    expect(scanned.parent?.accession).toBe(first.accession);
    const parent = await api.specimens.scan({ code: first.accession });
    expect(parent.aliquots.map(({ accession }) => accession)).toEqual([tsh?.accession, both?.accession]);
    expect(parent.specimen.custody.at(-1)?.reason).toContain(tsh?.accession);
    expect(parent.specimen.reportIds).toEqual(first.reportIds);
  });

  it('hold only tests of their specimen, which is there', async () => {
    const { first, specimens } = await received('TSH', 'CBC');
    const before = fingerprint(lab.kernel);
    const wrong = { id: first.id, rev: first._rev, portions: [{ testCodes: ['TSH', 'HIV'] }] };
    const codes = await fieldsOf(() => api.specimens.aliquot(wrong));
    expect(codes.every((one) => one === 'portions.0.testCodes: specimen.test')).toBe(true);
    expect(codes.length).toBeGreaterThan(0);
    expect(fingerprint(lab.kernel)).toEqual(before);
    const other = specimens[1];
    await api.specimens.store({ place: 'Box 1', items: [{ id: other?.id ?? '' }] });
    const away = stored(other?.id);
    const divide = () =>
      api.specimens.aliquot({ id: away.id, rev: away._rev, portions: [{ testCodes: away.testCodes }] });
    expect(await fieldsOf(divide)).toEqual(['id: specimen.state']);
  });

  it('that are rejected ask nothing of the patient', async () => {
    const { first } = await received('TSH');
    const [aliquot] = await api.specimens.aliquot({
      id: first.id,
      rev: first._rev,
      portions: [{ testCodes: ['TSH'] }],
    });
    const jobs = () => lab.kernel.reads().count('jobs', { selector: {} });
    const before = jobs();
    const current = stored(aliquot?.id);
    const rejected = await api.specimens.reject({ id: current.id, rev: current._rev, reason: 'spilled' });
    expect(rejected).toMatchObject({ state: 'rejected', accession: aliquot?.accession });
    expect(jobs()).toBe(before);
  });
});

describe('rejecting', () => {
  it('asks the patient for another specimen by mail, in the same commit', async () => {
    const { first } = await received('CBC');
    await api.specimens.reject({ id: first.id, rev: stored(first.id)._rev, reason: 'clotted' });
    const [job] = lab.kernel.reads().find('jobs', { selector: {}, sort: [{ createdAt: 'desc' }], limit: 1 });
    expect(job).toMatchObject({ channel: 'email', state: 'queued' });
    expect(job?.title).toMatch(/New specimen for .+ asked of Maria Silva/);
    expect(job?.payload).toMatchObject({ to: ['maria@mail.example'], reportIds: [] });
  });
});

describe('storage', () => {
  it('keeps a tube in a cell, which is free again when it leaves', async () => {
    const { first } = await received('CBC');
    const { first: second } = await received('CBC');
    const place = 'Fridge 2, rack 5';
    await api.specimens.store({ place, items: [{ id: first.id, cell: 'b7' }] });
    expect(stored(first.id)).toMatchObject({ state: 'stored', place, cell: 'B7' });
    const intoTaken = () => api.specimens.store({ place, items: [{ id: second.id, cell: 'B7' }] });
    expect(await fieldsOf(intoTaken)).toEqual(['items.0.cell: cell.taken']);
    const { rows } = await api.specimens.list({ state: 'stored', place });
    expect(rows).toMatchObject([{ id: first.id, place, cell: 'B7' }]);
    const [out] = await api.specimens.takeOut({ ids: [first.id] });
    expect(out).toMatchObject({ state: 'received', receivedAt: first.receivedAt });
    expect(out?.place).toBeUndefined();
    await api.specimens.store({ place, items: [{ id: second.id, cell: 'B7' }] });
    const custody = stored(first.id).custody.map(({ state }) => state);
    expect(custody.slice(-3)).toEqual(['received', 'stored', 'received']);
  });

  it('refuses a cell named twice, text that is no cell and tubes that are not there, all at once', async () => {
    const { first, specimens } = await received('CBC', 'TSH');
    const items = [
      { id: first.id, cell: 'C1' },
      { id: specimens[1]?.id ?? '', cell: 'C1' },
    ];
    expect(await fieldsOf(() => api.specimens.store({ place: 'Box 9', items }))).toEqual([
      'items.0.cell: cell.twice',
      'items.1.cell: cell.twice',
    ]);
    const noCell = () => api.specimens.store({ place: 'Box 9', items: [{ id: first.id, cell: '7B' }] });
    await expect(noCell()).rejects.toThrow(/like B7/);
    expect(stored(first.id).state).toBe('received');
  });

  it('discards with a reason and a right, never what is still to be worked on', async () => {
    const { first } = await received('CBC');
    const discard = (ids: string[]) => api.specimens.discard({ ids, reason: 'kept long enough' });
    expect(await fieldsOf(() => discard([first.id]))).toEqual(['ids.0: specimen.state']);
    await api.specimens.store({ place: 'Box 3', items: [{ id: first.id }] });
    const clerk = lab.api(permissionNames.filter((name) => name !== 'specimen.reject'));
    const refused = () => clerk.specimens.discard({ ids: [first.id], reason: 'kept long enough' });
    expect(await refusalOf(refused)).toMatchObject({ kind: 'forbidden' });
    await discard([first.id]);
    expect(stored(first.id).custody.at(-1)).toMatchObject({ state: 'discarded', reason: 'kept long enough' });
  });

  it('costs as many statements for 200 rows as for 10', async () => {
    for (let index = 0; index < 21; index++) {
      const { first } = await received('CBC');
      await api.specimens.store({ place: 'Big rack', items: [{ id: first.id }] });
    }
    const cost = (limit: number) =>
      lab.statementsOf(() => api.specimens.list({ state: 'stored', place: 'Big rack', limit }));
    expect(await cost(20)).toBe(await cost(2));
    const { rows, nextCursor } = await api.specimens.list({ state: 'stored', place: 'Big rack', limit: 15 });
    const rest = await api.specimens.list({ state: 'stored', place: 'Big rack', limit: 15, cursor: nextCursor });
    expect(new Set([...idsOf(rows), ...idsOf(rest.rows)]).size).toBe(21);
  });

  it('never has two tubes in one cell, whatever is put in and taken out', async () => {
    const tubes = await Promise.all(Array.from({ length: 4 }, () => received('CBC')));
    const ids = tubes.map(({ first }) => first.id);
    const step = fc.record({
      tube: fc.nat(3),
      cell: fc.constantFrom('A1', 'A2'),
      what: fc.constantFrom('store', 'takeOut'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        for (const { tube, cell, what } of steps) {
          const id = ids[tube] ?? '';
          const call =
            what === 'store'
              ? api.specimens.store({ place: 'Property', items: [{ id, cell }] })
              : api.specimens.takeOut({ ids: [id] });
          await call.catch(() => undefined);
          const { rows } = await api.specimens.list({ state: 'stored', place: 'Property' });
          expect(new Set(rows.map((row) => row.cell)).size).toBe(rows.length);
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('sending out', () => {
  it('goes with a numbered manifest, comes back, and results entered meanwhile are the other laboratory’s', async () => {
    const reference = outsourceLab('Reference', ['TSH']);
    const { first, reports } = await received('TSH');
    const manifest = await api.specimens.sendOut({ outsourceLabId: reference, ids: [first.id] });
    expect(manifest.number).toMatch(/^[A-Z0-9]{1,4}-M\d{6}$/);
    expect(stored(first.id)).toMatchObject({ state: 'sentOut', manifest: manifest.number, outsourceLabId: reference });
    const { fileName } = await api.specimens.manifestPdf({ number: manifest.number });
    expect(fileName).toBe(`${manifest.number}.pdf`);
    const paper = lab.tray.printed.at(-1) as ListingInput;
    expect(paper.facts[0]?.value).toBe('Reference');
    expect(paper.rows[0]?.[1]).toContain('Maria Silva');
    const report = lab.kernel.reads().need('reports', reports[0]?.id ?? '');
    const [line] = report.values;
    const entered = await api.reports.enter({
      id: report.id,
      rev: report._rev,
      values: [{ parameterId: line?.parameterId ?? '', value: '2.5' }],
    });
    expect(entered.values[0]?.source).toEqual({
      kind: 'outsource',
      outsourceLabId: reference,
      outsourceLabName: 'Reference',
      manifest: manifest.number,
    });
    const { rows } = await api.specimens.sentOut({});
    expect(rows[0]).toMatchObject({ id: first.id, manifest: manifest.number, outsourceLabName: 'Reference' });
    const [back] = await api.specimens.takeBack({ ids: [first.id] });
    expect(back).toMatchObject({ state: 'received', manifest: manifest.number });
    expect(await fieldsOf(() => api.specimens.takeBack({ ids: [first.id] }))).toEqual(['ids.0: specimen.state']);
  });

  it('takes the results of a manifest at once, each the other laboratory’s, also when the tubes came back', async () => {
    const reference = outsourceLab('Reference two', []);
    const one = await received('TSH', 'CRP');
    const two = await received('TSH');
    const ids = idsOf([one.first, two.first]);
    const { number: manifest } = await api.specimens.sendOut({ outsourceLabId: reference, ids });
    await api.specimens.takeBack({ ids: [two.first.id] });
    const awaited = await api.reports.sentOut({ manifest });
    expect(awaited.map(({ accession, testCode, patientName }) => [accession, testCode, patientName])).toEqual([
      [one.first.accession, 'TSH', 'Maria Silva'],
      [one.first.accession, 'CRP', 'Maria Silva'],
      [two.first.accession, 'TSH', 'Maria Silva'],
    ]);
    const results = (values: string[]) =>
      awaited.map(({ id, rev, values: [line] }, index) => {
        return { id, rev, values: [{ parameterId: line?.parameterId ?? '', value: values[index] ?? '' }] };
      });
    const before = fingerprint(lab.kernel);
    const enter = (values: string[], of = manifest) =>
      api.reports.enterSentOut({ manifest: of, reports: results(values) });
    expect(await fieldsOf(() => enter(['2.5', 'much', 'more']))).toEqual([
      'reports.1.values.0.value: value.notNumeric',
      'reports.2.values.0.value: value.notNumeric',
    ]);
    expect(await fieldsOf(() => enter(['2.5', '3', '4'], 'A-M999999'))).toEqual([
      'reports.0.id: manifest.report',
      'reports.1.id: manifest.report',
      'reports.2.id: manifest.report',
    ]);
    expect(fingerprint(lab.kernel)).toEqual(before);
    const entered = await enter(['2.5', '3', '4']);
    expect(entered.map(({ state, values: [line] }) => [state, line?.source])).toEqual(
      awaited.map(() => [
        'resulted',
        { kind: 'outsource', outsourceLabId: reference, outsourceLabName: 'Reference two', manifest },
      ]),
    );
    expect(await refusalOf(() => enter(['1', '1', '1']))).toMatchObject({ kind: 'conflict' });
    const clerk = lab.api(permissionNames.filter((name) => name !== 'result.enter'));
    const refused = () => clerk.reports.enterSentOut({ manifest, reports: results(['1', '1', '1']) });
    expect(await refusalOf(refused)).toMatchObject({ kind: 'forbidden' });
  });

  it('costs as many statements for the results of twenty tubes as of two', async () => {
    const anything = outsourceLab('Anything at all', []);
    const sent = async (count: number) => {
      const tubes = await Promise.all(Array.from({ length: count }, () => received('CBC')));
      return api.specimens.sendOut({ outsourceLabId: anything, ids: tubes.map(({ first }) => first.id) });
    };
    const cost = async (count: number) => {
      const { number: manifest } = await sent(count);
      return lab.statementsOf(() => api.reports.sentOut({ manifest }));
    };
    expect(await cost(20)).toBe(await cost(2));
  });

  it('refuses what the laboratory does not do, and a laboratory that is switched off; no number is used', async () => {
    const { first, specimens } = await received('TSH', 'CBC');
    const reference = outsourceLab('Only TSH', ['TSH']);
    const before = fingerprint(lab.kernel);
    const ids = idsOf([first, ...specimens.slice(1)]);
    const codes = await fieldsOf(() => api.specimens.sendOut({ outsourceLabId: reference, ids }));
    expect(codes).toHaveLength(1);
    expect(codes[0]).toMatch(/^ids\.\d: outsourceLab\.test$/);
    expect(fingerprint(lab.kernel)).toEqual(before);
    const closed = outsourceLab('Closed', [], false);
    expect(await fieldsOf(() => api.specimens.sendOut({ outsourceLabId: closed, ids }))).toEqual([
      'outsourceLabId: outsourceLab.unknown',
    ]);
    const offered = await api.specimens.outsourceLabs();
    expect(offered.map(({ name }) => name)).toContain('Only TSH');
    expect(offered.map(({ name }) => name)).not.toContain('Closed');
  });

  it('costs as many statements for a long list as for a short one', async () => {
    const anything = outsourceLab('Anything', []);
    const many = await Promise.all(Array.from({ length: 21 }, () => received('CBC')));
    await api.specimens.sendOut({ outsourceLabId: anything, ids: many.map(({ first }) => first.id) });
    const cost = (limit: number) => lab.statementsOf(() => api.specimens.sentOut({ limit }));
    expect(await cost(20)).toBe(await cost(2));
  });
});

describe('on paper', () => {
  it('the collection list names each patient once with all tubes, in the order of registration', async () => {
    const patient = lab.addPatient({ fullName: 'Zubin Mehta', number: 'A-P000777' });
    lab.clock.advance(1000);
    const { specimens } = await api.bills.create({
      patientId: patient.id,
      lines: ['CBC', 'TSH'].map((code) => ({ testId: lab.test(code) })),
    });
    await api.specimens.collectionList();
    const paper = lab.tray.printed.at(-1) as ListingInput;
    const at = paper.rows.findIndex(([name]) => name?.startsWith('Zubin Mehta'));
    expect(paper.rows[at]?.[3]).toContain('lavender');
    expect(paper.rows[at + 1]?.[0]).toBe('');
    expect(paper.rows.length).toBeGreaterThanOrEqual(specimens.length);
  });

  it('the label printer file holds a label a tube', async () => {
    const { specimens } = await received('CBC', 'TSH');
    const { zpl, fileName } = await api.specimens.labelsZpl({ ids: idsOf(specimens) });
    expect(fileName).toMatch(/\.zpl$/);
    for (const { accession } of specimens) expect(zpl).toContain(`^FD${accession}^FS`);
  });
});
