import { type Permission, permissionNames } from '../kernel/permissions.ts';
import type { Role } from './schema.ts';

/** The rights there were when roles did not tell yet whether they hold every right. */
export const firstRights: readonly Permission[] = [
  'activity.read',
  'bill.cancel',
  'bill.create',
  'bill.discount',
  'bill.pay',
  'bill.read',
  'catalogue.read',
  'catalogue.update',
  'device.configure',
  'device.read',
  'directory.read',
  'directory.update',
  'message.read',
  'message.retry',
  'patient.create',
  'patient.read',
  'patient.update',
  'report.read',
  'report.release',
  'report.sign',
  'report.verify',
  'result.enter',
  'result.read',
  'result.release',
  'setup.read',
  'setup.update',
  'specimen.collect',
  'specimen.read',
  'specimen.receive',
  'specimen.reject',
  'staff.manage',
  'sync.configure',
  'sync.read',
];

/**
 * Whether a role holds every right, whatever a later version adds: it says so, or it was stored before roles said so with
 * exactly the rights that were then known. One right less, and it was left out on purpose: nothing is added to that role.
 */
export function holdsAll({ all, permissions }: Pick<Role, 'all' | 'permissions'>): boolean {
  if (all !== undefined) return all;
  const held = new Set(permissions);
  return [firstRights, permissionNames].some(
    (known) => known.length === held.size && known.every((one) => held.has(one)),
  );
}

/** The rights that a role grants in this version. */
export function rightsOf(role: Pick<Role, 'all' | 'permissions'>): readonly Permission[] {
  return holdsAll(role) ? permissionNames : role.permissions;
}
