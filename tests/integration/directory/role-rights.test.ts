import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstRights } from '../../../shared/directory/role-rights.ts';
import { type Permission, permissionNames } from '../../../shared/kernel/permissions.ts';
import { openTestLab, type TestLab } from '../../support/open-test-lab.ts';

let test: TestLab;
let admin: Awaited<ReturnType<TestLab['as']>>;

beforeAll(async () => {
  test = await openTestLab();
  admin = await test.as('admin');
});
afterAll(() => test.dispose());

/** A session without the cost of a password. */
const sessionOf = async (username: string) => {
  const { rows } = await admin.staff.list({ limit: 200 });
  const context = await test.context();
  const id = rows.find((row) => row.username === username)?.id ?? '';
  context.connection.sessionToken = test.lab.kernel.sessions.open(id, test.lab.kernel.needIdentity().labId);
  return test.lab.router.createCaller(context);
};

describe('rights that a later version brings', () => {
  /** A role as an older version stored it: without the field that says whether it holds every right. */
  const storeOld = (name: string, permissions: readonly Permission[]) =>
    test.lab.kernel.change(test.lab.kernel.systemSession('older version'), (work) =>
      work.insert('directory', { kind: 'role', name, permissions: [...permissions], strictFields: [] }),
    );
  const later: readonly Permission[] = ['bill.approve', 'bill.summaries', 'patient.merge', 'specimen.send'];
  const before = firstRights;
  const rightsWith = async (username: string, role: { id: string }) => {
    await admin.staff.save({
      ...{ username, fullName: username, roleIds: [role.id], active: true, password: 'a first password' },
    });
    return new Set((await (await sessionOf(username)).auth.me()).permissions);
  };

  it('come to an administrator that an older version stored, and not to a role that lacked a right', async () => {
    const rights = await rightsWith('oldadmin', storeOld('Old administrator', before));
    expect([...rights].sort()).toEqual([...permissionNames].sort());
    const fewer = await rightsWith('oldmanager', storeOld('Old manager', before.slice(1)));
    expect(later.filter((right) => fewer.has(right))).toEqual([]);
    // It knew the later rights, and one was left out on purpose.
    const chosen = permissionNames.filter((name) => name !== 'patient.export');
    expect(await rightsWith('noexport', storeOld('No export', chosen))).toEqual(new Set(chosen));
  });

  it('stay away from a role that one of them was taken from', async () => {
    const old = storeOld('Old administrator without merging', before);
    const role = (await admin.staff.roles()).find(({ id }) => id === old.id);
    expect(role?.permissions).toHaveLength(permissionNames.length);
    await admin.staff.saveRole({
      ...{ id: old.id, rev: old._rev, name: old.kind === 'role' ? old.name : '', strictFields: [] },
      permissions: permissionNames.filter((name) => name !== 'patient.merge'),
    });
    const rights = await rightsWith('nomerge', old);
    expect(rights.has('patient.merge')).toBe(false);
    expect(rights.has('bill.approve')).toBe(true);
  });
});
