import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { starterCatalogue } from '../../../electron/core/catalogue/index.ts';
import type { CatalogueEntry } from '../../../shared/catalogue/schema.ts';
import { readSheets, writeSheets } from '../../../shared/catalogue/sheets.ts';
import { fieldsOf, fingerprint, type OrderApi, type OrderLab, openOrderLab, refusalOf } from '../billing/order-lab.ts';

let lab: OrderLab;
let api: OrderApi;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
});
afterAll(() => lab.dispose());

describe('import', () => {
  it('of what was exported changes nothing, by sheets too', async () => {
    const entries = await api.catalogue.exportEntries();
    const read = readSheets(writeSheets(entries, 'INR'), 'INR');
    expect(read.errors).toEqual([]);
    const before = fingerprint(lab.kernel);
    for (const file of [entries, [...read.entries]]) {
      const preview = await api.catalogue.previewImport({ entries: file });
      expect(preview.errors).toEqual([]);
      expect(preview.changes.filter(({ state }) => state !== 'same')).toEqual([]);
      expect(preview.changes).toHaveLength(entries.length);
      await api.catalogue.importEntries({ entries: file, seen: preview.seen });
    }
    expect(fingerprint(lab.kernel)).toEqual(before);
  });

  it('tells before it is done what is new, changed and the same; then it is one commit', async () => {
    const [first, ...rest] = await api.catalogue.exportEntries();
    if (first?.kind !== 'specimenType') throw new Error('specimen types come first');
    const added: CatalogueEntry = { ...first, code: 'NEW', name: 'New tube' };
    const entries = [{ ...first, volume: '9' }, ...rest, added];
    const preview = await api.catalogue.previewImport({ entries });
    const told = preview.changes.filter(({ state }) => state !== 'same');
    expect(told).toMatchObject([
      { key: `specimenType.${first.code}`, state: 'changed', differences: [{ field: 'volume', after: '9' }] },
      { key: 'specimenType.NEW', state: 'new' },
    ]);
    const done = await api.catalogue.importEntries({ entries, seen: preview.seen });
    expect([done.created, done.changed]).toEqual([1, 1]);
    expect((await api.catalogue.exportEntries()).find(({ code }) => code === 'NEW')).toEqual(added);
    expect(await refusalOf(() => api.catalogue.importEntries({ entries, seen: preview.seen }))).toMatchObject({
      kind: 'conflict',
    });
  });

  it('with errors does nothing at all', async () => {
    const broken: CatalogueEntry[] = [
      { kind: 'parameter', code: 'GOOD', name: 'Good', valueType: 'numeric', decimals: 1 },
      { kind: 'parameter', code: 'BAD', name: 'Bad', valueType: 'numeric', decimals: 1, unit: 'MG/DL' },
    ];
    const { seen, errors } = await api.catalogue.previewImport({ entries: broken });
    expect(errors).toMatchObject([{ field: 'changes.1.entry.unit', remedy: 'Did you mean mg/dL?' }]);
    const before = fingerprint(lab.kernel);
    expect(await fieldsOf(() => api.catalogue.importEntries({ entries: broken, seen }))).toHaveLength(1);
    expect(fingerprint(lab.kernel)).toEqual(before);
  });
});

describe('the starter catalogue', () => {
  it('adds what is missing and leaves what is there', async () => {
    const before = await api.catalogue.exportEntries();
    const { created } = await api.catalogue.addStarter();
    const known = new Set(before.map(({ kind, code }) => `${kind} ${code}`));
    expect(created).toBe(starterCatalogue.filter(({ kind, code }) => !known.has(`${kind} ${code}`)).length);
    const after = await api.catalogue.exportEntries();
    expect(after).toHaveLength(before.length + created);
    for (const entry of before) expect(after).toContainEqual(entry);
    expect(await api.catalogue.addStarter()).toEqual({ created: 0 });
  });
});

describe('finding', () => {
  it('takes code, alias and name as typed, the best first', async () => {
    const codes = async (text: string) => (await api.catalogue.find({ text, limit: 5 })).map(({ code }) => code);
    expect((await codes('tsh'))[0]).toBe('TSH');
    expect((await codes('SGPT'))[0]).toBe('ALT');
    expect((await codes('liver'))[0]).toBe('LFT');
    expect((await codes('free thyrox'))[0]).toBe('FT4');
    expect((await codes('full body'))[0]).toBe('EXEC');
    expect((await codes('hep b surf'))[0]).toBe('HBSAG');
    expect(await codes('  ')).toEqual([]);
    expect(await codes('xyzzy')).toEqual([]);
  });

  it('among 5 000 tests costs no more statements, and pages of a list neither', async () => {
    await api.catalogue.find({ text: 'a' });
    const few = await lab.statementsOf(() => api.catalogue.find({ text: 'gluc' }));
    lab.kernel.change(lab.session, (work) => {
      work.insertMany(
        'catalogue',
        Array.from({ length: 5000 }, (_, n) => ({
          kind: 'test' as const,
          code: `X${n}`,
          name: `Special assay ${n} of substance ${n % 97}`,
          aliases: [`alias ${n}`],
          department: 'Special',
          specimenType: 'SERUM',
          parameters: [{ parameter: 'CRP' }],
        })),
      );
    });
    await api.catalogue.find({ text: 'special' });
    expect(await lab.statementsOf(() => api.catalogue.find({ text: 'spec subst 12' }))).toBe(few);
    const found = await api.catalogue.find({ text: 'x4999' });
    expect(found[0]?.code).toBe('X4999');
    const page = await api.catalogue.list({ kind: 'test', department: 'Special', limit: 200 });
    expect([page.rows.length, page.total, page.nextCursor]).toEqual([200, 5000, '200']);
    const next = await api.catalogue.list({ kind: 'test', department: 'Special', limit: 200, cursor: page.nextCursor });
    expect(next.rows[0]?.code).not.toBe(page.rows[0]?.code);
    expect(new Set([...page.rows, ...next.rows].map(({ id }) => id)).size).toBe(400);
  });

  it('follows what is changed, by whomever', async () => {
    const [test] = await api.catalogue.find({ text: 'X17' });
    if (!test) throw new Error('X17 is not there');
    lab.kernel.change(lab.session, (work) => {
      work.update('catalogue', work.need('catalogue', test.id), { name: 'Renamed marvel' });
    });
    expect((await api.catalogue.find({ text: 'marvel' })).map(({ code }) => code)).toEqual(['X17']);
    lab.kernel.change(lab.session, (work) => work.remove('catalogue', work.need('catalogue', test.id)));
    expect(await api.catalogue.find({ text: 'marvel' })).toEqual([]);
  });
});
