import { rightsOf } from '../../../shared/directory/role-rights.ts';
import type { Role } from '../../../shared/directory/schema.ts';
import type { SaveRole } from '../../../shared/directory/staff-input.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import {
  conflict,
  type Kernel,
  notFound,
  refuseIfInvalid,
  type ScopedReads,
  type Session,
  type Work,
} from '../kernel/index.ts';
import { lastAdministrator } from './administrators.ts';
import { directoryOf, listRoles } from './queries.ts';

/** A role, and how many colleagues have it. */
export type RoleRow = Stored<Role> & { staffCount: number };

/** All roles with the rights they grant in this version, the first made first. Two statements. */
export function rolesWithUse(reads: ScopedReads): RoleRow[] {
  const uses = new Map<string, number>();
  for (const { roleIds } of directoryOf(reads, 'staff', mostStaff)) {
    for (const id of roleIds) uses.set(id, (uses.get(id) ?? 0) + 1);
  }
  return listRoles(reads).map((role) => ({
    ...role,
    permissions: [...rightsOf(role)],
    staffCount: uses.get(role.id) ?? 0,
  }));
}

/**
 * Adds or changes a role. What it grants counts from the next request of everybody who has it. A role that is given every
 * right there is will hold those of later versions too.
 */
export function saveRole(kernel: Kernel, session: Session, input: SaveRole): Stored<Role> {
  return kernel.change(session, (work) => {
    const { id, rev, ...fields } = input;
    const role = {
      ...fields,
      permissions: [...new Set(fields.permissions)],
      all: permissionNames.every((right) => fields.permissions.includes(right)),
      strictFields: [...new Set(fields.strictFields)],
    };
    if (id === undefined) {
      refuseIfInvalid(nameTaken(work, input));
      const made = work.insert<'directory', Role>('directory', { kind: 'role', ...role });
      work.record('role.created', { values: { name: made.name }, subject: { collection: 'directory', id: made.id } });
      return made;
    }
    const current = needRole(work, id);
    if (current._rev !== rev) throw conflict('directory', id);
    refuseIfInvalid([
      ...nameTaken(work, input),
      ...lastAdministrator(work, 'permissions', { role: { id, all: role.all, permissions: role.permissions } }),
    ]);
    const { discountLimitPercent } = role;
    const changed = work.update('directory', current, { ...role, discountLimitPercent });
    work.record('role.updated', {
      values: { name: changed.name, changes: difference(current, changed) },
      subject: { collection: 'directory', id },
    });
    return changed;
  });
}

/** Deletes a role that nobody has, switched-off colleagues included: their documents still name it. */
export function deleteRole(kernel: Kernel, session: Session, input: { id: string; rev: string }): void {
  kernel.change(session, (work) => {
    const role = needRole(work, input.id);
    if (role._rev !== input.rev) throw conflict('directory', input.id);
    const users = work.count('directory', { selector: { kind: { $eq: 'staff' }, roleIds: { $in: [role.id] } } });
    refuseIfInvalid(users === 0 ? [] : [stillUsed(users)]);
    work.remove('directory', role);
    work.record('role.deleted', { values: { name: role.name }, subject: { collection: 'directory', id: role.id } });
  });
}

const mostStaff = 10_000;

function stillUsed(users: number): FieldError {
  return {
    field: 'id',
    code: 'role.used',
    message: users === 1 ? 'One colleague has this role' : `${users} colleagues have this role`,
    remedy: 'Give them another one first.',
  };
}

function needRole(reads: ScopedReads, id: string): Stored<Role> {
  const role = reads.need('directory', id);
  if (role.kind !== 'role') throw notFound('directory', id);
  return role;
}

function nameTaken(work: Work, { id, name }: SaveRole): FieldError[] {
  const taken = listRoles(work).some((role) => role.id !== id && role.name.toLowerCase() === name.toLowerCase());
  if (!taken) return [];
  return [{ field: 'name', code: 'taken', message: 'Another role has this name', remedy: 'Choose another.' }];
}

/** What a change gave (+) and took (−), for the activity log. */
function difference(before: Role, after: Role): string {
  const rights = (role: Role) => [...rightsOf(role), ...role.strictFields].map(String);
  const parts = [
    ...rights(after).flatMap((right) => (rights(before).includes(right) ? [] : [`+${right}`])),
    ...rights(before).flatMap((right) => (rights(after).includes(right) ? [] : [`−${right}`])),
  ];
  if (before.name !== after.name) parts.push(`name, was ${before.name}`);
  if (before.discountLimitPercent !== after.discountLimitPercent) {
    parts.push(`discount limit ${before.discountLimitPercent ?? 0} % → ${after.discountLimitPercent ?? 0} %`);
  }
  return parts.join(', ') || '—';
}
