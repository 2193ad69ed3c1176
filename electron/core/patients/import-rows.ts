import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { readRow, withoutRepeated } from '../../../shared/patients/import.ts';
import { birthFits, foldedName, nameAndYearKey } from '../../../shared/patients/name-key.ts';
import type { RegisterPatient } from '../../../shared/patients/register.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Kernel, ScopedReads, Session, Work } from '../kernel/index.ts';
import type { ImportRow, ImportTable, StoredImport } from './import-table.ts';
import { newPatient, patientNumber } from './register.ts';
import { type CheckedPatient, checkPatient, surroundingsOf } from './validate.ts';

/** Keys of rows that were looked at, with their row, so that a person who stands twice in a file is found. */
export type SeenRows = Map<string, number>;

interface ReadRow {
  readonly row: number;
  readonly input: RegisterPatient;
  readonly checked: CheckedPatient;
  readonly errors: FieldError[];
}

/** Looks at rows by every rule and writes what is wrong with them; nothing is registered. Two reads however many rows. */
export function checkRows(
  kernel: Kernel,
  table: ImportTable,
  entry: StoredImport,
  rows: readonly ImportRow[],
  now: Date,
  seen: SeenRows,
): void {
  const reads = kernel.reads(entry.labId);
  const read = readRows(reads, entry, rows, now);
  const known = knownPatients(reads, read);
  const marks = read.map((one) => {
    if (one.errors.length > 0) return { row: one.row, state: 'refused' as const, errors: one.errors };
    const duplicate = duplicateOf(one, known) ?? duplicateInFile(one, seen);
    return duplicate
      ? { row: one.row, state: 'duplicate' as const, errors: [duplicate] }
      : { row: one.row, state: 'good' as const };
  });
  table.mark(entry.id, marks, {
    checked: rows.length,
    refused: marks.filter(({ state }) => state === 'refused').length,
    duplicates: marks.filter(({ state }) => state === 'duplicate').length,
  });
}

/**
 * Registers the patients of some rows and marks the rows, in one unit of work. Rules are asked again, since time has passed
 * since the check; what they refuse now is marked so. The caller waits for `flushed`.
 */
export function importRows(
  kernel: Kernel,
  session: Session,
  table: ImportTable,
  entry: StoredImport,
  rows: readonly ImportRow[],
): void {
  const prefix = kernel.station().prefix;
  const body = (work: Work) => {
    const read = readRows(work, entry, rows, new Date(work.now));
    const skip = entry.settings.duplicates === 'skip';
    const known = skip ? knownPatients(work, read) : new Map<string, Stored<Patient>[]>();
    const seen: SeenRows = new Map();
    const judged = read.map((one) => {
      const duplicate = skip && one.errors.length === 0 && (duplicateOf(one, known) ?? duplicateInFile(one, seen));
      return { ...one, duplicate: duplicate || undefined };
    });
    const good = judged.filter(({ errors, duplicate }) => errors.length === 0 && !duplicate);
    const first = work.nextNumbers('patient', good.length);
    const patients = work.insertMany(
      'patients',
      good.map(({ input, checked }, index) => newPatient(patientNumber(prefix, first + index), input, checked)),
    );
    work.recordMany(
      'patient.imported',
      patients.map(({ id, fullName, number }, index) => ({
        values: { name: fullName, number, file: entry.fileName, row: good[index]?.row ?? 0 },
        subject: { collection: 'patients', id },
        patientId: id,
      })),
    );
    const refused = judged.filter(({ errors }) => errors.length > 0);
    const duplicates = judged.filter(({ duplicate }) => duplicate);
    table.mark(
      entry.id,
      [
        ...good.map(({ row }) => ({ row, state: 'imported' as const })),
        ...refused.map(({ row, errors }) => ({ row, state: 'refused' as const, errors })),
        ...duplicates.map(({ row, duplicate }) => ({
          row,
          state: 'duplicate' as const,
          errors: duplicate ? [duplicate] : [],
        })),
      ],
      { imported: good.length, refused: refused.length, duplicates: duplicates.length },
    );
  };
  kernel.change(session, body, { flush: 'later' });
}

function readRows(reads: ScopedReads, entry: StoredImport, rows: readonly ImportRow[], now: Date): ReadRow[] {
  const surroundings = surroundingsOf(reads, now);
  return rows.map(({ row, cells }) => {
    const { input, errors } = readRow(cells, entry.settings, surroundings.country);
    const checked = checkPatient(reads, input, surroundings);
    return { row, input, checked, errors: withoutRepeated(errors, checked.errors) };
  });
}

/** Everybody who has a national id or name and year of birth of one of the rows, by that key. Two statements. */
function knownPatients(reads: ScopedReads, rows: readonly ReadRow[]): Map<string, Stored<Patient>[]> {
  return reads.byKeys(
    'patients',
    rows.flatMap((row) => keysOf(row).map(({ key }) => key)),
  );
}

function keysOf({ input, checked }: ReadRow): { key: string; exact: boolean }[] {
  const year = checked.birth?.date.slice(0, 4);
  return [
    ...checked.nationalIds.map(({ value }) => ({ key: value, exact: true })),
    ...(year === undefined ? [] : [{ key: nameAndYearKey(input.fullName, year), exact: false }]),
  ];
}

/** The same national id; or the same name with a birth that fits, unless both have phones and these differ. */
function duplicateOf(row: ReadRow, known: ReadonlyMap<string, readonly Stored<Patient>[]>): FieldError | undefined {
  const { birth, contact } = row.checked;
  for (const { key, exact } of keysOf(row)) {
    const same = (known.get(key) ?? []).find((patient) => {
      if (exact) return true;
      const fits = birth && patient.birth && birthFits(patient.birth, birth.date);
      const sameName = foldedName(patient.fullName) === foldedName(row.input.fullName);
      return fits && sameName && (!patient.phone || !contact?.phone || patient.phone === contact.phone);
    });
    if (same) return duplicate(`Looks like ${same.fullName} (${same.number}), who is registered already`);
  }
  return undefined;
}

function duplicateInFile(row: ReadRow, seen: SeenRows): FieldError | undefined {
  const { birth, contact, nationalIds } = row.checked;
  const person = `${foldedName(row.input.fullName)} ${birth?.date ?? ''} ${contact?.phone ?? ''}`;
  const keys = [...nationalIds.map(({ value }) => value), person];
  const before = keys.map((key) => seen.get(key)).find((found) => found !== undefined);
  for (const key of keys) if (!seen.has(key)) seen.set(key, row.row);
  return before === undefined ? undefined : duplicate(`The same person as in row ${before}`);
}

function duplicate(message: string): FieldError {
  return { field: '', code: 'import.duplicate', message, remedy: 'Leave it out, or import it all the same.' };
}
