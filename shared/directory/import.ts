import { z } from 'zod';

/** Kinds that can be read from a table. */
export const importKindSchema = z.enum(['doctor', 'organisation']);
export type ImportKind = z.infer<typeof importKindSchema>;

/** Rows of one call: few enough that the core's thread stays free. */
export const importBatch = 250;

/** A row of the file: its line, and its cells by field. */
export const importRowSchema = z.strictObject({
  line: z.number().int().positive(),
  cells: z.record(z.string().max(40), z.string().max(5000)),
  /** Something is wrong with it already: it is looked at for what else is wrong, and not stored. */
  faulty: z.boolean().optional(),
});
export type ImportRow = z.infer<typeof importRowSchema>;

export const importEntriesSchema = z.strictObject({
  kind: importKindSchema,
  rows: z.array(importRowSchema).max(importBatch),
  /** Only says what would happen. */
  dryRun: z.boolean(),
});
export type ImportEntries = z.infer<typeof importEntriesSchema>;

/** Something wrong with a cell. */
export interface ImportError {
  line: number;
  field: string;
  message: string;
}

const contacts = ['contactPerson', 'phone', 'email', 'address'] as const;

/** The columns that a file may have, in the order of the pattern that the screen offers. */
export const importFields: Readonly<Record<ImportKind, readonly string[]>> = {
  doctor: ['code', 'name', 'speciality', 'registrationNumber', ...contacts, 'active'],
  organisation: [
    'code',
    'name',
    ...contacts,
    'billing',
    'creditLimit',
    'paymentDays',
    'priceList',
    'allowedTests',
    'active',
  ],
};

export interface ImportTable {
  rows: ImportRow[];
  /** Headings that are no field; their columns are not read. */
  unknown: string[];
  errors: ImportError[];
}

/**
 * Reads a table of text whose first row is its headings. A heading fits a field when letters and digits are the same
 * (`Credit limit`, `credit_limit`, `CREDITLIMIT`). Empty rows are passed over; a code that stands twice is an error of its
 * second row.
 */
export function readImportTable(kind: ImportKind, table: readonly (readonly string[])[]): ImportTable {
  const [headings = [], ...lines] = table;
  const fields = importFields[kind];
  const columns = headings.map((heading) =>
    fields.find((field) => plain(field) === (otherHeadings[plain(heading)] ?? plain(heading))),
  );
  const unknown = headings.filter((heading, index) => columns[index] === undefined && heading.trim() !== '');
  const errors: ImportError[] = [];
  const missing = ['code', 'name'].filter((field) => !columns.includes(field));
  for (const field of missing) errors.push({ line: 1, field, message: `The column "${field}" is missing` });
  if (missing.length > 0) return { rows: [], unknown, errors };
  const rows: ImportRow[] = [];
  const lineOfCode = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    if (line.every((cell) => cell.trim() === '')) continue;
    const row = { line: index + 2, cells: cellsOf(columns, line) };
    const code = (row.cells.code ?? '').toUpperCase();
    const first = lineOfCode.get(code);
    if (code === '') errors.push({ line: row.line, field: 'code', message: 'Enter the code' });
    else if (first !== undefined) {
      errors.push({ line: row.line, field: 'code', message: `${code} stands already in line ${first}` });
    } else lineOfCode.set(code, row.line);
    rows.push(code === '' || first !== undefined ? { ...row, faulty: true } : row);
  }
  return { rows, unknown, errors };
}

function cellsOf(columns: readonly (string | undefined)[], line: readonly string[]): Record<string, string> {
  const cells: Record<string, string> = {};
  for (const [index, field] of columns.entries()) {
    // Our own export puts an apostrophe before what a spreadsheet would take for a formula (a phone's +).
    const cell = (line[index] ?? '').trim().replace(/^'(?=[=+\-@])/, '');
    if (field !== undefined && cell !== '') cells[field] = cell;
  }
  return cells;
}

/** Headings of our own lists that are not the field's name. */
const otherHeadings: Readonly<Record<string, string>> = { inuse: 'active' };

function plain(heading: string): string {
  return heading.toLowerCase().replace(/[^a-z0-9]/g, '');
}
