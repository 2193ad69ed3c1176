import type { RequestContext } from '../../electron/core/kernel/index.ts';
import type { Permission } from '../../shared/kernel/permissions.ts';
import type { TestKernel } from './test-kernel.ts';

let people = 0;

/**
 * The context of a request by a member of staff with just these rights, logged in for real: a role, a person and a token.
 * Hand it to a router's `createCaller`.
 */
export function loggedInAs(
  lab: Pick<TestKernel, 'kernel' | 'session'>,
  permissions: readonly Permission[],
): RequestContext {
  const username = `person${++people}`;
  const staff = lab.kernel.change(lab.session, (work) => {
    const role = work.insert('directory', {
      kind: 'role',
      name: `Role of ${username}`,
      permissions: [...permissions],
      strictFields: [],
    });
    return work.insert('directory', {
      kind: 'staff',
      username,
      fullName: `Person ${people}`,
      roleIds: [role.id],
      passwordHash: 'never used',
      active: true,
    });
  });
  const sessionToken = lab.kernel.sessions.open(staff.id, staff.labId);
  return { kernel: lab.kernel, connection: { sessionToken }, counter: { statements: 0, rows: 0 } };
}

/** A request without a log-in. */
export function notLoggedIn(lab: TestKernel): RequestContext {
  return { kernel: lab.kernel, connection: { sessionToken: undefined }, counter: { statements: 0, rows: 0 } };
}
