import type { z } from 'zod';
import { type EntryCells, fieldColumns, fromCells, isBlank, listOf, toCells } from '../../shared/catalogue/editing.ts';
import type { CatalogueChange } from '../../shared/catalogue/input.ts';
import { type CatalogueEntry, type CatalogueKind, catalogueEntrySchema } from '../../shared/catalogue/schema.ts';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { words } from '../words/index.ts';

/** One entry in the form, as texts. */
export interface EntryPart {
  readonly kind: CatalogueKind;
  readonly code: string;
  readonly id?: string;
  readonly rev?: string;
  readonly cells: EntryCells;
}

/** What the form edits: an entry, and of a parameter its sets of ranges. Plain JSON, so that a draft can keep it. */
export interface EntryValues {
  readonly main: EntryPart;
  readonly sets: readonly EntryPart[];
}

/** An empty entry of a kind; a list has three lines to begin with. */
export function emptyPart(kind: CatalogueKind, currency: string): EntryPart {
  const width = listOf(kind)?.columns.length ?? 0;
  const fields = Object.fromEntries(fieldColumns(kind).map(({ path }) => [path, '']));
  const first: Record<string, string> = { parameter: 'numeric' };
  if (kind === 'parameter') fields.valueType = first.parameter ?? '';
  if (kind === 'priceList') fields.currency = currency;
  return {
    kind,
    code: '',
    cells: { fields, rows: width > 0 ? Array.from({ length: 3 }, () => Array<string>(width).fill('')) : [] },
  };
}

export function partOf(entry: CatalogueEntry, known: { id: string; rev: string }, currency: string): EntryPart {
  return { kind: entry.kind, code: entry.code, ...known, cells: toCells(entry, currency) };
}

/** A set of ranges for a parameter: open to everybody, to be filled in. */
export function newSet(parameter: string, others: number, currency: string): EntryPart {
  const part = emptyPart('referenceRanges', currency);
  const columns = listOf('referenceRanges')?.columns ?? [];
  const row = columns.map(({ path }) => (path === 'sex' ? 'any' : path === 'ageFromDays' ? '18 y' : ''));
  const code = others === 0 ? parameter : `${parameter}.${others + 1}`;
  return { ...part, code, cells: { fields: { ...part.cells.fields, parameter }, rows: [row] } };
}

/** The fields of a parameter that its type of value does not have. */
export function hiddenFields(part: EntryPart): ReadonlySet<string> {
  if (part.kind === 'referenceRanges') return new Set(['parameter']);
  if (part.kind !== 'parameter') return new Set();
  const limits = ['critical.low', 'critical.high'];
  const measuring = ['unit', 'decimals', 'reportable.low', 'reportable.high'];
  switch (part.cells.fields.valueType) {
    case 'numeric':
      return new Set();
    case 'titre':
      return new Set(measuring);
    default:
      return new Set([...limits, ...measuring]);
  }
}

/** Whether the form shows the list of an entry: choices only for choice parameters. */
export function showsList(part: EntryPart): boolean {
  return part.kind === 'parameter' ? part.cells.fields.valueType === 'choice' : listOf(part.kind) !== undefined;
}

/** An error in the form: of a field, or of a cell of a part's grid (`row.column`). Part 0 is the entry, then its sets. */
export interface FormError extends FieldError {
  readonly part: number;
  readonly cell?: string;
}

/** The entries that the form says, or what their schemas refuse. */
export function changesOf(values: EntryValues, currency: string): { changes: CatalogueChange[]; errors: FormError[] } {
  const changes: CatalogueChange[] = [];
  const errors: FormError[] = [];
  partsOf(values).forEach((part, index) => {
    const hidden = hiddenFields(part);
    const fields = Object.fromEntries(
      Object.entries(part.cells.fields).map(([path, text]) => [
        path,
        hidden.has(path) && path !== 'parameter' ? '' : text,
      ]),
    );
    if (part.kind === 'referenceRanges') fields.parameter = values.main.code;
    const rows = showsList(part) ? part.cells.rows : [];
    const parsed = catalogueEntrySchema.safeParse(fromCells(part.kind, part.code, { fields, rows }, currency));
    if (parsed.success) {
      const known = part.id === undefined ? {} : { id: part.id, rev: part.rev };
      changes.push({ ...known, entry: parsed.data });
      return;
    }
    for (const issue of parsed.error.issues) {
      const message = messageOf(issue);
      errors.push(placed(part, index, issue.path.map(String).join('.'), { code: 'schema', message }));
    }
  });
  return { changes, errors };
}

/** What the schema found, in words for the person at the desk. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small' && issue.origin === 'array') return words.catalogue.oneLine;
  if (issue.code === 'too_small' && issue.origin === 'string') return words.ui.required;
  if (issue.code !== 'invalid_type') return issue.message;
  return issue.expected === 'number' || issue.expected === 'int' ? words.catalogue.aNumber : words.ui.required;
}

/** Errors of the core (`changes.<part>.entry.<path>`) at their places in the form. */
export function errorsInForm(values: EntryValues, errors: readonly FieldError[]): FormError[] {
  const parts = partsOf(values);
  return errors.map((error) => {
    const [, index = '0', , ...path] = error.field.split('.');
    const part = parts[Number(index)];
    return part ? placed(part, Number(index), path.join('.'), error) : { ...error, part: 0 };
  });
}

function partsOf({ main, sets }: EntryValues): EntryPart[] {
  return [main, ...(main.kind === 'parameter' ? sets : [])];
}

/** The form's name of a part's field. */
export function fieldName(part: number, path: string): string {
  return part === 0 ? path : `sets.${part - 1}.${path}`;
}

function placed(
  part: EntryPart,
  index: number,
  path: string,
  error: Pick<FieldError, 'code' | 'message' | 'remedy'>,
): FormError {
  const list = listOf(part.kind);
  const [first = '', row, ...rest] = path.split('.');
  if (list && first === list.field && row !== undefined && /^\d+$/.test(row)) {
    // Lines without text were left out, so the core counts only the others.
    const shown = part.cells.rows.flatMap((cells, at) => (isBlank(cells) ? [] : [at]));
    const inner = rest.join('.');
    const column = list.columns.findIndex((one) => one.path === inner || one.path.startsWith(`${inner}.`));
    return { ...error, field: '', part: index, cell: `${shown[Number(row)] ?? 0}.${Math.max(0, column)}` };
  }
  const column = fieldColumns(part.kind).find((one) => one.path === path || one.path.startsWith(`${path}.`));
  return { ...error, field: fieldName(index, column?.path ?? path), part: index };
}
