import { rightsOf } from '../../../shared/directory/role-rights.ts';
import type { Role, Staff } from '../../../shared/directory/schema.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { Work } from '../kernel/index.ts';
import { directoryOf } from './queries.ts';

/** Somebody must be left who can let others in. */
const right = 'staff.manage';

/**
 * What is wrong when a change would leave nobody who is switched on and may manage staff. Two statements.
 * @param field the form's field that the error belongs to
 * @param after the colleague or the role as the change leaves it
 */
export function lastAdministrator(
  work: Work,
  field: string,
  after: {
    staff?: Pick<Staff, 'active' | 'roleIds'> & { id: string };
    role?: Pick<Role, 'all' | 'permissions'> & { id: string };
  },
): FieldError[] {
  const roles = directoryOf(work, 'role', mostRoles).map((role) => (role.id === after.role?.id ? after.role : role));
  const may = new Set(roles.filter((role) => rightsOf(role).includes(right)).map(({ id }) => id));
  const staff = work.find('directory', {
    selector: { kind: { $eq: 'staff' }, active: { $eq: true }, roleIds: { $in: [...may] } },
    limit: 2,
  });
  const others = staff.filter(({ id }) => id !== after.staff?.id);
  const changed = after.staff?.active && after.staff.roleIds.some((id) => may.has(id));
  if (others.length > 0 || changed) return [];
  return [
    {
      field,
      code: 'lastAdministrator',
      message: 'Nobody would be left who may manage staff and roles',
      remedy: 'Give another active colleague that right first.',
    },
  ];
}

const mostRoles = 10_000;
