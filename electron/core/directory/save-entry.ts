import {
  type DirectoryEntry,
  type EntryInput,
  type EntryKind,
  entryName,
  fieldsOf,
  type SaveEntry,
} from '../../../shared/directory/entries.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import { type Change, conflict, type Kernel, refuseIfInvalid, type Session, type Work } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { checkEntry, surroundingsOf } from './check-entries.ts';
import { needEntry } from './queries.ts';

/** What the activity log calls each kind. */
export const kindWords: Record<EntryKind, string> = {
  organisation: 'Organisation',
  doctor: 'Doctor',
  insurer: 'Insurer',
  insuranceGroup: 'Insurance group',
  outsourceLab: 'Outsource lab',
};

/**
 * Adds or changes an organisation, doctor, insurer, insurance group or outsource lab. Its code is unique within its kind;
 * without one it gets the station's next. A changed entry keeps its kind.
 */
export function saveEntry(kernel: Kernel, session: Session, input: SaveEntry): Stored<DirectoryEntry> {
  return kernel.change(session, (work) => {
    const current = input.id === undefined ? undefined : needEntry(work, input.id);
    if (current && (current._rev !== input.rev || current.kind !== input.entry.kind)) {
      throw conflict('directory', current.id);
    }
    const around = surroundingsOf(work, centreOf(work).country, [input.entry]);
    const { entry, errors } = checkEntry(around, input.entry, input.id);
    refuseIfInvalid(errors);
    const coded = entry.code === '' ? { ...entry, code: current?.code ?? nextCode(kernel, work, entry.kind) } : entry;
    if (current) return changeEntry(work, current, coded);
    const made = work.insert<'directory', DirectoryEntry>('directory', coded);
    work.record('directory.created', about(made));
    return made;
  });
}

/** The fields in which an entry differs from what it would become. */
export function changedFields(current: Stored<DirectoryEntry>, entry: EntryInput): string[] {
  const before = current as unknown as Record<string, unknown>;
  const after = entry as unknown as Record<string, unknown>;
  return fieldsOf(current.kind).filter((field) => {
    // Absent means in use.
    if (field === 'active') return (before.active !== false) !== (after.active !== false);
    return JSON.stringify(before[field]) !== JSON.stringify(after[field]);
  });
}

/** All fields of the kind: one that the entry lacks is removed. */
export function changeOf(entry: EntryInput): Change<DirectoryEntry> {
  const given = entry as unknown as Record<string, unknown>;
  return Object.fromEntries(fieldsOf(entry.kind).map((field) => [field, given[field]])) as Change<DirectoryEntry>;
}

function changeEntry(work: Work, current: Stored<DirectoryEntry>, entry: EntryInput): Stored<DirectoryEntry> {
  const fields = changedFields(current, entry);
  if (fields.length === 0) return current;
  const changed = work.update<'directory', DirectoryEntry>('directory', current, changeOf(entry));
  const { values, subject } = about(changed);
  if (fields.length === 1 && fields[0] === 'active') {
    work.record(changed.active === false ? 'directory.disabled' : 'directory.enabled', { values, subject });
  } else {
    work.record('directory.updated', { values: { ...values, fields: fields.join(', ') }, subject });
  }
  return changed;
}

function about(entry: Stored<DirectoryEntry>) {
  return {
    values: { kind: kindWords[entry.kind], name: entryName(entry), code: entry.code },
    subject: { collection: 'directory', id: entry.id },
  };
}

const letters: Record<EntryKind, string> = {
  organisation: 'O',
  doctor: 'D',
  insurer: 'I',
  insuranceGroup: 'G',
  outsourceLab: 'L',
};

/** `A-D0001`: with the station's prefix, so that stations that never met give different ones. */
function nextCode(kernel: Kernel, work: Work, kind: EntryKind): string {
  return `${kernel.station().prefix}-${letters[kind]}${String(work.nextNumber(kind)).padStart(4, '0')}`;
}
