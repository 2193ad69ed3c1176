import type { Staff } from '../../../shared/directory/schema.ts';
import type { SaveStaff } from '../../../shared/directory/staff-input.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { conflict, hashPassword, type Kernel, refuseIfInvalid, type Session, type Work } from '../kernel/index.ts';
import { lastAdministrator } from './administrators.ts';
import { needStaff, type StaffRow, staffRow } from './staff-queries.ts';

/**
 * Adds or changes a colleague. Switching off or a new password ends the colleague's sessions; a new password also unlocks
 * the account. The last active administrator can be neither switched off nor stripped of the right.
 */
export async function saveStaff(kernel: Kernel, session: Session, input: SaveStaff): Promise<StaffRow> {
  const passwordHash = input.password === undefined ? undefined : await hashPassword(input.password);
  const row = kernel.change(session, (work) => {
    const { username, fullName, designation, roleIds, active } = input;
    if (input.id === undefined) {
      refuseIfInvalid(check(work, session, input));
      const staff = work.insert<'directory', Staff>('directory', {
        kind: 'staff',
        username,
        fullName,
        designation,
        roleIds,
        active,
        passwordHash: passwordHash ?? '',
      });
      work.record('staff.created', { values: { name: fullName }, subject: { collection: 'directory', id: staff.id } });
      return staffRow(staff);
    }
    const current = needStaff(work, input.id);
    if (current._rev !== input.rev) throw conflict('directory', input.id);
    refuseIfInvalid(check(work, session, input));
    const change = { username, fullName, designation, roleIds, active };
    const staff = work.update('directory', current, passwordHash ? { ...change, passwordHash } : change);
    work.record('staff.updated', { values: { name: fullName }, subject: { collection: 'directory', id: staff.id } });
    return staffRow(staff);
  });
  if (passwordHash) kernel.sessions.clearFailures(row.username);
  if (input.id !== undefined && (passwordHash || !input.active)) kernel.sessions.closeAllOf(input.id);
  return row;
}

function check(work: Work, session: Session, input: SaveStaff): FieldError[] {
  const errors: FieldError[] = [];
  if (input.id === undefined && input.password === undefined) {
    errors.push({
      field: 'password',
      code: 'required',
      message: 'Enter a first password',
      remedy: 'The colleague can change it.',
    });
  }
  const same = work.byKeys('directory', [input.username]).get(input.username) ?? [];
  if (same.some((entry) => entry.kind === 'staff' && entry.username === input.username && entry.id !== input.id)) {
    errors.push({ field: 'username', code: 'taken', message: 'This name is taken', remedy: 'Choose another.' });
  }
  const roles = work.getMany('directory', input.roleIds).filter((entry) => entry.kind === 'role');
  if (roles.length !== new Set(input.roleIds).size) {
    errors.push({
      field: 'roleIds',
      code: 'unknown',
      message: 'One of the roles does not exist any more',
      remedy: 'Choose again.',
    });
  }
  if (input.id === session.actorId && !input.active) {
    errors.push({
      field: 'active',
      code: 'self',
      message: 'You cannot switch off your own account',
      remedy: 'Ask another administrator.',
    });
  }
  if (input.id !== undefined) {
    const { id, active, roleIds } = input;
    errors.push(...lastAdministrator(work, active ? 'roleIds' : 'active', { staff: { id, active, roleIds } }));
  }
  return errors;
}
