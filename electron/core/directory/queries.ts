import type { DirectoryDocument, Role } from '../../../shared/directory/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { ScopedReads } from '../kernel/index.ts';

/** A colleague without the password hash, which never leaves the core. */
export interface StaffRow {
  id: string;
  rev: string;
  username: string;
  fullName: string;
  designation?: string;
  roleIds: string[];
  active: boolean;
  lastLoginAt?: string;
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

/** A staff document as screens may see it. Throws for another kind. */
export function staffRow(staff: Stored<DirectoryDocument>): StaffRow {
  if (staff.kind !== 'staff') throw new Error(`${staff.id} is no staff`);
  const { id, username, fullName, designation, roleIds, active, lastLoginAt } = staff;
  return { id, rev: staff._rev, username, fullName, designation, roleIds, active, lastLoginAt };
}

/** Roles with their rights. */
export function listRoles(reads: ScopedReads): Stored<Role>[] {
  return directoryOf(reads, 'role');
}
