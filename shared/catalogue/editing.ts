import { isPlain } from '../sync/canonical.ts';
import { readCell, writeCell } from './cells.ts';
import type { CatalogueEntry, CatalogueKind } from './schema.ts';
import { type Column, emptyLists, sheetLayouts } from './sheet-columns.ts';

/** Fields of an entry, not checked yet. */
export type Fields = Record<string, unknown>;

/** An entry as texts, as a form or a spreadsheet holds it. */
export interface EntryCells {
  /** By the path of the field. */
  readonly fields: Readonly<Record<string, string>>;
  /** The rows of its list, in the order of the list's columns. */
  readonly rows: readonly (readonly string[])[];
}

/** The fields of a kind. */
export function fieldColumns(kind: CatalogueKind): readonly Column[] {
  return sheetLayouts.find((layout) => layout.kind === kind && layout.entry.length > 0)?.entry ?? [];
}

/** The list of a kind with its columns; undefined for one that has none. */
export function listOf(
  kind: CatalogueKind,
): { readonly field: string; readonly columns: readonly Column[] } | undefined {
  return sheetLayouts.find((layout) => layout.kind === kind && layout.list)?.list;
}

/** An entry as texts. @param labCurrency of a package's own price; a price list has its own */
export function toCells(entry: CatalogueEntry, labCurrency: string): EntryCells {
  const currency = currencyOf(entry, labCurrency);
  const list = listOf(entry.kind);
  const rows = list && valueAt(entry, list.field);
  return {
    fields: Object.fromEntries(
      fieldColumns(entry.kind).map(({ path, type }) => [path, writeCell(type, valueAt(entry, path), currency)]),
    ),
    rows: list && Array.isArray(rows) ? rows.map((row) => rowCells(row, list.columns, currency)) : [],
  };
}

/** The entry that texts say, for its schema to check; lines without any text are left out. */
export function fromCells(kind: CatalogueKind, code: string, cells: EntryCells, labCurrency: string): Fields {
  const fields = newFields(kind, code);
  const currency = cells.fields.currency || labCurrency;
  fill(fields, fieldColumns(kind), ({ path }) => cells.fields[path] ?? '', currency);
  const list = listOf(kind);
  if (!list) return fields;
  const rows = cells.rows
    .filter((row) => !isBlank(row))
    .map((row) => {
      const read: Fields = list.field === 'choices' ? { abnormal: false } : {};
      fill(read, list.columns, (_, index) => row[index] ?? '', currency);
      return read;
    });
  if (rows.length > 0 || emptyLists[kind].includes(list.field)) fields[list.field] = rows;
  return fields;
}

/** Whether a line has no text. */
export function isBlank(row: readonly string[]): boolean {
  return row.every((cell) => cell.trim() === '');
}

/** A row of a list as texts. */
export function rowCells(row: unknown, columns: readonly Column[], currency: string): string[] {
  return columns.map(({ path, type }) => writeCell(type, valueAt(row, path), currency));
}

export function currencyOf(entry: CatalogueEntry, labCurrency: string): string {
  return entry.kind === 'priceList' ? entry.currency : labCurrency;
}

/** An entry with its empty lists and nothing else. */
export function newFields(kind: CatalogueKind, code: string): Fields {
  return { kind, code, ...Object.fromEntries(emptyLists[kind].map((field) => [field, []])) };
}

/** Puts what cells say into fields. */
export function fill(
  fields: Fields,
  columns: readonly Column[],
  cellOf: (column: Column, index: number) => string,
  currency: string,
): void {
  columns.forEach((column, index) => {
    const value = readCell(column.type, cellOf(column, index), currency);
    if (value !== undefined) setAt(fields, column.path, value);
    else if (column.needed) setAt(fields, column.path, '');
  });
}

/** What stands at a path with dots. */
export function valueAt(fields: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (isPlain(value) ? value[name] : undefined), fields);
}

function setAt(fields: Fields, path: string, value: unknown): void {
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0) {
    fields[first] = value;
    return;
  }
  fields[first] ??= {};
  setAt(fields[first] as Fields, rest.join('.'), value);
}
