import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestLab, type TestLab } from '../../support/open-test-lab.ts';
import { fieldsOf } from '../billing/order-lab.ts';

type Caller = Awaited<ReturnType<TestLab['as']>>;

let test: TestLab;
let admin: Caller;
let actorId: string;

beforeAll(async () => {
  test = await openTestLab();
  admin = await test.as('admin');
  actorId = (await admin.auth.me()).actorId;
});
afterAll(() => test.dispose());

const dayMs = 86_400_000;

/** Entries of some days ago, by the administrator and by the core in turn; written past the chain, which they break. */
function past(days: number, count: number): void {
  const { kernel } = test.lab;
  const at = new Date(Date.now() - days * dayMs).toISOString();
  kernel.change({ ...kernel.systemSession('Night shift'), actorId: 'system' }, (work) => {
    const entries = work.find('activity', { selector: {}, limit: 1 });
    const [sample] = entries;
    if (!sample) throw new Error('The demo has entries');
    const { id: _, ...fields } = sample;
    work.insertMany(
      'activity',
      Array.from({ length: count }, (__, n) => ({
        ...fields,
        action: n % 2 ? ('role.created' as const) : ('staff.created' as const),
        values: { name: `Past ${n}` },
        subject: undefined,
        actorId: n % 2 ? actorId : 'system',
        at,
        position: n + 1,
      })),
    );
  });
}

describe('the chain', () => {
  it('is whole as it was written, and broken by entries that somebody slipped in', async () => {
    const state = await admin.activity.verify();
    expect(state).toMatchObject({ intact: true });
    expect(state.entries).toBeGreaterThan(10);
    past(60, 3);
    expect(await admin.activity.verify()).toMatchObject({ intact: false, brokenAt: { position: expect.any(Number) } });
  });
});

describe('the activity log', () => {
  beforeAll(() => past(40, 240));

  it('is narrowed by day, person and action, page by page, each entry once', async () => {
    const day = new Date(Date.now() - 40 * dayMs).toISOString().slice(0, 10);
    const range = {
      from: new Date(Date.parse(day) - dayMs).toISOString().slice(0, 10),
      to: new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10),
    };
    const all = async (input: Parameters<Caller['activity']['list']>[0]) => {
      const texts: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await admin.activity.list({ ...input, cursor, limit: 50 });
        texts.push(...page.rows.map(({ text }) => text));
        cursor = page.nextCursor;
      } while (cursor);
      return texts;
    };
    expect(new Set(await all(range)).size).toBe(240);
    expect(await all({ ...range, actorId })).toHaveLength(120);
    const roles = await all({ ...range, action: 'role.created' });
    expect(roles).toHaveLength(120);
    expect(roles.every((text) => /^Role Past \d+ added$/.test(text))).toBe(true);
    expect(await all({ ...range, actorId: 'system', action: 'role.created' })).toEqual([]);
    expect((await all({ from: new Date().toISOString().slice(0, 10) })).some((text) => text.includes('Past'))).toBe(
      false,
    );
    const backwards = { from: range.to, to: range.from };
    expect(await fieldsOf(() => admin.activity.list(backwards))).toEqual(['to: range.order']);
  });

  it('is found by words of the entry, together with the other filters', async () => {
    await admin.staff.saveRole({ name: 'Phlebotomist nights', permissions: [], strictFields: [] });
    const texts = async (input: Parameters<Caller['activity']['list']>[0]) =>
      (await admin.activity.list(input)).rows.map(({ text }) => text);
    expect(await texts({ text: 'nights phleb' })).toEqual(['Role Phlebotomist nights added']);
    expect(await texts({ text: 'nights phleb', actorId: 'system' })).toEqual([]);
    expect(await texts({ text: 'nights phleb', to: '2020-01-01' })).toEqual([]);
    expect(await texts({ text: 'nights phleb', action: 'role.created' })).toHaveLength(1);
  });

  it('says of each entry what leads to its subject', async () => {
    const { rows } = await admin.activity.list({ limit: 200 });
    const role = rows.find(({ action }) => action === 'role.created');
    expect(role).toMatchObject({ subject: { collection: 'directory' }, subjectKind: 'role' });
    const specimen = rows.find(({ action }) => action === 'specimen.received');
    expect(specimen?.text).toContain(specimen?.accession);
    expect(rows.find(({ action }) => action === 'bill.created')).toMatchObject({ subjectKind: 'bill' });
    const people = await admin.activity.actors();
    expect(people).toContainEqual({ id: actorId, name: 'Mariam Haddad' });
  });

  it('needs as many statements for 200 entries as for 10, however it is narrowed', async () => {
    const day = (days: number) => new Date(Date.now() - days * dayMs).toISOString().slice(0, 10);
    const inputs = [{ to: day(35) }, { to: day(35), actorId }, { to: day(35), action: 'role.created' as const }];
    for (const input of inputs) {
      const cost = async (limit: number) => {
        const context = await test.context('admin');
        await test.lab.router.createCaller(context).activity.list({ ...input, limit });
        return context.counter.statements;
      };
      await cost(10);
      expect(await cost(200)).toBe(await cost(10));
    }
  });

  it('is refused to a role without the right', async () => {
    const reception = await test.as('reception');
    await expect(reception.activity.list({})).rejects.toThrow('activity.read');
  });
});
