import type { FieldError } from '../kernel/errors.ts';
import { currencyOf, type Fields, fill, newFields, rowCells, valueAt } from './editing.ts';
import { bare } from './entries.ts';
import { type CatalogueEntry, catalogueEntrySchema } from './schema.ts';
import { type Column, type SheetLayout, sheetLayouts } from './sheet-columns.ts';

/** A sheet of a workbook: rows of cells as text, the first row with the names of the columns. */
export interface Sheet {
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
}

/** Something wrong in a file. `row` counts from 1 as a spreadsheet does; 0: the sheet as a whole. */
export interface SheetError {
  readonly sheet: string;
  readonly row: number;
  readonly column?: string;
  readonly message: string;
  readonly remedy?: string;
}

export interface ReadSheets {
  readonly entries: readonly CatalogueEntry[];
  readonly errors: readonly SheetError[];
  /** Where an error of the core (`changes.<index of the entry>.entry.<path>`) stands in the file. */
  readonly placeOf: (error: FieldError) => SheetError;
}

/** The catalogue as sheets; `readSheets` of them gives the same entries. @param currency of packages' own prices */
export function writeSheets(entries: readonly CatalogueEntry[], currency: string): Sheet[] {
  return sheetLayouts.map((layout) => {
    const columns = [...layout.entry, ...(layout.list?.columns ?? [])];
    const lines = entries
      .filter((entry) => entry.kind === layout.kind)
      .flatMap((entry) => linesOf(bare(entry), layout, currency));
    return { name: layout.name, rows: [[layout.key, ...columns.map(({ name }) => name)], ...lines] };
  });
}

function linesOf(entry: CatalogueEntry, { entry: columns, list }: SheetLayout, labCurrency: string): string[][] {
  const currency = currencyOf(entry, labCurrency);
  const own = [entry.code, ...rowCells(entry, columns, currency)];
  if (!list) return [own];
  const rows = valueAt(entry, list.field);
  return Array.isArray(rows) ? rows.map((row) => [...own, ...rowCells(row, list.columns, currency)]) : [];
}

/** An entry while its sheets are read. */
interface Draft {
  readonly fields: Fields;
  /** Where a part of it stands: the entry itself, or a row of a list (`ranges.2`). */
  readonly places: Map<string, { sheet: string; row: number; columns: readonly Column[] }>;
}

/**
 * Reads the entries of a workbook. Sheets and columns that are not ours are told, since a misspelt one would lose what it
 * holds; so are lines without a code, with a code that has no entry, and all that the schema refuses. Entries with errors
 * are left out of `entries`.
 */
export function readSheets(sheets: readonly Sheet[], labCurrency: string): ReadSheets {
  const errors: SheetError[] = [];
  const drafts = new Map<string, Draft>();
  for (const sheet of sheets) {
    if (!sheetLayouts.some(({ name }) => name === sheet.name)) {
      const known = sheetLayouts.map(({ name }) => name).join(', ');
      errors.push({ sheet: sheet.name, row: 0, message: 'This sheet is not known', remedy: `Known are: ${known}.` });
    }
  }
  // In the order of the layouts, so that an entry is there before the rows of its lists.
  for (const layout of sheetLayouts) {
    const sheet = sheets.find(({ name }) => name === layout.name);
    if (sheet) errors.push(...readSheet(sheet, layout, drafts, labCurrency));
  }
  const entries: CatalogueEntry[] = [];
  const kept: Draft[] = [];
  for (const draft of drafts.values()) {
    const parsed = catalogueEntrySchema.safeParse(draft.fields);
    if (parsed.success) {
      entries.push(parsed.data);
      kept.push(draft);
    } else {
      errors.push(...parsed.error.issues.map(({ path, message }) => placed(draft, path.map(String), message)));
    }
  }
  return {
    entries,
    errors,
    placeOf: ({ field, message, remedy }) => {
      const [, index = '', , ...path] = field.split('.');
      const draft = kept[Number(index)];
      const place = draft ? placed(draft, path, message) : { sheet: '', row: 0, message };
      return remedy === undefined ? place : { ...place, remedy };
    },
  };
}

function readSheet(sheet: Sheet, layout: SheetLayout, drafts: Map<string, Draft>, labCurrency: string): SheetError[] {
  const errors: SheetError[] = [];
  const [head = [], ...lines] = sheet.rows;
  const names = head.map((name) => name.trim().toLowerCase());
  const columns = [...layout.entry, ...(layout.list?.columns ?? [])];
  const known = new Set([layout.key, ...columns.map(({ name }) => name.toLowerCase())]);
  names.forEach((name, index) => {
    const problem = (message: string) =>
      errors.push({
        sheet: sheet.name,
        row: 1,
        column: head[index] ?? '',
        message,
        remedy: `Known: ${[...known].join(', ')}.`,
      });
    if (name !== '' && !known.has(name)) problem('This column is not known');
    if (name !== '' && names.indexOf(name) < index) problem('This column stands twice');
  });
  if (!names.includes(layout.key)) {
    errors.push({ sheet: sheet.name, row: 1, column: layout.key, message: `The column “${layout.key}” is missing` });
    return errors;
  }
  lines.forEach((line, index) => {
    if (line.every((cell) => cell.trim() === '')) return;
    const cellOf = (name: string) => line[names.indexOf(name.toLowerCase())] ?? '';
    const code = cellOf(layout.key).trim();
    const at = { sheet: sheet.name, row: index + 2, columns };
    const problem = readLine(code, cellOf, layout, drafts, at, labCurrency);
    if (problem !== undefined) errors.push({ sheet: sheet.name, row: at.row, column: layout.key, message: problem });
  });
  return errors;
}

/** Puts one line into its entry; returns what is wrong with the line as a whole. */
function readLine(
  code: string,
  cellOf: (name: string) => string,
  layout: SheetLayout,
  drafts: Map<string, Draft>,
  at: { sheet: string; row: number; columns: readonly Column[] },
  labCurrency: string,
): string | undefined {
  if (code === '') return `The column “${layout.key}” is empty`;
  const key = `${layout.kind}.${code}`;
  let draft = drafts.get(key);
  if (layout.entry.length === 0 && !draft) return `There is no ${code} in the sheet before`;
  if (layout.entry.length > 0 && draft && !layout.list) return `${code} stands twice`;
  const currency = String(draft?.fields.currency ?? labCurrency);
  if (layout.entry.length > 0) {
    const fields = newFields(layout.kind, code);
    fill(fields, layout.entry, ({ name }) => cellOf(name), currency);
    if (!draft) {
      draft = { fields, places: new Map([['', at]]) };
      drafts.set(key, draft);
    } else if (
      layout.entry.some(({ path }) => String(valueAt(fields, path)) !== String(valueAt(draft?.fields, path)))
    ) {
      return `${layout.entry.map(({ name }) => name).join(', ')} differ from the first line of ${code}`;
    }
  }
  if (draft && layout.list) {
    draft.fields[layout.list.field] ??= [];
    const rows = draft.fields[layout.list.field] as Fields[];
    const row: Fields = {};
    fill(row, layout.list.columns, ({ name }) => cellOf(name), currency);
    if (layout.list.field === 'choices') row.abnormal ??= false;
    draft.places.set(`${layout.list.field}.${rows.length}`, at);
    rows.push(row);
  }
  return undefined;
}

/** An error of an entry's field at its cell: the row of its list where it has one, else the entry's. */
function placed(draft: Draft, path: readonly string[], message: string): SheetError {
  const inRow = draft.places.get(path.slice(0, 2).join('.'));
  const place = inRow ?? draft.places.get('');
  const field = (inRow ? path.slice(2) : path).join('.');
  const column = place?.columns.find(
    (one) => field === one.path || field.startsWith(`${one.path}.`) || one.path.startsWith(`${field}.`),
  );
  return {
    sheet: place?.sheet ?? '',
    row: place?.row ?? 0,
    ...(column && field !== '' ? { column: column.name } : {}),
    message,
  };
}
