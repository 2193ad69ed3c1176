import { TRPCError } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Access, hashPassword, type Session, toApiError } from '../../../electron/core/kernel/index.ts';
import { openTestLab, type TestLab } from '../../support/open-test-lab.ts';

let test: TestLab;

beforeAll(async () => {
  test = await openTestLab();
  const { kernel } = test.lab;
  const passwordHash = await hashPassword('aliquot-demo');
  kernel.change(kernel.systemSession('test'), (work) => {
    const role = work.insert('directory', { kind: 'role', name: 'Nothing', permissions: [], strictFields: [] });
    const nobody = {
      kind: 'staff' as const,
      username: 'nobody',
      fullName: 'No Body',
      roleIds: [role.id],
      passwordHash,
      active: true,
    };
    work.insert('directory', nobody);
  });
});
afterAll(() => test.dispose());

interface Procedure {
  path: string;
  access: Access;
  inputs: { shape?: Record<string, unknown> }[];
}

function procedures(): Procedure[] {
  const all = test.lab.router._def.procedures as unknown as Record<
    string,
    { _def: { meta: Access; inputs: Procedure['inputs'] } }
  >;
  return Object.entries(all).map(([path, { _def }]) => ({ path, access: _def.meta, inputs: _def.inputs }));
}

async function call(path: string, username: string | undefined, input: unknown): Promise<unknown> {
  const caller = (await test.as(username)) as unknown as Record<
    string,
    Record<string, (input: unknown) => Promise<unknown>>
  >;
  const [domain = '', name = ''] = path.split('.');
  try {
    const answer = await caller[domain]?.[name]?.(input);
    // A subscription is refused when its first value is asked for.
    const iterator = (answer as AsyncIterable<unknown> | undefined)?.[Symbol.asyncIterator]?.();
    if (!iterator) return answer;
    const first = await Promise.race([iterator.next(), new Promise((resolve) => setImmediate(resolve, 'open'))]);
    void iterator.return?.(undefined);
    return first;
  } catch (error) {
    return toApiError(error instanceof TRPCError ? error : error, undefined, path);
  }
}

describe('access to the API', () => {
  it('is declared for every procedure, and few are open to all', () => {
    const all = procedures();
    expect(all.length).toBeGreaterThan(60);
    const open = all.filter(({ access }) => 'access' in access && access.access === 'open').map(({ path }) => path);
    expect(open.sort()).toEqual(['auth.login', 'setup.createDemo', 'setup.createLaboratory', 'system.status']);
  });

  it('is refused without a session, whatever is asked', async () => {
    for (const { path, access } of procedures()) {
      if ('access' in access && access.access === 'open') continue;
      expect(await call(path, undefined, {}), path).toMatchObject({ kind: 'unauthenticated' });
    }
  });

  it('is refused to a role without the right, naming it', async () => {
    for (const { path, access } of procedures()) {
      if (!('permission' in access)) continue;
      expect(await call(path, 'nobody', {}), path).toMatchObject({ kind: 'forbidden', permission: access.permission });
    }
  });

  it('shows nothing of another lab, whatever id of it is named', async () => {
    const ids = foreignDocuments();
    for (const { path, inputs } of procedures()) {
      const input = inputNaming(ids, inputs);
      if (!input) continue;
      const answer = JSON.stringify((await call(path, 'admin', input)) ?? null);
      expect(answer, path).not.toContain('FOREIGN');
    }
    const { kernel } = test.lab;
    for (const [collection, id] of Object.entries(ids)) {
      const [document] = kernel.reads('another-lab').getMany(collection as 'patients', [id]);
      expect(document?.updatedBy, collection).toBe('foreign');
    }
  });

  it('once set up, the first start cannot be repeated', async () => {
    const answer = await call('setup.createLaboratory', undefined, {
      labName: 'Mine now',
      address: 'x',
      country: 'IN',
      currency: 'INR',
      timeZone: 'Asia/Kolkata',
      stationName: 'S',
      stationPrefix: 'S',
      administrator: { username: 'intruder', fullName: 'I', password: 'long enough password' },
    });
    expect(answer).toMatchObject({ kind: 'busy' });
  });

  it('refuses an unknown key and names it', async () => {
    const answer = await call('patients.list', 'admin', { limit: 5, colour: 'red' });
    expect(answer).toMatchObject({ kind: 'validation', errors: [{ field: 'colour', code: 'unknown' }] });
  });

  it('locks a name after failures in a row, the right password included', async () => {
    const { lockAfterFailures } = test.lab.kernel.preferences();
    for (let n = 0; n < lockAfterFailures; n++) {
      expect(await call('auth.login', undefined, { username: 'reception', password: 'wrong' })).toMatchObject({
        kind: 'unauthenticated',
      });
    }
    const locked = await call('auth.login', undefined, { username: 'reception', password: 'aliquot-demo' });
    expect(locked).toMatchObject({ kind: 'busy', message: expect.stringContaining('minutes') });
  });

  it('never hands out a password hash', async () => {
    expect(JSON.stringify(await call('staff.list', 'admin', undefined))).not.toContain('scrypt');
    expect(JSON.stringify(await call('search.global', 'admin', { text: 'mariam' }))).not.toContain('scrypt');
  });
});

/** One document of each kind in another lab, each with the word that must not appear. */
function foreignDocuments(): Record<string, string> {
  const { kernel } = test.lab;
  const session: Session = {
    ...kernel.systemSession('foreign'),
    labId: 'another-lab',
    stationId: 'another-station',
    actorId: 'foreign',
  };
  const ours = kernel.reads();
  const ids: Record<string, string> = {};
  for (const collection of [
    'patients',
    'billing',
    'specimens',
    'reports',
    'catalogue',
    'directory',
    'setup',
  ] as const) {
    const [sample] = ours.find(collection, {
      selector: collection === 'setup' ? { kind: { $eq: 'device' } } : {},
      limit: 1,
    });
    if (!sample) throw new Error(`The demo has no ${collection}`);
    const { id: _, ...fields } = JSON.parse(
      JSON.stringify(sample).replace(/"(fullName|name|testName|typeName|number)":"[^"]*"/g, '"$1":"FOREIGN"'),
    );
    kernel.change(session, (work) => {
      ids[collection] = work.insert(collection, { ...fields, id: `foreign-${collection}` }).id;
    });
  }
  return ids;
}

/** An input that names a foreign document wherever the procedure takes an id. */
function inputNaming(ids: Record<string, string>, inputs: Procedure['inputs']): Record<string, unknown> | undefined {
  const keys = inputs.flatMap(({ shape }) => Object.keys(shape ?? {}));
  const all = Object.values(ids);
  const named: Record<string, unknown> = {};
  for (const key of keys) {
    if (key === 'ids') named.ids = all.slice(0, 1);
    if (key === 'id' || key.endsWith('Id')) named[key] = all[0];
  }
  if (Object.keys(named).length === 0) return undefined;
  if (keys.includes('rev')) named.rev = '1-x';
  if (keys.includes('reason')) named.reason = 'because of it';
  return named;
}
