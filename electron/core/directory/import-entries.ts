import { parseMoney } from '../../../shared/billing/money.ts';
import { type DirectoryEntry, type EntryInput, entryInputSchema } from '../../../shared/directory/entries.ts';
import type { ImportEntries, ImportError, ImportKind, ImportRow } from '../../../shared/directory/import.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Kernel, Session } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { checkEntry, type Surroundings, surroundingsOf } from './check-entries.ts';
import { changedFields, changeOf, kindWords } from './save-entry.ts';

/** What rows of a file did, or would do. */
export interface ImportOutcome {
  created: number;
  changed: number;
  /** Rows that say what is stored already. */
  same: number;
  /** All that is wrong, by line; faulty rows are not stored. */
  errors: ImportError[];
}

/**
 * Reads rows of a table into the directory: a code that is known is changed, another one is added. A column that the file
 * lacks keeps what is stored; an empty cell of a column that it has does too, so that a list of phones does not wipe
 * addresses. The good rows are one commit, the faulty ones are told. Constant statements for any number of rows.
 */
export function importEntries(kernel: Kernel, session: Session, input: ImportEntries): ImportOutcome {
  return kernel.change(session, (work) => {
    const centre = centreOf(work);
    const codes = input.rows.map(({ cells }) => ({ kind: 'doctor', code: codeOf(cells), fullName: '-' }) as const);
    const known = surroundingsOf(work, centre.country, codes).byCode;
    const errors: ImportError[] = [];
    const read = input.rows.flatMap((row) => {
      const current = known.get(codeOf(row.cells))?.find(({ kind }) => kind === input.kind);
      return readRow(row, current, entryOf(input.kind, row.cells, current, centre), errors);
    });
    const around = surroundingsOf(
      work,
      centre.country,
      read.map(({ entry }) => entry),
    );
    const good = read.flatMap((one) => checked(around, one, errors));
    const fresh = good.filter(({ current }) => current === undefined);
    const changes = good.flatMap(({ current, entry }) =>
      current && changedFields(current, entry).length > 0 ? [{ current, change: changeOf(entry) }] : [],
    );
    const outcome = {
      created: fresh.length,
      changed: changes.length,
      same: good.length - fresh.length - changes.length,
      errors: errors.toSorted((a, b) => a.line - b.line),
    };
    if (input.dryRun || fresh.length + changes.length === 0) return outcome;
    work.insertMany<'directory', DirectoryEntry>(
      'directory',
      fresh.map(({ entry }) => entry),
    );
    work.updateMany<'directory', DirectoryEntry>('directory', changes);
    const { created, changed } = outcome;
    work.record('directory.imported', { values: { kind: `${kindWords[input.kind]}s`, created, changed } });
    return outcome;
  });
}

interface ReadRow {
  row: ImportRow;
  current: Stored<DirectoryEntry> | undefined;
  entry: EntryInput;
  /** Fields of which it was told already what is wrong. */
  told: ReadonlySet<string>;
}

/** A row of which cells cannot be read goes on without these cells, so that the rules tell at once what else is wrong. */
function readRow(
  row: ImportRow,
  current: Stored<DirectoryEntry> | undefined,
  entry: Record<string, unknown>,
  errors: ImportError[],
): ReadRow[] {
  const parsed = entryInputSchema.safeParse(entry);
  if (parsed.success) return [{ row, current, entry: parsed.data, told: new Set() }];
  const told = new Set<string>();
  for (const { path, message } of parsed.error.issues) {
    told.add(String(path[0]));
    errors.push({ line: row.line, field: fieldName(path.join('.')), message: wordsFor(path.join('.'), message) });
  }
  const rest = Object.fromEntries(Object.entries(entry).filter(([field]) => !told.has(field)));
  const stand = entryInputSchema.safeParse({ ...standIns(told), ...rest });
  return stand.success ? [{ row: { ...row, faulty: true }, current, entry: stand.data, told }] : [];
}

/** Something for the fields that an entry cannot be without. */
function standIns(told: ReadonlySet<string>): Record<string, unknown> {
  const needed = { code: '', name: '-', fullName: '-', billing: 'cash', active: true };
  return Object.fromEntries(Object.entries(needed).filter(([field]) => told.has(field)));
}

function checked(around: Surroundings, read: ReadRow, errors: ImportError[]): ReadRow[] {
  const { row, current, told } = read;
  const { entry, errors: found } = checkEntry(around, read.entry, current?.id);
  const untold = found.filter(({ field }) => !told.has(field));
  for (const { field, message } of untold) errors.push({ line: row.line, field: fieldName(field), message });
  return found.length === 0 && !row.faulty ? [{ ...read, entry }] : [];
}

function codeOf(cells: Readonly<Record<string, string>>): string {
  return (cells.code ?? '').trim().toUpperCase();
}

/** What stands in the cells over what is stored, as the schema of entries then judges it. */
function entryOf(
  kind: ImportKind,
  { name, active, creditLimit, paymentDays, allowedTests, billing, priceList, ...texts }: ImportRow['cells'],
  current: Stored<DirectoryEntry> | undefined,
  { currency, locale }: { currency: string; locale: string },
): Record<string, unknown> {
  const typed = {
    ...(creditLimit === undefined ? {} : { creditLimit: parseMoney(creditLimit, currency, locale) ?? creditLimit }),
    ...(paymentDays === undefined
      ? {}
      : { paymentDays: /^\d+$/.test(paymentDays) ? Number(paymentDays) : paymentDays }),
    ...(allowedTests === undefined
      ? {}
      : {
          allowedTests: allowedTests
            .toUpperCase()
            .split(/[\s;,]+/)
            .filter(Boolean),
        }),
    ...(billing === undefined ? {} : { billing: billingWords[billing.toLowerCase()] ?? billing.toLowerCase() }),
    ...(priceList === undefined ? {} : { priceList: priceList.toUpperCase() }),
    ...(active === undefined ? {} : { active: yesNo(active) }),
    ...(name === undefined ? {} : { [kind === 'doctor' ? 'fullName' : 'name']: name }),
  };
  const stored = current ? withoutBase(changeOf(current as EntryInput)) : { kind, code: '' };
  return { ...stored, ...texts, ...typed };
}

/** The words of the list on the screen, so that its export can be read again. */
const billingWords: Readonly<Record<string, string>> = { 'patient pays': 'cash', 'on an invoice': 'credit' };

function withoutBase(change: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function yesNo(text: string): boolean | string {
  if (/^(yes|y|true|1|on|active)$/i.test(text)) return true;
  return /^(no|n|false|0|off|inactive)$/i.test(text) ? false : text;
}

function fieldName(field: string): string {
  return field === 'fullName' ? 'name' : (field.split('.')[0] ?? field);
}

/** What a person has to write instead, where the schema's own words speak to programs. */
function wordsFor(field: string, message: string): string {
  switch (field.split('.')[0]) {
    case 'creditLimit':
      return 'Not an amount';
    case 'paymentDays':
      return 'Not a number of days from 0 to 365';
    case 'billing':
      return 'Write "cash" or "credit"';
    case 'active':
      return 'Write "yes" or "no"';
    case 'fullName':
    case 'name':
      return 'Enter the name';
    default:
      return message;
  }
}
