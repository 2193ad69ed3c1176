import type { Driver, DriverSettings, ReadOutcome } from '../driver.ts';
import { genericDrivers } from '../generic.ts';
import type { DeviceReading, RecordRef } from '../reading.ts';
import { filled } from '../text.ts';
import { readTime, readWrittenTime } from '../times.ts';
import { readValue } from '../values.ts';
import { Draft, defined, kindOfSampleId, nowhere, plainSampleId, settingsOf, usualSerial } from './common.ts';
import { neededColumns, type Row, type Sheet, sheetOf, usualTable } from './table-columns.ts';

/** What can be missing, in words. */
const inWords: Readonly<Record<string, string>> = { sampleId: 'sample id', code: 'test code', value: 'value' };

function failed(message: string, offset: number): ReadOutcome {
  return { ok: false, error: { code: 'structure', message, offset } };
}

/** Reads a table whose columns the device's map, or usual headings, name. */
function readTable(bytes: Uint8Array, own: DriverSettings, device: DriverSettings | undefined): ReadOutcome {
  const settings = settingsOf(own, device);
  const map = settings.table ?? usualTable;
  const sheet = sheetOf(bytes, settings);
  if ('code' in sheet) return { ok: false, error: sheet };
  const { rows, heading, headings, columns, decode } = sheet;
  const missing = neededColumns(map).filter((name) => columns[name] < 0);
  if (missing.length > 0) {
    return failed(
      `No column was found for ${missing.map((name) => inWords[name]).join(', ')}; the file has: ${headings.join(', ').slice(0, 300)}. Name the columns on the screen of this analyzer, under Field map.`,
      heading.offset,
    );
  }
  const draft = new Draft();
  const tests =
    map.layout === 'rows'
      ? [columns.value]
      : headings.flatMap((name, column) => (name === '' || Object.values(columns).includes(column) ? [] : [column]));
  for (const row of rows.slice(map.headingRow)) {
    const cell = (column: number) => (column < 0 ? '' : decode(row.cells[column] ?? '').trim());
    if (cell(columns.sampleId) === '') draft.notes.add(`Row ${row.index + 1} has no sample id.`);
    for (const column of tests) {
      if (map.layout === 'columns' && cell(column) === '') continue;
      const code = map.layout === 'rows' ? cell(columns.code) : (headings[column] ?? '');
      draft.addResults([readingOf({ row, column, code, columns, cell }, settings, draft)]);
    }
  }
  return { ok: true, message: draft.message };
}

function readingOf(
  at: {
    readonly row: Row;
    readonly column: number;
    readonly code: string;
    readonly columns: Sheet['columns'];
    readonly cell: (column: number) => string;
  },
  settings: DriverSettings,
  draft: Draft,
): DeviceReading {
  const { row, column, code, columns, cell } = at;
  const raw = cell(column);
  const { value, marks, note } = readValue(raw, settings.decimal ?? 'auto');
  if (note) draft.notes.add(note);
  const sampleId = plainSampleId(cell(columns.sampleId), settings);
  const recordRef: RecordRef = {
    index: row.index,
    type: '',
    field: column + 1,
    offset: row.offset,
    length: row.length,
  };
  const [date = '', time = ''] = cell(columns.resultAt).split(/[T ]/);
  const iso = /^\d{4}-\d\d-\d\d$/.test(date);
  return defined<DeviceReading>({
    sampleId,
    rawSampleId: cell(columns.sampleId),
    kind: kindOfSampleId(sampleId, settings),
    code,
    value,
    rawValue: raw,
    unit: filled(cell(columns.unit)),
    flags: [
      ...marks,
      ...cell(columns.flag)
        .split(/[\s,;]+/)
        .filter((flag) => flag !== ''),
    ],
    resultAt: /^\d+$/.test(date)
      ? readTime(date)
      : readWrittenTime(date, time.replace(/\.\d+$/, ''), iso ? 'ymd' : (settings.dateOrder ?? 'dmy')),
    comments: filled(cell(columns.comment)) === undefined ? [] : [cell(columns.comment)],
    images: [],
    recordRef,
  });
}

/** Any instrument or program that leaves CSV or XLSX files; the device's map names the columns. */
export const genericTable: Driver = {
  id: genericDrivers.table,
  name: 'Generic table (CSV, XLSX)',
  manufacturer: '',
  models: [],
  format: 'table',
  protocol: { framing: 'table', connection: 'folder', serial: usualSerial },
  settings: { charset: 'utf-8', decimal: 'auto', table: usualTable },
  guide: {
    source: 'RFC 4180 (CSV) and Office Open XML (XLSX); headings as instruments’ programs write them.',
    guessed: [],
    cabling: 'None: a folder that both the instrument’s computer and this one can reach.',
    settings: [
      'Have the instrument’s program export its results into the folder, as CSV or XLSX, one file a run.',
      'Say in the first file which column is what (Field map), where their headings are not the usual ones.',
    ],
  },
  places: nowhere,
  codes: [],
  quirks: [
    'Each file is one message; a spreadsheet is read from its first sheet.',
    'Columns are found under their usual headings (Sample ID, Test, Result, Unit, Flag, Date); others are named on the screen, from a received file.',
    'Files with a sample in each row and a test in each column are read when the layout says so.',
  ],
  sample: {
    text: [
      'Sample ID,Test,Result,Unit,Flag,Date',
      'AQ-240011,GLU,5.4,mmol/L,,2024-01-05 10:14:00',
      'AQ-240011,CRP,<0.6,mg/L,L,2024-01-05 10:14:10',
      '',
    ].join('\r\n'),
    results: [
      { sampleId: 'AQ-240011', code: 'GLU', value: '5.4', unit: 'mmol/L' },
      { sampleId: 'AQ-240011', code: 'CRP', value: '<0.6', unit: 'mg/L', flags: ['L'] },
    ],
  },
  read: (text, settings) => readTable(text, genericTable.settings, settings),
};
