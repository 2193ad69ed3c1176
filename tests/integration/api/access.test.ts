import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  type Access,
  type CollectionName,
  hashPassword,
  type Session,
  toApiError,
} from '../../../electron/core/kernel/index.ts';
import { standardRoles } from '../../../shared/directory/standard-roles.ts';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import { openTestLab, type TestLab } from '../../support/open-test-lab.ts';
import { namesId, sampleInput } from '../../support/sample-input.ts';

const sampleEntry = { kind: 'profile', code: 'SAMPLE', name: 'x', aliases: [], tests: ['CBC'] };

/**
 * Inputs that cannot be guessed from a procedure's schema (codes, times of day, patterns). A procedure that is missing here
 * and needs one fails "has an input to try" below.
 */
const samples: Readonly<Record<string, (id: string) => unknown>> = {
  'setup.createLaboratory': () => ({
    ...{ labName: 'Mine now', address: 'x', country: 'IN', currency: 'INR', timeZone: 'Asia/Kolkata' },
    ...{ stationName: 'S', stationPrefix: 'S' },
    administrator: { username: 'intruder', fullName: 'I', password: 'long enough password' },
  }),
  'setup.updateStation': (id) => ({ rev: '1-x', name: 'x', prefix: 'X', branchId: id }),
  'setup.saveBranch': (id) => ({ id, rev: '1-x', code: 'X', name: 'x' }),
  'files.begin': () => ({ purpose: 'keep', name: 'x.pdf', size: 1, sha256: 'a'.repeat(64) }),
  'files.append': (id) => ({ uploadId: id, index: 0, data: '' }),
  'files.chunk': () => ({ sha256: 'a'.repeat(64), index: 0 }),
  'auth.setPin': () => ({ password: 'x', pin: '482915' }),
  'devices.archived': (id) => ({ month: '2026-01', deviceId: id }),
  'results.picture': (id) => ({ deviceResultId: id, sha256: 'a'.repeat(64), index: 0 }),
  'bills.quote': (id) => ({ patientId: id, lines: [{ testId: id }], referrerId: id, organisationId: id }),
  'bills.create': (id) => ({ patientId: id, lines: [{ testId: id }], referrerId: id, organisationId: id }),
  'catalogue.save': () => ({ changes: [{ entry: sampleEntry }] }),
  'catalogue.check': () => ({ changes: [{ entry: sampleEntry }] }),
  'catalogue.copy': (id) => ({ id, code: 'COPY', name: 'x' }),
  'catalogue.changePrices': (id) => ({
    changes: [{ id, rev: '1-x', prices: [{ kind: 'test', code: 'CBC', amount: 1 }] }],
  }),
  'catalogue.previewImport': () => ({ entries: [sampleEntry] }),
  'catalogue.importEntries': () => ({ entries: [sampleEntry], seen: '' }),
  'messages.testMail': () => ({ to: 'name@example.org' }),
  'staff.save': (id) => ({ id, rev: '1-x', username: 'somebody', fullName: 'x', roleIds: [id], active: true }),
};

/** What the four standard roles log in as in the demo. */
const people: Readonly<Record<string, string>> = {
  Administrator: 'admin',
  Reception: 'reception',
  Technician: 'technician',
  Pathologist: 'pathologist',
};

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
  type: 'query' | 'mutation' | 'subscription';
  access: Access | undefined;
  input: z.ZodType | undefined;
}

function procedures(): Procedure[] {
  const all = test.lab.router._def.procedures as unknown as Record<
    string,
    { _def: { meta?: Access; inputs: z.ZodType[]; type: Procedure['type'] } }
  >;
  return Object.entries(all).map(([path, { _def }]) => {
    if (_def.inputs.length > 1) throw new Error(`${path} has several inputs: give it one schema`);
    return { path, type: _def.type, access: _def.meta, input: _def.inputs[0] };
  });
}

/** The right that a procedure asks for; undefined where a log-in is enough or nothing is needed. */
function rightOf({ access }: Procedure) {
  return access && 'permission' in access ? access.permission : undefined;
}

function sampleOf({ path, input }: Procedure, id: string): unknown {
  if (!input) return undefined;
  return samples[path]?.(id) ?? sampleInput(input, id);
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
    return toApiError(error, undefined, path);
  }
}

describe('access to the API', () => {
  it('is declared for every procedure, and few are open to all', () => {
    const all = procedures();
    expect(all.length).toBeGreaterThan(60);
    const undeclared = all.filter(({ access }) => !access).map(({ path }) => path);
    expect(undeclared, "Build these with permitted('…'), loggedIn or openToAll('why')").toEqual([]);
    const unknown = all.filter((one) => rightOf(one) && !permissionNames.includes(rightOf(one) ?? 'patient.read'));
    expect(
      unknown.map(({ path }) => path),
      'Add their right to shared/kernel/permissions.ts',
    ).toEqual([]);
    const open = all.flatMap(({ path, access }) => (access && 'reason' in access ? [path] : []));
    expect(open.sort()).toEqual(['auth.login', 'setup.createDemo', 'setup.createLaboratory', 'system.status']);
  });

  it('has an input to try for every procedure', () => {
    const all = procedures();
    const without = all.filter((one) => one.input && sampleOf(one, 'some-id') === undefined).map(({ path }) => path);
    expect(without, 'Their input cannot be guessed from the schema: add one to `samples` at the top').toEqual([]);
    const wrong = all.filter((one) => one.input && !one.input.safeParse(sampleOf(one, 'some-id')).success);
    expect(
      wrong.map(({ path }) => path),
      'Their input in `samples` does not fit their schema any more: mend it',
    ).toEqual([]);
    const paths = new Set(all.map(({ path }) => path));
    const idle = Object.keys(samples).filter((path) => !paths.has(path));
    expect(idle, 'There is no such procedure any more: remove these from `samples`').toEqual([]);
  });

  it('is refused without a session, whatever is asked', async () => {
    for (const { path, access } of procedures()) {
      if (access && 'reason' in access) continue;
      expect(await call(path, undefined, {}), path).toMatchObject({ kind: 'unauthenticated' });
    }
  });

  it('is refused to a role without the right, naming it', async () => {
    for (const one of procedures()) {
      const permission = rightOf(one);
      if (!permission) continue;
      expect(await call(one.path, 'nobody', {}), one.path).toMatchObject({ kind: 'forbidden', permission });
    }
  });

  it.each(standardRoles.map(({ name, permissions }) => [name, new Set(permissions)] as const))(
    'of the role %s is what its rights say, procedure by procedure',
    async (role, rights) => {
      expect(people[role], 'Name somebody of this role in `people`').toBeDefined();
      const allowed: string[] = [];
      const expected: string[] = [];
      for (const one of procedures()) {
        const permission = rightOf(one);
        if (!permission) continue;
        if (rights.has(permission)) expected.push(one.path);
        // A change is asked for with a key that its schema refuses: past the right, short of doing anything.
        const input = one.type === 'mutation' && one.input ? { notAKey: true } : sampleOf(one, 'some-id');
        const answer = await call(one.path, people[role], input);
        const { kind } = (answer ?? {}) as { kind?: string };
        expect(kind, `${one.path} as ${role}`).not.toBe('unauthenticated');
        if (kind !== 'forbidden') allowed.push(one.path);
      }
      expect(allowed).toEqual(expected);
    },
  );

  it('shows and changes nothing of another lab, whatever id of it is named', async () => {
    const foreign = foreignDocuments();
    const { kernel } = test.lab;
    const theirs = kernel.reads('another-lab');
    const state = () => foreign.map(({ collection, id }) => theirs.getMany(collection, [id])[0]?._rev);
    const before = state();
    expect(before.every((rev) => rev !== undefined)).toBe(true);
    for (const { id } of foreign) {
      for (const one of procedures()) {
        const input = sampleOf(one, id);
        if (!namesId(input, id)) continue;
        const text = JSON.stringify((await call(one.path, 'admin', input)) ?? null);
        expect(text, `${one.path} ${id}`).not.toContain('FOREIGN');
        expect(text, `${one.path} ${id}`).not.toContain('"kind":"internal"');
      }
    }
    expect(state()).toEqual(before);
  });

  it('once set up, the first start cannot be repeated', async () => {
    const answer = await call('setup.createLaboratory', undefined, samples['setup.createLaboratory']?.(''));
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
    expect(JSON.stringify(await call('staff.list', 'admin', {}))).not.toContain('scrypt');
    expect(JSON.stringify(await call('search.global', 'admin', { text: 'mariam' }))).not.toContain('scrypt');
  });
});

/** One document of every collection in another lab, each with the word that must not appear. */
function foreignDocuments(): { collection: CollectionName; id: string }[] {
  const { kernel } = test.lab;
  const session: Session = {
    ...kernel.systemSession('foreign'),
    labId: 'another-lab',
    stationId: 'another-station',
    actorId: 'foreign',
  };
  const ours = kernel.reads();
  const wanted: readonly (readonly [CollectionName, string?])[] = [
    ...([['patients'], ['billing'], ['specimens'], ['reports'], ['activity']] as const),
    ...([
      ['catalogue', 'test'],
      ['catalogue', 'parameter'],
      ['catalogue', 'priceList'],
    ] as const),
    ...([
      ['directory', 'staff'],
      ['directory', 'role'],
      ['directory', 'doctor'],
      ['directory', 'organisation'],
    ] as const),
    ...([
      ['setup', 'device'],
      ['setup', 'branch'],
      ['setup', 'codeMap'],
    ] as const),
  ];
  return wanted.map(([collection, kind]) => {
    const selector = kind === undefined ? {} : { kind: { $eq: kind } };
    const [sample] = ours.find(collection as 'directory', { selector: selector as object, limit: 1 });
    if (!sample) throw new Error(`The demo has no ${kind ?? collection}`);
    const { id: _, ...fields } = JSON.parse(
      JSON.stringify(sample).replace(/"(fullName|name|testName|typeName|number|actorName)":"[^"]*"/g, '"$1":"FOREIGN"'),
    );
    const id = `foreign-${kind ?? collection}`;
    kernel.change(session, (work) => work.insert(collection, { ...fields, id }));
    return { collection, id };
  });
}
