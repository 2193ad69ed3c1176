import fc from 'fast-check';
import readXlsxFile from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { starterCatalogue } from '../../../electron/core/catalogue/index.ts';
import { demoCatalogue } from '../../../electron/demo/data/index.ts';
import { cellText } from '../../../shared/catalogue/cells.ts';
import { differences } from '../../../shared/catalogue/entries.ts';
import type { CatalogueEntry } from '../../../shared/catalogue/schema.ts';
import { readSheets, type Sheet, writeSheets } from '../../../shared/catalogue/sheets.ts';

/** Differences of every entry with the one of the same kind and code; all of it where there is none. */
function changed(before: readonly CatalogueEntry[], after: readonly CatalogueEntry[]) {
  const found = new Map(after.map((entry) => [`${entry.kind} ${entry.code}`, entry]));
  return before.flatMap((entry) => {
    const same = found.get(`${entry.kind} ${entry.code}`);
    return same ? differences(entry, same) : [{ field: `${entry.kind} ${entry.code}` }];
  });
}

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const code = fc.stringMatching(/^[A-Z0-9][A-Z0-9._-]{0,8}$/);
const decimal = fc.stringMatching(/^-?\d{1,5}(\.\d{1,3})?$/);
const some = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const limits = some(fc.record({ low: some(decimal), high: some(decimal) }));

const entry: fc.Arbitrary<CatalogueEntry> = fc.oneof(
  fc.record({
    kind: fc.constant('specimenType' as const),
    code,
    name: word,
    container: word,
    colour: fc.string({ maxLength: 8 }),
    volume: decimal,
    stability: some(fc.record({ roomHours: some(fc.integer({ min: 1, max: 900 })) })),
    instructions: some(word),
  }),
  fc.record({
    kind: fc.constant('parameter' as const),
    code,
    name: word,
    valueType: fc.constantFrom('numeric' as const, 'choice' as const, 'titre' as const),
    unit: some(fc.constantFrom('mg/dL', '10*3/uL')),
    decimals: some(fc.integer({ min: 0, max: 9 })),
    choices: some(
      fc.array(fc.record({ value: word, abnormal: fc.boolean(), aliases: fc.array(word, { maxLength: 3 }) }), {
        maxLength: 3,
      }),
    ),
    critical: limits,
    method: some(word),
    activeTo: some(fc.constantFrom('2026-01-31')),
  }),
  fc.record({
    kind: fc.constant('referenceRanges' as const),
    code,
    parameter: code,
    source: some(word),
    ranges: fc.array(
      fc.record({
        sex: fc.constantFrom('any' as const, 'female' as const),
        ageFromDays: fc.integer({ min: 0, max: 50_000 }),
        ageToDays: some(fc.integer({ min: 1, max: 60_000 })),
        pregnancy: some(fc.constantFrom('any' as const, 'second' as const)),
        low: some(decimal),
        critical: limits,
        text: some(word),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  fc.record({
    kind: fc.constant('test' as const),
    code,
    name: word,
    aliases: fc.array(word, { maxLength: 4 }),
    department: word,
    specimenType: code,
    volume: some(decimal),
    stability: some(
      fc.record({ roomHours: some(fc.integer({ min: 1, max: 900 })), frozenHours: some(fc.constant(9)) }),
    ),
    parameters: fc.array(fc.record({ parameter: code, heading: some(word), optional: some(fc.boolean()) }), {
      minLength: 1,
      maxLength: 4,
    }),
    turnaroundMinutes: some(fc.integer({ min: 1, max: 500_000 })),
    reportFormat: some(fc.record({ layout: some(fc.constant('narrative' as const)), newPage: some(fc.boolean()) })),
  }),
  fc.record({
    kind: fc.constant('priceList' as const),
    code,
    name: word,
    currency: fc.constantFrom('AED', 'JPY', 'KWD'),
    prices: fc.array(
      fc.record({
        kind: fc.constantFrom('test' as const, 'profile' as const),
        code,
        amount: fc.integer({ min: 0, max: 1_000_000 }),
      }),
      { maxLength: 5 },
    ),
  }),
);
const catalogue = fc.uniqueArray(entry, { maxLength: 8, selector: ({ kind, code: name }) => `${kind} ${name}` });

describe('a catalogue as sheets', () => {
  it('is read back as it was, whatever is in it', () => {
    fc.assert(
      fc.property(catalogue, (entries) => {
        const read = readSheets(writeSheets(entries, 'AED'), 'AED');
        expect(read.errors).toEqual([]);
        expect(changed(entries, read.entries)).toEqual([]);
        expect(read.entries.length).toBe(entries.length);
      }),
      { numRuns: 300 },
    );
  });

  it('survives a real workbook: the starter catalogue and the demo with its prices', async () => {
    const entries = [...starterCatalogue, ...demoCatalogue.filter((one) => one.kind === 'priceList')];
    const sheets = writeSheets(entries, 'AED').map(({ name, rows }) => ({
      sheet: name,
      data: rows.map((row) => row.map((value) => ({ value, type: String }))),
    }));
    const file = await writeXlsxFile(sheets).toBuffer();
    const read = (await readXlsxFile(file, { trim: false })).map(
      ({ sheet, data }): Sheet => ({ name: sheet, rows: data.map((row) => row.map(cellText)) }),
    );
    const { entries: back, errors } = readSheets(read, 'AED');
    expect(errors).toEqual([]);
    expect(changed(entries, back)).toEqual([]);
    expect(changed(back, entries)).toEqual([]);
  });

  it('takes numbers, dates and yes as a spreadsheet holds them', () => {
    expect([0.1, 12, true, false, new Date('2026-03-01T00:00:00Z'), null].map(cellText)).toEqual([
      '0.1',
      '12',
      'yes',
      'no',
      '2026-03-01',
      '',
    ]);
  });
});

describe('a broken workbook', () => {
  const parameters = (...rows: string[][]): Sheet => ({
    name: 'Parameters',
    rows: [['code', 'name', 'type', 'decimals', 'unit'], ...rows],
  });

  it('tells every error with sheet, row and column, and keeps what is right', () => {
    const { entries, errors } = readSheets(
      [
        parameters(
          ['OK', 'Fine', 'numeric', '1', 'g/dL'],
          ['bad code', 'X', 'numeric', '1', ''],
          ['Y', '', 'numeric', 'many', ''],
          ['OK', 'Again', 'text', '', ''],
          ['', 'Nobody', 'text', '', ''],
        ),
        {
          name: 'Choices',
          rows: [
            ['parameter', 'value'],
            ['NONE', 'x'],
          ],
        },
        { name: 'Parmeters', rows: [] },
        {
          name: 'Tests',
          rows: [
            ['code', 'nmae'],
            ['T', 'x'],
          ],
        },
      ],
      'AED',
    );
    expect(entries.map((one) => one.code)).toEqual(['OK']);
    const places = errors.map(({ sheet, row, column }) => `${sheet} ${row} ${column ?? ''}`);
    expect(places).toEqual(
      expect.arrayContaining([
        'Parameters 3 ',
        'Parameters 4 decimals',
        'Parameters 4 name',
        'Parameters 5 code',
        'Parameters 6 code',
        'Choices 2 parameter',
        'Parmeters 0 ',
        'Tests 1 nmae',
      ]),
    );
  });

  it('finds the place of what the core refuses', () => {
    const { placeOf } = readSheets(
      [parameters(['A', 'A', 'numeric', '1', 'g/dL'], ['B', 'B', 'numeric', '1', 'bananas'])],
      'AED',
    );
    const error = { field: 'changes.1.entry.unit', code: 'catalogue.unit', message: 'no unit' };
    expect(placeOf(error)).toEqual({ sheet: 'Parameters', row: 3, column: 'unit', message: 'no unit' });
  });

  it('refuses an amount with more decimals than the currency has', () => {
    const list = (amount: string): Sheet[] => [
      {
        name: 'Price lists',
        rows: [
          ['code', 'name', 'currency'],
          ['L', 'L', 'JPY'],
        ],
      },
      {
        name: 'Prices',
        rows: [
          ['list', 'kind', 'code', 'amount'],
          ['L', 'test', 'CBC', amount],
        ],
      },
    ];
    expect(readSheets(list('100'), 'AED').entries).toMatchObject([{ prices: [{ amount: 100 }] }]);
    expect(readSheets(list('100.5'), 'AED').errors).toMatchObject([{ sheet: 'Prices', row: 2, column: 'amount' }]);
  });
});
