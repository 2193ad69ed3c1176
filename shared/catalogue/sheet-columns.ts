import type { CatalogueKind } from './schema.ts';

/** How a cell holds a value; everything is text, as a spreadsheet shows it. */
export type CellType =
  /** As it is. */
  | 'text'
  /** Codes, units, choices of the schema: without outer blanks. */
  | 'word'
  | 'number'
  /** `yes`, `no`, or empty where nothing is said. */
  | 'flag'
  /** Texts parted by `;`. */
  | 'list'
  /** `18 y`, `3 mo`, `28 d`. */
  | 'age'
  /** In whole units of the currency, with its decimals. */
  | 'money';

export interface Column {
  readonly name: string;
  /** The field of the entry or row, with dots. */
  readonly path: string;
  readonly type: CellType;
  /** An empty cell is an empty text, not a missing field. */
  readonly needed?: boolean;
}

/** A sheet: entries of one kind, or the rows of a list of theirs, or both on one line. */
export interface SheetLayout {
  readonly name: string;
  readonly kind: CatalogueKind;
  /** The column with the code of the entry that a line belongs to. */
  readonly key: string;
  /** Fields of the entry itself; none where the sheet only adds rows to entries of another one. */
  readonly entry: readonly Column[];
  /** The list that lines are rows of. */
  readonly list?: { readonly field: string; readonly columns: readonly Column[] };
}

const of =
  (type: CellType, needed?: boolean) =>
  (name: string, path: string = name): Column => ({ name, path, type, ...(needed ? { needed } : {}) });
const text = of('text');
const needed = of('text', true);
const word = of('word');
const number = of('number');
const flag = of('flag');
const list = of('list');
const age = of('age');
const money = of('money');
const period = [word('active from', 'activeFrom'), word('active to', 'activeTo')];
const limits = (name: string) => [word(`${name} low`, `${name}.low`), word(`${name} high`, `${name}.high`)];

/** The workbook of a catalogue, sheet by sheet. */
export const sheetLayouts: readonly SheetLayout[] = [
  {
    name: 'Specimen types',
    kind: 'specimenType',
    key: 'code',
    entry: [
      needed('name'),
      needed('container'),
      needed('colour'),
      word('volume ml', 'volume'),
      number('room h', 'stability.roomHours'),
      number('2-8 C h', 'stability.refrigeratedHours'),
      number('frozen h', 'stability.frozenHours'),
      text('instructions'),
      ...period,
    ],
  },
  {
    name: 'Parameters',
    kind: 'parameter',
    key: 'code',
    entry: [
      needed('name'),
      word('loinc'),
      word('type', 'valueType'),
      word('unit'),
      number('decimals'),
      ...limits('critical'),
      ...limits('reportable'),
      text('method'),
      ...period,
    ],
  },
  {
    name: 'Choices',
    kind: 'parameter',
    key: 'parameter',
    entry: [],
    list: { field: 'choices', columns: [needed('value'), flag('abnormal'), list('aliases')] },
  },
  {
    name: 'Ranges',
    kind: 'referenceRanges',
    key: 'set',
    entry: [word('parameter'), text('method'), text('source'), ...period],
    list: {
      field: 'ranges',
      columns: [
        word('sex'),
        age('age from', 'ageFromDays'),
        age('age to', 'ageToDays'),
        word('pregnancy'),
        word('low'),
        word('high'),
        ...limits('critical'),
        text('text'),
      ],
    },
  },
  {
    name: 'Tests',
    kind: 'test',
    key: 'code',
    entry: [
      needed('name'),
      list('aliases'),
      needed('department'),
      word('loinc'),
      word('specimen type', 'specimenType'),
      word('volume ml', 'volume'),
      number('room h', 'stability.roomHours'),
      number('2-8 C h', 'stability.refrigeratedHours'),
      number('frozen h', 'stability.frozenHours'),
      text('method'),
      number('turnaround min', 'turnaroundMinutes'),
      text('report note', 'reportNote'),
      word('layout', 'reportFormat.layout'),
      flag('new page', 'reportFormat.newPage'),
      flag('hide ranges', 'reportFormat.hideRanges'),
      ...period,
    ],
  },
  {
    name: 'Test parameters',
    kind: 'test',
    key: 'test',
    entry: [],
    list: { field: 'parameters', columns: [word('parameter'), text('heading'), flag('optional')] },
  },
  {
    name: 'Profiles',
    kind: 'profile',
    key: 'code',
    entry: [needed('name'), list('aliases'), list('tests'), money('price'), ...period],
  },
  {
    name: 'Price lists',
    kind: 'priceList',
    key: 'code',
    entry: [needed('name'), word('currency'), ...period],
  },
  {
    name: 'Prices',
    kind: 'priceList',
    key: 'list',
    entry: [],
    list: { field: 'prices', columns: [word('kind'), word('code'), money('amount')] },
  },
];

/** Fields that an entry of a kind has although no cell says so: lists that may be empty. */
export const emptyLists: Readonly<Record<CatalogueKind, readonly string[]>> = {
  specimenType: [],
  parameter: [],
  referenceRanges: ['ranges'],
  test: ['aliases', 'parameters'],
  profile: ['aliases', 'tests'],
  priceList: ['prices'],
};
