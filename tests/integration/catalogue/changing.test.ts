import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activityText } from '../../../shared/activity/actions.ts';
import type { CatalogueEntry, CatalogueKind } from '../../../shared/catalogue/schema.ts';
import { fieldsOf, fingerprint, type OrderApi, type OrderLab, openOrderLab, refusalOf } from '../billing/order-lab.ts';

let lab: OrderLab;
let api: OrderApi;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
});
afterAll(() => lab.dispose());

type Entry<K extends CatalogueKind> = Extract<CatalogueEntry, { kind: K }>;

/** An entry with what a change of it must name. */
async function read<K extends CatalogueKind>(kind: K, code: string) {
  const { rows } = await api.catalogue.list({ kind, text: code, limit: 200 });
  const row = rows.find((one) => one.code === code);
  if (!row) throw new Error(`There is no ${kind} ${code}`);
  const { entry, document } = await api.catalogue.get({ id: row.id });
  return { id: row.id, rev: document._rev, version: document.version, entry: entry as Entry<K> };
}

const change = async <K extends CatalogueKind>(kind: K, code: string, fields: Partial<Entry<K>>) => {
  const { id, rev, entry } = await read(kind, code);
  return api.catalogue.save({ changes: [{ id, rev, entry: { ...entry, ...fields } as CatalogueEntry }] });
};

const lastActivity = () => {
  const [entry] = lab.kernel
    .reads()
    .find('activity', { selector: {}, sort: [{ at: 'desc' }, { id: 'desc' }], limit: 1 });
  return entry ? activityText(entry.action, entry.values) : '';
};

const newTest = (code: string, fields: Partial<Entry<'test'>> = {}): Entry<'test'> => ({
  kind: 'test',
  code,
  name: `Test ${code}`,
  aliases: [],
  department: 'Biochemistry',
  specimenType: 'SERUM',
  parameters: [{ parameter: 'CRP' }],
  ...fields,
});

describe('saving', () => {
  it('adds entries that refer to one another in one commit, found at once', async () => {
    const { saved, created } = await api.catalogue.save({
      changes: [
        { entry: newTest('MYO', { parameters: [{ parameter: 'MYO' }], aliases: ['Muscle'] }) },
        {
          entry: {
            kind: 'parameter',
            code: 'MYO',
            name: 'Myoglobin',
            valueType: 'numeric',
            unit: 'ng/mL',
            decimals: 0,
          },
        },
        {
          entry: {
            kind: 'referenceRanges',
            code: 'MYO',
            parameter: 'MYO',
            ranges: [{ sex: 'any', ageFromDays: 0, high: '72' }],
          },
        },
      ],
    });
    expect(created).toBe(3);
    expect((await api.catalogue.find({ text: 'muscle' })).map(({ id }) => id)).toEqual([saved[0]?.id]);
    const { test, ranges } = await api.catalogue.test({ id: saved[0]?.id ?? '' });
    expect(test).toMatchObject({ code: 'MYO', version: 1 });
    expect(ranges.MYO).toMatchObject([{ high: '72' }]);
    expect(lastActivity()).toBe('Catalogue: 3 added, 0 changed: MYO, MYO, MYO');
  });

  it('writes one activity entry with old and new', async () => {
    await change('test', 'CRP', { turnaroundMinutes: 60, department: 'Immunology' });
    expect(lastActivity()).toBe(
      'Catalogue: test CRP (C-reactive protein) changed: department Biochemistry → Immunology; turnaroundMinutes 180 → 60',
    );
  });

  it('of what is already so writes nothing', async () => {
    const before = fingerprint(lab.kernel);
    const { id, rev, entry } = await read('test', 'LFT');
    expect(await api.catalogue.save({ changes: [{ id, rev, entry }] })).toMatchObject({
      created: 0,
      changed: 0,
      saved: [{ rev }],
    });
    expect(fingerprint(lab.kernel)).toEqual(before);
  });

  it('refuses with all errors at their fields, and leaves nothing behind', async () => {
    const { id, rev, entry } = await read('parameter', 'NA');
    const ranges = await read('referenceRanges', 'NA');
    const before = fingerprint(lab.kernel);
    const call = () =>
      api.catalogue.save({
        changes: [
          { id, rev, entry: { ...entry, unit: 'mMol/L', loinc: '2951-3', decimals: undefined } },
          {
            entry: newTest('CBC', {
              specimenType: 'MOON',
              parameters: [{ parameter: 'HGB' }, { parameter: 'NONE' }, { parameter: 'HGB' }],
            }),
          },
          {
            id: ranges.id,
            rev: ranges.rev,
            entry: {
              ...ranges.entry,
              ranges: [
                { sex: 'any', ageFromDays: 0, low: '5', high: '1' },
                { sex: 'any', ageFromDays: 0 },
              ],
            },
          },
          {
            entry: { kind: 'referenceRanges', code: 'NA-2', parameter: 'NA', ranges: [{ sex: 'any', ageFromDays: 0 }] },
          },
          {
            entry: {
              kind: 'profile',
              code: 'P',
              name: 'P',
              aliases: [],
              tests: ['NOWHERE'],
              activeFrom: '2026-02-01',
              activeTo: '2026-01-01',
            },
          },
        ],
      });
    expect(await fieldsOf(call)).toEqual([
      'changes.0.entry.decimals: catalogue.incomplete',
      'changes.0.entry.loinc: catalogue.loinc',
      'changes.0.entry.unit: catalogue.unit',
      'changes.1.entry.code: catalogue.duplicate',
      'changes.1.entry.parameters.1: catalogue.missing',
      'changes.1.entry.parameters.2: catalogue.duplicate',
      'changes.1.entry.specimenType: catalogue.missing',
      'changes.2.entry.ranges.0: catalogue.limits',
      'changes.2.entry.ranges.1: catalogue.overlap',
      'changes.3.entry.parameter: catalogue.twoSets',
      'changes.4.entry.activeTo: catalogue.period',
      'changes.4.entry.tests.0: catalogue.missing',
    ]);
    expect(fingerprint(lab.kernel)).toEqual(before);
  });

  it('never changes a code or a kind, since reports and files know entries by them', async () => {
    const { id, rev, entry } = await read('test', 'TSH');
    expect(
      await fieldsOf(() => api.catalogue.save({ changes: [{ id, rev, entry: { ...entry, code: 'TSH2' } }] })),
    ).toEqual(['changes.0.entry.code: catalogue.fixed']);
  });

  it('is a conflict when somebody else changed the entry meanwhile, and impossible without the right', async () => {
    const { id, rev, entry } = await read('test', 'TSH');
    await change('test', 'TSH', { turnaroundMinutes: 100 });
    const late = { changes: [{ id, rev, entry: { ...entry, turnaroundMinutes: 200 } }] };
    expect(await refusalOf(() => api.catalogue.save(late))).toMatchObject({ kind: 'conflict' });
    expect((await read('test', 'TSH')).entry.turnaroundMinutes).toBe(100);
    const reader = lab.api(['catalogue.read']);
    expect(await refusalOf(() => reader.catalogue.save(late))).toMatchObject({ kind: 'forbidden' });
  });

  it('warns of a unit whose ranges stay, and of gaps, and saves', async () => {
    const { id, rev, entry } = await read('parameter', 'CREA');
    const preview = await api.catalogue.check({ changes: [{ id, rev, entry: { ...entry, unit: 'umol/L' } }] });
    expect(preview.errors).toEqual([]);
    expect(preview.warnings.map(({ field, code }) => `${field}: ${code}`)).toEqual([
      'changes.0.entry.unit: catalogue.unitOfRanges',
    ]);
    expect(preview.changes).toMatchObject([
      { state: 'changed', differences: [{ field: 'unit', before: 'mg/dL', after: 'umol/L' }] },
    ]);
    expect((await read('parameter', 'CREA')).entry.unit).toBe('mg/dL');
    const { warnings } = await change('referenceRanges', 'K', {
      ranges: [{ sex: 'male', ageFromDays: 0, low: '3.5' }],
    });
    expect(warnings.map(({ message }) => message)).toEqual(['There is no range for women']);
  });
});

describe('history', () => {
  it('keeps every state of an entry: who, when, what changed', async () => {
    const { id } = await read('parameter', 'UA');
    await change('parameter', 'UA', { decimals: 2 });
    lab.clock.advance(60_000);
    await change('parameter', 'UA', { name: 'Urate', critical: { high: '13.0' } });
    const history = await api.catalogue.history({ id });
    expect(history.map(({ version, byName, differences }) => ({ version, byName, differences }))).toEqual([
      {
        version: 3,
        byName: 'Dr. Niamh Byrne',
        differences: [
          { field: 'name', before: 'Uric acid', after: 'Urate' },
          { field: 'critical.high', after: '13.0' },
        ],
      },
      { version: 2, byName: 'Dr. Niamh Byrne', differences: [{ field: 'decimals', before: '1', after: '2' }] },
      { version: 1, byName: 'staff-1', differences: [] },
    ]);
    expect(Date.parse(history[0]?.at ?? '') - Date.parse(history[1]?.at ?? '')).toBe(60_000);
    // Earlier states are nobody's entries: not in lists, not among ranges, not found by code.
    expect(
      (await api.catalogue.list({ kind: 'parameter', text: 'UA' })).rows.filter(({ code }) => code === 'UA'),
    ).toHaveLength(1);
    expect(
      lab.kernel
        .reads()
        .byKeys('catalogue', ['UA'])
        .get('UA')
        ?.map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(['parameter', 'referenceRanges']);
  });

  it('costs as many statements for many states as for few', async () => {
    const { id } = await read('parameter', 'PHOS');
    const few = await lab.statementsOf(() => api.catalogue.history({ id }));
    for (let n = 0; n < 12; n++) await change('parameter', 'PHOS', { name: `Phosphate ${n}` });
    expect(await lab.statementsOf(() => api.catalogue.history({ id }))).toBe(few);
    expect(await api.catalogue.history({ id })).toHaveLength(13);
  });
});

describe('a signed report', () => {
  it('shows what it showed, whatever of the catalogue changes after it', async () => {
    const { specimens } = await api.bills.create({ patientId: lab.patient.id, lines: [{ testId: lab.test('ELEC') }] });
    await api.specimens.collect({ ids: specimens.map(({ id }) => id) });
    await api.specimens.receive({ ids: specimens.map(({ id }) => id) });
    const [row] = (await api.reports.worklist({ state: 'inProgress' })).rows;
    if (!row) throw new Error('no report');
    const { report } = await api.reports.get({ id: row.id });
    const values = report.values.map(({ parameterId, code }) => ({ parameterId, value: code === 'NA' ? '150' : '4' }));
    await api.reports.enter({ id: row.id, rev: row.rev, values });
    await api.reports.verify({ ids: [row.id] });
    await api.reports.sign({ ids: [row.id] });
    const printed = async () => {
      await api.reports.pdf({ ids: [row.id] });
      const { printedAt: _, ...paper } = lab.tray.printed.at(-1) as unknown as Record<string, unknown>;
      return paper;
    };
    const shown = async () => (await api.reports.get({ id: row.id })).report;
    const before = { paper: await printed(), report: await shown() };
    expect(JSON.stringify(before.paper)).toContain('136 – 145');

    await change('parameter', 'NA', { name: 'Natrium', unit: 'meq/L', decimals: 1, method: 'Direct ISE' });
    await change('referenceRanges', 'NA', { ranges: [{ sex: 'any', ageFromDays: 0, low: '100', high: '200' }] });
    await change('test', 'ELEC', {
      name: 'Salts',
      parameters: [{ parameter: 'K', heading: 'Other' }],
      reportNote: 'New note',
      method: 'Other',
    });
    const { id, rev } = await read('test', 'ELEC');
    await api.catalogue.switch({ id, rev, on: false });

    expect({ paper: await printed(), report: await shown() }).toEqual(before);
  });
});

describe('switching off', () => {
  it('takes a test from the order screen, and on again brings it back', async () => {
    const { id, rev } = await read('test', 'HBA1C');
    await api.catalogue.switch({ id, rev, on: false });
    expect(await api.catalogue.find({ text: 'hba1c' })).toEqual([]);
    expect((await api.catalogue.tests()).some(({ code }) => code === 'HBA1C')).toBe(false);
    expect(lastActivity()).toMatch(/^Catalogue: test HBA1C .* switched off$/);
    expect((await api.catalogue.list({ kind: 'test', state: 'off' })).rows.map(({ code }) => code)).toContain('HBA1C');
    await api.catalogue.switch({ id, rev: (await read('test', 'HBA1C')).rev, on: true });
    expect((await api.catalogue.find({ text: 'hba1c' })).map(({ code }) => code)).toContain('HBA1C');
  });

  it('is refused for what a test that is on is made of', async () => {
    const { id, rev } = await read('specimenType', 'EDTA');
    expect(await fieldsOf(() => api.catalogue.switch({ id, rev, on: false }))).toEqual([
      'changes.0.entry.activeTo: catalogue.used',
    ]);
  });
});

describe('copying', () => {
  it('makes a new entry; a parameter brings its ranges', async () => {
    const { id } = await read('parameter', 'CL');
    await api.catalogue.copy({ id, code: 'CL-DIRECT', name: 'Chloride, direct ISE' });
    const copy = await api.catalogue.get({ id: (await read('parameter', 'CL-DIRECT')).id });
    expect(copy.entry).toMatchObject({ name: 'Chloride, direct ISE', unit: 'mmol/L', critical: { low: '80' } });
    expect(copy.ranges).toMatchObject([{ entry: { code: 'CL-DIRECT', ranges: [{ low: '98', high: '107' }] } }]);
    expect(await fieldsOf(() => api.catalogue.copy({ id, code: 'CL-DIRECT', name: 'Again' }))).toContain(
      'changes.0.entry.code: catalogue.duplicate',
    );
  });
});

describe('the grids', () => {
  it('change fields of many tests in one commit, or none of them', async () => {
    const [one, other] = [await read('test', 'VITD'), await read('test', 'HIV')];
    const { changed } = await api.catalogue.changeTests({
      changes: [
        { id: one.id, rev: one.rev, change: { name: 'Vitamin D', turnaroundMinutes: null } },
        { id: other.id, rev: other.rev, change: { department: 'Serology', turnaroundMinutes: 90 } },
      ],
    });
    expect(changed).toBe(2);
    const after = (await read('test', 'VITD')).entry;
    expect([after.name, after.turnaroundMinutes, after.aliases]).toEqual(['Vitamin D', undefined, one.entry.aliases]);
    const stale = { changes: [{ id: other.id, rev: other.rev, change: { department: 'X' } }] };
    expect(await refusalOf(() => api.catalogue.changeTests(stale))).toMatchObject({ kind: 'conflict' });
  });

  it('set and take away prices; an order is priced by them at once', async () => {
    const list = await read('priceList', 'WALKIN');
    const prices = [
      { kind: 'test' as const, code: 'CBC', amount: 6500 },
      { kind: 'test' as const, code: 'CRP', amount: null },
    ];
    await api.catalogue.changePrices({ changes: [{ id: list.id, rev: list.rev, prices }] });
    expect(lastActivity()).toContain('prices.CBC.amount 60.00 → 65.00');
    const [cbc] = await api.catalogue.find({ text: 'cbc' });
    expect(cbc?.price).toBe(6500);
    expect((await api.catalogue.find({ text: 'crp' }))[0]?.price).toBeUndefined();
    const again = await read('priceList', 'WALKIN');
    const unknown = { kind: 'test' as const, code: 'NOPE', amount: 1 };
    expect(
      await fieldsOf(() =>
        api.catalogue.changePrices({ changes: [{ id: again.id, rev: again.rev, prices: [unknown] }] }),
      ),
    ).toEqual([expect.stringMatching(/^changes\.0\.entry\.prices\.\d+: catalogue\.missing$/)]);
  });
});
