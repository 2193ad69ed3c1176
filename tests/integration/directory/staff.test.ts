import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import { openTestLab, type TestLab } from '../../support/open-test-lab.ts';
import { fieldsOf, refusalOf } from '../billing/order-lab.ts';

type Caller = Awaited<ReturnType<TestLab['as']>>;

let test: TestLab;
let admin: Caller;

beforeAll(async () => {
  test = await openTestLab();
  admin = await test.as('admin');
  const { rev, ...preferences } = await admin.setup.preferences();
  await admin.setup.updatePreferences({ ...preferences, rev, lockAfterFailures: 3 });
});
afterAll(() => test.dispose());

const roleId = async (name: string) => (await admin.staff.roles()).find((role) => role.name === name)?.id ?? '';
const person = async (username: string) => {
  const { rows } = await admin.staff.list({ limit: 200 });
  const found = rows.find((row) => row.username === username);
  if (!found) throw new Error(`no ${username}`);
  return found;
};
const inputOf = ({
  id,
  rev,
  username,
  fullName,
  designation,
  roleIds,
  active,
}: Awaited<ReturnType<typeof person>>) => ({
  id,
  rev,
  username,
  fullName,
  designation,
  roleIds,
  active,
});
const lastAction = async () => (await admin.activity.list({ limit: 1 })).rows[0];
const logIn = async (username: string, password: string) => {
  const context = await test.context();
  await test.lab.router.createCaller(context).auth.login({ username, password });
  return test.lab.router.createCaller(context);
};

/** A session without the cost of a password, for tests that are not about it. */
const sessionOf = async (username: string) => {
  const { id } = await person(username);
  const context = await test.context();
  context.connection.sessionToken = test.lab.kernel.sessions.open(id, test.lab.kernel.needIdentity().labId);
  return test.lab.router.createCaller(context);
};

describe('colleagues', () => {
  it('are added with a first password and can log in with it', async () => {
    const roleIds = [await roleId('Reception')];
    const made = await admin.staff.save({
      username: 'noor',
      fullName: 'Noor Al Hashimi',
      roleIds,
      active: true,
      password: 'a first password',
    });
    expect(await lastAction()).toMatchObject({ action: 'staff.created', subject: { id: made.id }, text: /Noor/ });
    const noor = await logIn('noor', 'a first password');
    expect((await noor.auth.me()).name).toBe('Noor Al Hashimi');
    expect(await person('noor')).toMatchObject({ roleNames: ['Reception'], sessions: 1, lockedUntil: undefined });
    expect((await person('noor')).lastLoginAt).toBeTruthy();
  });

  it('are refused with all that is wrong at once', async () => {
    const wrong = { username: 'noor', fullName: 'Twice', roleIds: ['nothing'], active: true };
    expect(await fieldsOf(() => admin.staff.save(wrong))).toEqual([
      'password: required',
      'roleIds: unknown',
      'username: taken',
    ]);
  });

  it('are found by any word of their name, by user name, and by whether they are active', async () => {
    const names = async (input: Parameters<Caller['staff']['list']>[0]) =>
      (await admin.staff.list(input)).rows.map(({ username }) => username);
    expect(await names({ text: 'hash' })).toEqual(['noor']);
    expect(await names({ text: 'hashimi noor' })).toEqual(['noor']);
    expect(await names({ text: 'NOO' })).toEqual(['noor']);
    expect(await names({ text: 'oor' })).toEqual([]);
    const noor = await person('noor');
    await admin.staff.save({ ...inputOf(noor), active: false });
    expect(await names({ active: false })).toEqual(['noor']);
    expect(await names({ active: false, text: 'noor' })).toEqual(['noor']);
    expect(await names({ active: true, text: 'noor' })).toEqual([]);
    expect(await names({ active: true })).not.toContain('noor');
    await admin.staff.save({ ...inputOf(await person('noor')), active: true });
  });

  it('are logged out when they are switched off or get a new password', async () => {
    const noor = await sessionOf('noor');
    await admin.staff.save({ ...inputOf(await person('noor')), password: 'a second password' });
    expect(await refusalOf(() => noor.auth.me())).toMatchObject({ kind: 'unauthenticated' });
    const again = await sessionOf('noor');
    await admin.staff.save({ ...inputOf(await person('noor')), active: false });
    expect(await refusalOf(() => again.auth.me())).toMatchObject({ kind: 'unauthenticated' });
    expect(await refusalOf(() => logIn('noor', 'a second password'))).toMatchObject({ kind: 'unauthenticated' });
    await admin.staff.save({ ...inputOf(await person('noor')), active: true });
  });

  it('that somebody else changed meanwhile are a conflict', async () => {
    const noor = inputOf(await person('noor'));
    await admin.staff.save({ ...noor, designation: 'Receptionist' });
    expect(await refusalOf(() => admin.staff.save({ ...noor, designation: 'Cashier' }))).toMatchObject({
      kind: 'conflict',
    });
    expect((await person('noor')).designation).toBe('Receptionist');
  });

  it('can be logged out by an administrator, and unlocked', async () => {
    const noor = await sessionOf('noor');
    const { id } = await person('noor');
    await admin.staff.endSessions({ id });
    expect(await lastAction()).toMatchObject({ action: 'staff.sessionsEnded' });
    expect(await refusalOf(() => noor.auth.me())).toMatchObject({ kind: 'unauthenticated' });
    const { lockAfterFailures } = await admin.setup.preferences();
    for (let n = 0; n < lockAfterFailures; n++) await refusalOf(() => logIn('noor', 'wrong'));
    expect(await refusalOf(() => logIn('noor', 'a second password'))).toMatchObject({ kind: 'busy' });
    expect((await person('noor')).lockedUntil).toBeTruthy();
    await admin.staff.unlock({ id });
    expect((await person('noor')).lockedUntil).toBeUndefined();
    await logIn('noor', 'a second password');
  });

  it('are listed with as many statements for 200 as for 10', async () => {
    const roleIds = [await roleId('Technician')];
    const { kernel } = test.lab;
    kernel.change(kernel.systemSession('test'), (work) =>
      work.insertMany(
        'directory',
        Array.from({ length: 220 }, (_, n) => ({
          ...{ kind: 'staff' as const, username: `many${n}`, fullName: `Many Number${n}`, passwordHash: '-' },
          ...{ roleIds, active: true },
        })),
      ),
    );
    const cost = async (limit: number, text?: string) => {
      const context = await test.context('admin');
      await test.lab.router.createCaller(context).staff.list({ limit, text });
      return context.counter.statements;
    };
    await cost(10);
    expect(await cost(200)).toBe(await cost(10));
    expect(await cost(200, 'many')).toBe(await cost(10, 'many'));
    const first = await admin.staff.list({ limit: 150 });
    const second = await admin.staff.list({ limit: 150, cursor: first.nextCursor });
    const ids = [...first.rows, ...second.rows].map(({ id }) => id);
    expect(new Set(ids).size).toBe(225);
  });
});

describe('the own password', () => {
  it('is changed by everybody who knows the old one; other sessions end, this one stays', async () => {
    const here = await sessionOf('technician');
    const there = await sessionOf('technician');
    const change = (oldPassword: string, newPassword: string) => here.auth.changePassword({ oldPassword, newPassword });
    expect(await fieldsOf(() => change('wrong', 'another password'))).toEqual(['oldPassword: wrong']);
    expect(await fieldsOf(() => change('aliquot-demo', 'aliquot-demo'))).toEqual(['newPassword: same']);
    await expect(change('aliquot-demo', 'short')).rejects.toThrow('10 characters');
    await change('aliquot-demo', 'another password');
    expect(await lastAction()).toMatchObject({ action: 'staff.passwordChanged', actorName: 'Vikram Deshmukh' });
    expect((await here.auth.me()).name).toBe('Vikram Deshmukh');
    expect(await refusalOf(() => there.auth.me())).toMatchObject({ kind: 'unauthenticated' });
    expect(await refusalOf(() => logIn('technician', 'aliquot-demo'))).toMatchObject({ kind: 'unauthenticated' });
    await logIn('technician', 'another password');
  });

  it('cannot be guessed on an open screen: failures lock as failed log-ins do', async () => {
    const here = await sessionOf('pathologist');
    const { lockAfterFailures } = await admin.setup.preferences();
    const guess = () => here.auth.changePassword({ oldPassword: 'guess', newPassword: 'another password' });
    for (let n = 0; n < lockAfterFailures; n++) expect(await refusalOf(guess)).toMatchObject({ kind: 'validation' });
    expect(await refusalOf(guess)).toMatchObject({ kind: 'busy' });
  });
});

describe('roles', () => {
  const saved = async (name: string) => {
    const role = (await admin.staff.roles()).find((one) => one.name === name);
    if (!role) throw new Error(`no role ${name}`);
    const { id, _rev: rev, permissions, strictFields, discountLimitPercent } = role;
    return { id, rev, name, permissions, strictFields, discountLimitPercent };
  };

  it('count from the next request on', async () => {
    const noor = await sessionOf('noor');
    expect(await refusalOf(() => noor.activity.list({}))).toMatchObject({ kind: 'forbidden' });
    const reception = await saved('Reception');
    await admin.staff.saveRole({
      ...reception,
      permissions: [...reception.permissions, 'activity.read'],
      discountLimitPercent: 10,
    });
    expect(await lastAction()).toMatchObject({
      action: 'role.updated',
      text: 'Role Reception changed: +activity.read, discount limit 5 % → 10 %',
    });
    expect((await noor.activity.list({ limit: 1 })).rows).toHaveLength(1);
    await admin.staff.saveRole({ ...reception, rev: (await saved('Reception')).rev });
    expect(await refusalOf(() => noor.activity.list({}))).toMatchObject({ kind: 'forbidden' });
  });

  it('have a name of their own', async () => {
    const role = { name: 'reception', permissions: [], strictFields: [] };
    expect(await fieldsOf(() => admin.staff.saveRole(role))).toEqual(['name: taken']);
  });

  it('are deleted only when nobody has them, not even a colleague who was switched off', async () => {
    const role = await admin.staff.saveRole({ name: 'Cashier', permissions: ['bill.pay'], strictFields: [] });
    const noor = await person('noor');
    await admin.staff.save({ ...inputOf(noor), roleIds: [role.id], active: false });
    const remove = async () => admin.staff.deleteRole({ id: role.id, rev: (await saved('Cashier')).rev });
    expect(await fieldsOf(remove)).toEqual(['id: role.used']);
    await admin.staff.save({ ...inputOf(await person('noor')), roleIds: noor.roleIds, active: true });
    await remove();
    expect((await admin.staff.roles()).map(({ name }) => name)).not.toContain('Cashier');
    expect(await lastAction()).toMatchObject({ action: 'role.deleted' });
  });
});

describe('the last active administrator', () => {
  it('can be neither switched off nor stripped of the right, whichever way', async () => {
    const noor = await person('noor');
    const second = { ...inputOf(noor), roleIds: [await roleId('Administrator')] };
    await admin.staff.save(second);
    const other = await sessionOf('noor');
    const first = inputOf(await person('admin'));
    // As long as there are two, one may go.
    await other.staff.save({ ...first, active: false });
    const again = async (change: object) => other.staff.save({ ...inputOf(await person2()), ...change });
    const person2 = async () => {
      const { rows } = await other.staff.list({ text: 'noor' });
      const [row] = rows;
      if (!row) throw new Error('noor is gone');
      return row;
    };
    expect(await fieldsOf(() => again({ active: false }))).toContain('active: lastAdministrator');
    const reception = (await other.staff.roles()).find(({ name }) => name === 'Reception')?.id ?? '';
    expect(await fieldsOf(() => again({ roleIds: [reception] }))).toEqual(['roleIds: lastAdministrator']);
    const role = (await other.staff.roles()).find(({ name }) => name === 'Administrator');
    const stripped = {
      ...{ id: role?.id, rev: role?._rev, name: 'Administrator', strictFields: [] },
      permissions: permissionNames.filter((name) => name !== 'staff.manage'),
    };
    expect(await fieldsOf(() => other.staff.saveRole(stripped))).toEqual(['permissions: lastAdministrator']);
    // Another administrator, and it goes.
    const { rows } = await other.staff.list({ text: 'admin' });
    const [gone] = rows;
    if (!gone) throw new Error('admin is gone');
    await other.staff.save({ ...inputOf(gone), active: true });
    await again({ roleIds: [reception] });
    expect(await refusalOf(() => other.staff.roles())).toMatchObject({ kind: 'forbidden' });
  });
});
