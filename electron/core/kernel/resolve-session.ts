import { rightsOf } from '../../../shared/directory/role-rights.ts';
import type { Staff } from '../../../shared/directory/schema.ts';
import type { Permission, StrictField } from '../../../shared/kernel/permissions.ts';
import type { Kernel } from './kernel.ts';
import type { Session } from './sessions.ts';

/**
 * The session behind a token, with the rights of all roles its person has now: a role that changed counts from the next
 * request on. Undefined when the token is unknown or timed out, or the account is switched off.
 */
export function resolveSession(kernel: Kernel, token: string | undefined): Session | undefined {
  if (!token || !kernel.identity) return undefined;
  const found = kernel.sessions.resolve(token, kernel.preferences().sessionMinutes);
  if (!found) return undefined;
  const reads = kernel.reads(found.labId);
  const [staff] = reads.cached('directory', [found.staffId]);
  if (staff?.kind !== 'staff' || !staff.active) return undefined;
  return sessionOfStaff(kernel, staff);
}

/** A session of a member of staff at this station, with the rights of all roles the person has now. */
export function sessionOfStaff(kernel: Kernel, staff: Readonly<Staff>): Session {
  const reads = kernel.reads(staff.labId);
  const roles = reads.cached('directory', staff.roleIds);
  const permissions = new Set<Permission>();
  const strictFields = new Set<StrictField>();
  let discountLimitPercent = 0;
  for (const role of roles) {
    if (role.kind !== 'role') continue;
    for (const permission of rightsOf(role)) permissions.add(permission);
    for (const field of role.strictFields) strictFields.add(field);
    discountLimitPercent = Math.max(discountLimitPercent, role.discountLimitPercent ?? 0);
  }
  return {
    labId: staff.labId,
    stationId: kernel.needIdentity().stationId,
    actorId: staff.id,
    actorName: staff.fullName,
    permissions,
    strictFields,
    discountLimitPercent,
  };
}
