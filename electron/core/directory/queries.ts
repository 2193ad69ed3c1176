import {
  type DirectoryEntry,
  type EntryKind,
  entryKinds,
  entryName,
  type FindEntries,
  type ListEntries,
} from '../../../shared/directory/entries.ts';
import type { DirectoryDocument, Role } from '../../../shared/directory/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Page } from '../../../shared/kernel/page.ts';
import { keysetPage, notFound, type ScopedReads } from '../kernel/index.ts';
import { searchPrefix } from './search-keys.ts';

/** An entry as lists show it. Amounts are minor units of the centre's currency. */
export interface EntryRow {
  id: string;
  rev: string;
  kind: EntryKind;
  code: string;
  name: string;
  active: boolean;
  contactPerson?: string;
  phone?: string;
  email?: string;
  address?: string;
  /** Doctors. */
  speciality?: string;
  registrationNumber?: string;
  /** Organisations. */
  billing?: 'cash' | 'credit';
  creditLimit?: number;
  paymentDays?: number;
  /** Organisations, insurers and groups. */
  priceList?: string;
  /** Insurers. */
  claimDays?: number;
  /** Groups. */
  insurerName?: string;
  coveragePercent?: number;
  /** Outsource labs: how many tests they do; organisations: how many are allowed; groups: how many are excluded. */
  testCount?: number;
}

/** An entry as pickers offer it. */
export interface FoundEntry {
  id: string;
  code: string;
  name: string;
  kind: EntryKind;
  active: boolean;
}

/** All documents of one kind in the directory, oldest first; a laboratory has at most some thousands. */
export function directoryOf<K extends DirectoryDocument['kind']>(
  reads: ScopedReads,
  kind: K,
  limit = 1000,
): Stored<Extract<DirectoryDocument, { kind: K }>>[] {
  return reads.find('directory', { selector: { kind: { $eq: kind } }, sort: [{ createdAt: 'asc' }], limit }) as Stored<
    Extract<DirectoryDocument, { kind: K }>
  >[];
}

/** Roles with their rights. */
export function listRoles(reads: ScopedReads): Stored<Role>[] {
  return directoryOf(reads, 'role');
}

/** Whether a document of the directory is whom the laboratory works with, not a colleague or a role. */
export function isEntry(document: Stored<DirectoryDocument>): document is Stored<DirectoryEntry> {
  return (entryKinds as readonly string[]).includes(document.kind);
}

/** The entry; `notFound` for a colleague or a role as well. */
export function needEntry(reads: ScopedReads, id: string): Stored<DirectoryEntry> {
  const document = reads.need('directory', id);
  if (!isEntry(document)) throw notFound('directory', id);
  return document;
}

/**
 * A page of one kind. Three statements at most: the page in the order of codes by the index, or with a text the keys that
 * begin so and their documents; then the insurers that groups name.
 */
export function listEntries(reads: ScopedReads, input: ListEntries): Page<EntryRow> & { more: boolean } {
  const { kind, text, active, cursor, limit } = input;
  if (text) {
    const found = byText(reads, kind, text, active, limit + 1);
    return { rows: rowsOf(reads, found.slice(0, limit)), more: found.length > limit };
  }
  const state = active === undefined ? {} : { active: active ? { $ne: false } : { $eq: false } };
  const page = keysetPage(reads, 'directory', { kind: { $eq: kind }, ...state }, 'code', { cursor, limit }, 'asc');
  return { rows: rowsOf(reads, page.rows.filter(isEntry)), nextCursor: page.nextCursor, more: false };
}

/**
 * Whose name, any word of it, or code begins with the text; without a text the first by code. Entries in use come first,
 * those switched off only when asked for. Three statements at most, at any size of the directory.
 */
export function findEntries(reads: ScopedReads, { kind, text, limit, inactive }: FindEntries): FoundEntry[] {
  const found = text.trim()
    ? byText(reads, kind, text, inactive ? undefined : true, limit)
    : reads
        .find('directory', {
          selector: { kind: { $eq: kind }, ...(inactive ? {} : { active: { $ne: false } }) },
          sort: [{ code: 'asc' }, { id: 'asc' }],
          limit,
        })
        .filter(isEntry);
  return found.map((entry) => ({
    id: entry.id,
    code: entry.code,
    name: entryName(entry),
    kind: entry.kind,
    active: entry.active !== false,
  }));
}

function byText(
  reads: ScopedReads,
  kind: EntryKind,
  text: string,
  active: boolean | undefined,
  limit: number,
): Stored<DirectoryEntry>[] {
  const states = active === undefined ? [true, false] : [active];
  const found = states.flatMap((state) => {
    const prefix = searchPrefix(kind, state, text);
    return prefix === undefined ? [] : reads.byKeyPrefix('directory', prefix, limit);
  });
  return found.filter(isEntry).slice(0, limit);
}

function rowsOf(reads: ScopedReads, entries: readonly Stored<DirectoryEntry>[]): EntryRow[] {
  const insurers = reads.mapOf(
    'directory',
    entries.map((entry) => (entry.kind === 'insuranceGroup' ? entry.insurerId : undefined)),
  );
  return entries.map((entry) => {
    const { id, _rev: rev, code, kind } = entry;
    const row = { id, rev, kind, code, name: entryName(entry), active: entry.active !== false };
    if (entry.kind === 'insuranceGroup') {
      const insurer = insurers.get(entry.insurerId);
      const { coveragePercent, priceList, excludedTests } = entry;
      const insurerName = insurer && isEntry(insurer) ? entryName(insurer) : undefined;
      return { ...row, coveragePercent, priceList, insurerName, testCount: excludedTests?.length };
    }
    const { contactPerson, phone, email, address } = entry;
    const withContacts = { ...row, contactPerson, phone, email, address };
    switch (entry.kind) {
      case 'doctor':
        return { ...withContacts, speciality: entry.speciality, registrationNumber: entry.registrationNumber };
      case 'organisation': {
        const { billing = 'cash', creditLimit, paymentDays, priceList, allowedTests } = entry;
        return { ...withContacts, billing, creditLimit, paymentDays, priceList, testCount: allowedTests?.length };
      }
      case 'insurer':
        return { ...withContacts, priceList: entry.priceList, claimDays: entry.claimDays };
      case 'outsourceLab':
        return { ...withContacts, testCount: entry.tests.length };
      default:
        return entry satisfies never;
    }
  });
}
