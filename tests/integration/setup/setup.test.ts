import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestLab, type TestLab } from '../../support/open-test-lab.ts';
import { fieldsOf, refusalOf } from '../billing/order-lab.ts';

type Caller = Awaited<ReturnType<TestLab['as']>>;

let test: TestLab;
let admin: Caller;

beforeAll(async () => {
  test = await openTestLab();
  admin = await test.as('admin');
});
afterAll(() => test.dispose());

const lastText = async () => (await admin.activity.list({ limit: 1 })).rows[0]?.text;

describe('the laboratory', () => {
  it('is changed field by field, with contacts by the rules of its country', async () => {
    const before = await admin.setup.centre();
    const changed = await admin.setup.updateCentre({
      rev: before._rev,
      change: { name: 'New name', phone: '04 399 1111', email: '', reportFooter: ' ' },
    });
    expect(changed).toMatchObject({ name: 'New name', phone: '+97143991111', address: before.address });
    expect(changed).not.toHaveProperty('email');
    expect(changed).not.toHaveProperty('reportFooter');
    expect(await lastText()).toBe('Laboratory New name changed');
    expect((await admin.auth.me()).labName).toBe('New name');
    const late = () => admin.setup.updateCentre({ rev: before._rev, change: { name: 'Late' } });
    expect(await refusalOf(late)).toMatchObject({ kind: 'conflict' });
    const wrong = { phone: '1', email: 'x' };
    expect(await fieldsOf(() => admin.setup.updateCentre({ rev: changed._rev, change: wrong }))).toEqual([
      'email: email.invalid',
      'phone: phone.tooShort',
    ]);
    const currency = { rev: changed._rev, change: { currency: 'USD' } as object };
    await expect(admin.setup.updateCentre(currency)).rejects.toThrow('currency');
  });

  it('changed, the whole instance cache is empty, and what is read next is new', async () => {
    const { kernel } = test.lab;
    const reads = kernel.reads();
    const ids = reads.find('patients', { selector: {}, limit: 20 }).map(({ id }) => id);
    reads.cached('patients', ids);
    expect(reads.cached('setup', [reads.labId])[0]).toMatchObject({
      taxPercent: (await admin.setup.centre()).taxPercent,
    });
    expect(kernel.database.cache.statistics().entries).toBeGreaterThan(20);
    const { _rev } = await admin.setup.centre();
    let left: number | undefined;
    const stop = kernel.database.engine.onCommit(() => {
      left = kernel.database.cache.statistics().entries;
    });
    await admin.setup.updateCentre({ rev: _rev, change: { taxPercent: 7.5 } });
    stop();
    expect(left).toBe(0);
    expect(reads.cached('setup', [reads.labId])[0]).toMatchObject({ taxPercent: 7.5 });
  });
});

describe('the station', () => {
  it('keeps its prefix once a number was given with it', async () => {
    const { station, prefixInUse } = await admin.setup.station();
    expect(prefixInUse).toBe(true);
    const [branch] = await admin.setup.branches();
    const renamed = await admin.setup.updateStation({
      ...{ rev: station._rev, name: 'Front desk', prefix: station.prefix, branchId: branch?.id },
    });
    expect(renamed).toMatchObject({ name: 'Front desk', branchId: branch?.id });
    expect(await lastText()).toBe('Station Front desk changed');
    const wrong = { rev: renamed._rev, name: 'Front desk', prefix: 'ZZ', branchId: 'nowhere' };
    expect(await fieldsOf(() => admin.setup.updateStation(wrong))).toEqual([
      'branchId: unknown',
      'prefix: prefix.used',
    ]);
  });
});

describe('branches', () => {
  it('are added and changed, each with a code of its own', async () => {
    const made = await admin.setup.saveBranch({ code: 'north', name: 'North' });
    expect(made).toMatchObject({ code: 'NORTH' });
    expect(await lastText()).toBe('Branch North added');
    expect(await fieldsOf(() => admin.setup.saveBranch({ code: 'NORTH', name: 'Other' }))).toEqual(['code: taken']);
    await admin.setup.saveBranch({ id: made.id, rev: made._rev, code: 'NORTH', name: 'North side' });
    expect(await lastText()).toBe('Branch North side changed');
    const late = () => admin.setup.saveBranch({ id: made.id, rev: made._rev, code: 'NORTH', name: 'Late' });
    expect(await refusalOf(late)).toMatchObject({ kind: 'conflict' });
    const { rows } = { rows: await admin.setup.branches() };
    expect(rows.map(({ code }) => code)).toContain('NORTH');
    const centre = await admin.setup.centre();
    const other = () => admin.setup.saveBranch({ id: centre.id, rev: centre._rev, code: 'C', name: 'Centre' });
    expect(await refusalOf(other)).toMatchObject({ kind: 'notFound' });
  });
});

describe('preferences', () => {
  it('count from the next request on: a session ends after the new time, an account locks after the new count', async () => {
    const { rev, ...before } = await admin.setup.preferences();
    await admin.setup.updatePreferences({ ...before, rev, lockAfterFailures: 3, lockMinutes: 90 });
    const stale = () => admin.setup.updatePreferences({ ...before, rev });
    expect(await refusalOf(stale)).toMatchObject({ kind: 'conflict' });
    const caller = await test.as();
    const fail = () => refusalOf(() => caller.auth.login({ username: 'technician', password: 'wrong' }));
    for (let n = 0; n < 3; n++) expect(await fail()).toMatchObject({ kind: 'unauthenticated' });
    expect(await fail()).toMatchObject({ kind: 'busy', message: expect.stringContaining('90 minutes') });
    await expect(admin.setup.updatePreferences({ ...before, rev, sessionMinutes: 0 })).rejects.toThrow(
      'sessionMinutes',
    );
  });

  it('and all of the set-up are closed to a role without the right', async () => {
    const reception = await test.as('reception');
    const { rev, ...preferences } = await reception.setup.preferences();
    expect(await refusalOf(() => reception.setup.updatePreferences({ ...preferences, rev }))).toMatchObject({
      kind: 'forbidden',
      permission: 'setup.update',
    });
  });
});
