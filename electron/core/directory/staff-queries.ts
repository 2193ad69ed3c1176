import type { DirectoryDocument, Staff } from '../../../shared/directory/schema.ts';
import type { ListStaff } from '../../../shared/directory/staff-input.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Page } from '../../../shared/kernel/page.ts';
import { type Kernel, keysetPage, notFound, type ScopedReads } from '../kernel/index.ts';
import { searchPrefix } from './search-keys.ts';

/** A colleague without the hashes of password and PIN, which never leave the core. */
export interface StaffRow {
  id: string;
  rev: string;
  username: string;
  fullName: string;
  designation?: string;
  roleIds: string[];
  active: boolean;
  lastLoginAt?: string;
  /** A signing PIN was set. */
  hasPin: boolean;
}

/** A colleague as the staff screen lists them. */
export interface StaffListRow extends StaffRow {
  roleNames: string[];
  /** Set while the account is locked after failed log-ins; this station's own. */
  lockedUntil?: string;
  /** Sessions at this station. */
  sessions: number;
}

/** A staff document as screens may see it. */
export function staffRow(staff: Stored<Staff>): StaffRow {
  const { id, username, fullName, designation, roleIds, active, lastLoginAt } = staff;
  const hasPin = staff.pinHash !== undefined;
  return { id, rev: staff._rev, username, fullName, designation, roleIds, active, lastLoginAt, hasPin };
}

export function isStaff(document: Stored<DirectoryDocument>): document is Stored<Staff> {
  return document.kind === 'staff';
}

/** The colleague; `notFound` for any other entry of the directory. */
export function needStaff(reads: ScopedReads, id: string): Stored<Staff> {
  const staff = reads.need('directory', id);
  if (!isStaff(staff)) throw notFound('directory', id);
  return staff;
}

/** A page of colleagues with their roles, lock and sessions: seven statements at most, whatever the page. */
export function listStaff(kernel: Kernel, reads: ScopedReads, input: ListStaff): Page<StaffListRow> {
  const { text, active, cursor, limit } = input;
  const page = text ? { rows: byText(reads, text, active, limit) } : inOrder(reads, active, { cursor, limit });
  const staff = page.rows.filter(isStaff);
  const roles = reads.mapOf(
    'directory',
    staff.flatMap(({ roleIds }) => roleIds),
  );
  const locks = kernel.sessions.lockedUntil(staff.map(({ username }) => username));
  const sessions = kernel.sessions.countOf(staff.map(({ id }) => id));
  const rows = staff.map((one) => {
    const lock = locks.get(one.username);
    return {
      ...staffRow(one),
      roleNames: one.roleIds.flatMap((id) => {
        const role = roles.get(id);
        return role?.kind === 'role' ? [role.name] : [];
      }),
      lockedUntil: lock === undefined ? undefined : new Date(lock).toISOString(),
      sessions: sessions.get(one.id) ?? 0,
    };
  });
  return { ...page, rows };
}

function inOrder(reads: ScopedReads, active: boolean | undefined, page: { cursor?: string; limit: number }) {
  const state = active === undefined ? {} : { active: { $eq: active } };
  return keysetPage(reads, 'directory', { kind: { $eq: 'staff' }, ...state }, 'createdAt', page, 'asc');
}

function byText(reads: ScopedReads, text: string, active: boolean | undefined, limit: number) {
  const states = active === undefined ? [true, false] : [active];
  return states
    .flatMap((state) => {
      const prefix = searchPrefix('staff', state, text);
      return prefix === undefined ? [] : reads.byKeyPrefix('directory', prefix, limit);
    })
    .slice(0, limit);
}
