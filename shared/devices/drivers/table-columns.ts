import Papa from 'papaparse';
import type { DriverSettings, TableMap } from '../driver.ts';
import type { TableTarget } from '../map-targets.ts';
import type { ReadError } from '../reading.ts';
import { type Charset, decodeText } from '../text.ts';
import { settingsOf } from './common.ts';

/** A row with where it stands. Cells are one character a byte. */
export interface Row {
  readonly cells: readonly string[];
  readonly offset: number;
  readonly length: number;
  readonly index: number;
}

/** A table taken apart by a map: its rows, its headings, and which column is what (zero-based, -1 for none). */
export interface Sheet {
  readonly rows: readonly Row[];
  readonly heading: Row;
  readonly headings: readonly string[];
  readonly columns: Readonly<Record<TableTarget, number>>;
  readonly decode: (cell: string) => string;
}

/** Headings seen on instruments, without case, blanks and punctuation. */
const usual: Readonly<Record<TableTarget, readonly string[]>> = {
  sampleId: ['sampleid', 'sample', 'samplename', 'barcode', 'accession', 'specimenid', 'specimen', 'id'],
  code: ['test', 'testcode', 'testname', 'assay', 'parameter', 'analyte', 'code', 'item'],
  value: ['result', 'value', 'concentration', 'conc'],
  unit: ['unit', 'units'],
  flag: ['flag', 'flags', 'alarm'],
  resultAt: ['datetime', 'resulttime', 'resultdate', 'testtime', 'date', 'time'],
  comment: ['comment', 'comments', 'remark', 'remarks', 'note', 'notes'],
};

export const usualTable: TableMap = { layout: 'rows', headingRow: 1 };

/** Takes a file apart; a reason where it has no row of headings. */
export function sheetOf(bytes: Uint8Array, settings: DriverSettings): Sheet | ReadError {
  const map = settings.table ?? usualTable;
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const text = decodeText(bytes, 'latin1');
  const rows = rowsOf(marked ? `   ${text.slice(3)}` : text, map.delimiter);
  const heading = rows[map.headingRow - 1];
  if (!heading) {
    const message = 'The file has no rows, or none as far down as the headings are set to be.';
    return { code: 'structure', message, offset: 0 };
  }
  const decode = decoder(settings.charset ?? 'utf-8');
  const headings = heading.cells.map((cell) => decode(cell).trim());
  const names = Object.keys(usual) as TableTarget[];
  const columns = Object.fromEntries(names.map((name) => [name, columnOf(name, map, headings)]));
  return { rows, heading, headings, columns: columns as Record<TableTarget, number>, decode };
}

/** What a map has to name, as long as the headings do not say it themselves. */
export function neededColumns({ layout }: TableMap): readonly TableTarget[] {
  return layout === 'rows' ? ['sampleId', 'code', 'value'] : ['sampleId'];
}

/** Reads the rows with their places. Delimiters and quotes are ASCII, so that bytes can be parsed before they are decoded. */
function rowsOf(text: string, delimiter: string | undefined): Row[] {
  const rows: Row[] = [];
  let offset = 0;
  Papa.parse<string[]>(text, {
    delimiter: delimiter ?? '',
    delimitersToGuess: [',', ';', '\t', '|'],
    step: ({ data, meta }) => {
      const length = text.slice(offset, meta.cursor).trimEnd().length;
      if (data.some((cell) => cell.trim() !== '')) rows.push({ cells: data, offset, length, index: rows.length });
      offset = meta.cursor;
    },
  });
  return rows;
}

const plain = (heading: string) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Zero-based number of a column; -1 when there is none. */
function columnOf(name: TableTarget, map: TableMap, headings: readonly string[]): number {
  const wanted = map[name];
  if (wanted === undefined) return headings.findIndex((heading) => usual[name].includes(plain(heading)));
  const named = headings.findIndex((heading) => plain(heading) === plain(wanted));
  return named < 0 && /^\d+$/.test(wanted) ? Number(wanted) - 1 : named;
}

/** Cells are one character a byte until here. */
function decoder(charset: Charset): (cell: string) => string {
  return (cell) => {
    const bytes = Uint8Array.from(cell, (character) => character.charCodeAt(0));
    return decodeText(bytes, charset);
  };
}

/** A column of a received table: what a person can choose on the screen. */
export interface CandidateColumn {
  /** How a map names it: by its heading, or by its number where the heading would not do. */
  readonly column: string;
  readonly number: number;
  readonly heading: string;
  /** Its first values. */
  readonly samples: readonly string[];
}

export type CandidateTable =
  | {
      readonly ok: true;
      readonly columns: readonly CandidateColumn[];
      /** Numbers from 1 of the columns in force, by the map or by their usual headings. */
      readonly found: Readonly<Partial<Record<TableTarget, number>>>;
      /** The first rows as they are, from which the row of headings is chosen. */
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly ok: false; readonly error: ReadError; readonly rows: readonly (readonly string[])[] };

const mostColumns = 200;
const shownRows = 12;
const longestCell = 100;
const shownSamples = 3;

/** Takes a received table apart for the screen on which a person says which column is what. Never throws. */
export function tableCandidates(bytes: Uint8Array, own: DriverSettings, device?: DriverSettings): CandidateTable {
  const settings = settingsOf(own, device);
  const sheet = sheetOf(bytes, settings);
  const first =
    'code' in sheet
      ? sheetOf(bytes, { ...settings, table: { ...usualTable, delimiter: settings.table?.delimiter } })
      : sheet;
  const rows =
    'code' in first
      ? []
      : first.rows.slice(0, shownRows).map(({ cells }) => cells.slice(0, 30).map((cell) => cut(first.decode(cell))));
  if ('code' in sheet) return { ok: false, error: sheet, rows };
  const { headings, columns, decode, heading } = sheet;
  const below = sheet.rows.slice(heading.index + 1);
  const isUnique = (name: string) => headings.filter((other) => plain(other) === plain(name)).length === 1;
  return {
    ok: true,
    rows,
    found: Object.fromEntries(
      Object.entries(columns).flatMap(([name, at]) => (at < 0 ? [] : [[name, at + 1] as const])),
    ),
    columns: headings.slice(0, mostColumns).map((name, at) => ({
      column: plain(name) !== '' && name.length <= longestCell && isUnique(name) ? name : String(at + 1),
      number: at + 1,
      heading: cut(name),
      samples: below
        .map(({ cells }) => cut(decode(cells[at] ?? '').trim()))
        .filter((cell) => cell !== '')
        .slice(0, shownSamples),
    })),
  };
}

function cut(text: string): string {
  return text.length > longestCell ? `${text.slice(0, longestCell)}…` : text;
}
