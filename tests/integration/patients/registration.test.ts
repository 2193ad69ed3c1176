import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updatePatient } from '../../../electron/core/patients/register.ts';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import { notAllowed } from '../../../shared/patients/allowed-tests.ts';
import type { RegisterPatient } from '../../../shared/patients/register.ts';
import { fieldsOf, fingerprint, refusalOf } from '../billing/order-lab.ts';
import { openPatientsLab, type PatientsApi, type PatientsLab } from './patients-lab.ts';

let lab: PatientsLab;
let api: PatientsApi;
let insurers: { good: string; closed: string; group: string; otherGroup: string };

const consent = { sms: false, whatsapp: false, email: false };
const valid = {
  fullName: 'Maria Silva',
  sex: 'female' as const,
  dateOfBirth: '1990-05-17',
  consent,
};

beforeAll(async () => {
  lab = await openPatientsLab();
  ({ api } = lab.as());
  insurers = lab.kernel.change(lab.opened.session, (work) => {
    const insurer = (code: string, active?: boolean) =>
      work.insert('directory', { kind: 'insurer', code, name: code, active }).id;
    const good = insurer('GOOD');
    const closed = insurer('CLOSED', false);
    const group = (code: string, insurerId: string) =>
      work.insert('directory', { kind: 'insuranceGroup', code, name: code, insurerId, coveragePercent: 80 }).id;
    return { good, closed, group: group('G1', good), otherGroup: group('G2', closed) };
  });
});
afterAll(() => lab.dispose());

type Spoil = { field: string; change: Record<string, unknown> };
const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));

/** Ways to spoil a registration, each with the field that has to be named. */
const spoils = (): fc.Arbitrary<Spoil>[] => [
  fc.constantFrom('', '   ').map((fullName) => ({ field: 'fullName', change: { fullName } })),
  fc
    .string({ minLength: 201, maxLength: 220 })
    .map((text) => ({ field: 'fullName', change: { fullName: `x${text}x` } })),
  fc.constantFrom('man', 'F', 1, null).map((sex) => ({ field: 'sex', change: { sex } })),
  fc
    .constantFrom('2999-01-01', '1800-01-01', '1990-02-30', '17.05.1990', 'soon')
    .map((dateOfBirth) => ({ field: 'dateOfBirth', change: { dateOfBirth } })),
  fc
    .integer({ min: 131, max: 999 })
    .map((value) => ({ field: 'age', change: { dateOfBirth: undefined, age: { value, unit: 'years' } } })),
  fc
    .integer({ min: -99, max: -1 })
    .map((value) => ({ field: 'age', change: { dateOfBirth: undefined, age: { value, unit: 'days' } } })),
  digits(4).map((phone) => ({ field: 'phone', change: { phone } })),
  digits(20).map((phone) => ({ field: 'otherPhones.0', change: { otherPhones: [phone] } })),
  fc.constantFrom('no-at', 'a@', '@b.example', 'a b@c.example').map((email) => ({ field: 'email', change: { email } })),
  fc.constant({ field: 'consent.email', change: { consent: { ...consent, email: true } } }),
  fc.constant({ field: 'consent.sms', change: { consent: { ...consent, sms: true } } }),
  digits(11).map((value) => ({
    field: 'nationalIds.0.value',
    change: { nationalIds: [{ country: 'IN', type: 'aadhaar', value }] },
  })),
  fc.constant({
    field: 'nationalIds.0.type',
    change: { nationalIds: [{ country: 'FR', type: 'aadhaar', value: '1' }] },
  }),
  fc.stringMatching(/^[a-z]{1,12}$/).map((name) => ({ field: `x${name}`, change: { [`x${name}`]: 1 } })),
  fc.constant({ field: 'family.0.name', change: { family: [{ relation: 'parent' }] } }),
  fc.constant({ field: 'family.0.patientId', change: { family: [{ relation: 'parent', patientId: 'nobody' }] } }),
  fc.constant({ field: 'allowedTests', change: { allowedTests: ['no-such-test'] } }),
  fc.constant({
    field: 'insurances.0.insurerId',
    change: { insurances: [{ insurerId: 'none', policyNumber: '1', holderRelation: 'self' }] },
  }),
  fc
    .constantFrom<[field: string, change: object]>(
      ['insurerId', { insurerId: insurers.closed }],
      ['groupId', { groupId: insurers.otherGroup }],
      ['groupId', { groupId: 'none' }],
      ['validTo', { validTo: '2001-01-01' }],
      ['validTo', { validFrom: '2030-01-01', validTo: '2029-01-01' }],
      ['validFrom', { validFrom: '2999-01-01' }],
      ['holderName', { holderRelation: 'spouse' }],
      ['holderName', { holderName: 'Somebody else' }],
      ['policyNumber', { policyNumber: '' }],
    )
    .map(([field, change]) => ({
      field: `insurances.0.${field}`,
      change: { insurances: [{ insurerId: insurers.good, policyNumber: '1', holderRelation: 'self', ...change }] },
    })),
  // A number whose check digit is right becomes wrong by any other last digit.
  fc
    .constantFrom(
      ['AE', 'emiratesId', '784198712345671'],
      ['BR', 'cpf', '52998224725'],
      ['IN', 'aadhaar', '234567890124'],
    )
    .chain(([country, type, value = '']) =>
      fc.integer({ min: 1, max: 9 }).map((off) => ({
        field: 'nationalIds.0.value',
        change: {
          nationalIds: [{ country, type, value: value.slice(0, -1) + ((Number(value.at(-1)) + off) % 10) }],
        },
      })),
    ),
];

describe('a registration with mistakes', () => {
  it('a thousand of them: each names its field, and nothing is written', async () => {
    const before = fingerprint(lab.kernel);
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(...spoils()), async ({ field, change }) => {
        tried++;
        const input = { ...valid, ...change } as unknown as RegisterPatient;
        const refusal = await refusalOfAny(() => api.patients.register(input));
        expect(refusal).toContain(field);
      }),
      { numRuns: 1000 },
    );
    expect(tried).toBeGreaterThanOrEqual(1000);
    expect(fingerprint(lab.kernel)).toEqual(before);
  }, 30_000);

  it('tells all at once', async () => {
    const input = {
      ...valid,
      dateOfBirth: '2999-01-01',
      phone: '12',
      nationalIds: [{ country: 'BR', type: 'cpf', value: '1' }],
      family: [{ relation: 'parent' as const, patientId: 'nobody' }],
    };
    const told = await fieldsOf(() => api.patients.register(input));
    expect(told.map((one) => one.split(':')[0])).toEqual([
      'dateOfBirth',
      'family.0.patientId',
      'nationalIds.0.value',
      'phone',
    ]);
  });
});

/** The fields named by the API's edge (zod) or by the rules. */
async function refusalOfAny(call: () => Promise<unknown>): Promise<string[]> {
  try {
    await call();
  } catch (error) {
    const cause = (error as { cause?: unknown }).cause;
    const { issues } = (cause ?? {}) as { issues?: { path: PropertyKey[]; keys?: string[] }[] };
    if (issues) return issues.flatMap(({ path, keys }) => keys ?? [path.map(String).join('.')]);
    const refusal = await refusalOf(() => Promise.reject(error));
    if (refusal.kind === 'validation') return refusal.errors.map(({ field }) => field);
    throw error;
  }
  throw new Error('was not refused');
}

describe('insurance', () => {
  const policy = (change: object) => ({
    insurerId: insurers.good,
    policyNumber: 'P-1',
    holderRelation: 'self' as const,
    ...change,
  });
  const register = (...policies: ReturnType<typeof policy>[]) =>
    fieldsOf(() => api.patients.register({ ...valid, insurances: policies }));

  it('is checked against insurer, group, day and holder', async () => {
    expect(await register(policy({ insurerId: insurers.closed }))).toEqual([
      'insurances.0.insurerId: insurance.insurerInactive',
    ]);
    expect(await register(policy({ groupId: insurers.otherGroup }))).toEqual([
      'insurances.0.groupId: insurance.groupOfOther',
    ]);
    expect(await register(policy({ validTo: '2000-01-01' }))).toEqual(['insurances.0.validTo: insurance.expired']);
    expect(await register(policy({ validFrom: '2999-01-01' }))).toEqual(['insurances.0.validFrom: insurance.notYet']);
    expect(await register(policy({ holderRelation: 'child' }))).toEqual([
      'insurances.0.holderName: insurance.holderMissing',
    ]);
    expect(await register(policy({}), policy({ policyNumber: 'p-1' }))).toEqual([
      'insurances.1.policyNumber: insurance.twice',
    ]);
  });

  it('that ended since does not stop another change of the patient', async () => {
    const insurances = [
      policy({ groupId: insurers.group, holderRelation: 'child', holderName: 'Ana', validTo: '2999-01-01' }),
    ];
    const patient = await api.patients.register({ ...valid, insurances });
    lab.kernel.change(lab.opened.session, (work) => {
      const ended = [{ ...patient.insurances[0], validTo: '2001-01-01' }] as typeof patient.insurances;
      work.update('patients', work.need('patients', patient.id), { insurances: ended });
    });
    const { patient: read } = await api.patients.get({ id: patient.id });
    const changed = await api.patients.update({ id: read.id, rev: read._rev, change: { note: 'x' } });
    expect(changed.note).toBe('x');
    const insurancesAgain = [{ ...read.insurances[0], policyNumber: 'P-2' }] as typeof insurances;
    const change = { insurances: insurancesAgain };
    const again = () => api.patients.update({ id: read.id, rev: changed._rev, change });
    expect(await fieldsOf(again)).toEqual(['insurances.0.validTo: insurance.expired']);
  });
});

describe('changing a patient', () => {
  it('keeps the old values in the activity entry', async () => {
    const patient = await api.patients.register({ ...valid, phone: '98765 43210', warning: 'Faints' });
    const boss = lab.kernel.systemSession('Boss');
    expect(boss.strictFields.has('patient.fullName')).toBe(true);
    const change = { phone: '98765 43211', warning: null };
    await api.patients.update({ id: patient.id, rev: patient._rev, change });
    const { rows } = await api.patients.timeline({ id: patient.id, kinds: ['change'] });
    const [text] = rows.flatMap((row) => ('text' in row ? [row.text] : []));
    expect(text).toContain('phone: +919876543210 → +919876543211; warning: Faints → —');
    expect(await refusalOf(() => api.patients.update({ id: patient.id, rev: patient._rev, change }))).toMatchObject({
      kind: 'conflict',
    });
  });

  it('of any strict fields by a role without them names each, whatever else is changed, and writes nothing', async () => {
    const patient = await api.patients.register({ ...valid, phone: '98765 43210' });
    const clerk = lab.kernel.change(lab.opened.session, () => ({
      ...lab.kernel.systemSession('Clerk'),
      strictFields: new Set<never>(),
    }));
    const strict = {
      fullName: fc.stringMatching(/^[A-Z][a-z]{2,12} [A-Z][a-z]{2,12}$/),
      sex: fc.constantFrom('male' as const, 'other' as const),
      dateOfBirth: fc.integer({ min: 1930, max: 1989 }).map((year) => `${year}-03-04`),
    };
    const change = fc
      .record({ ...strict, note: fc.string({ maxLength: 20 }) }, { requiredKeys: [] })
      .filter((one) => Object.keys(one).some((key) => key in strict));
    const before = fingerprint(lab.kernel);
    await fc.assert(
      fc.asyncProperty(change, async (one) => {
        const told = await fieldsOf(() =>
          updatePatient(lab.kernel, clerk, { id: patient.id, revision: patient._rev, change: one }),
        );
        const stored = Object.keys(one)
          .filter((key) => key in strict)
          .map((key) => (key === 'dateOfBirth' ? 'birth' : key));
        expect(told.toSorted()).toEqual(stored.map((field) => `${field}: strict`).toSorted());
      }),
      { numRuns: 200 },
    );
    expect(fingerprint(lab.kernel)).toEqual(before);
  });

  it('of a strict field is refused to a role that does not name it', async () => {
    const patient = await api.patients.register(valid);
    const update = () => api.patients.update({ id: patient.id, rev: patient._rev, change: { fullName: 'Other' } });
    expect(await fieldsOf(update)).toEqual(['fullName: strict']);
  });

  it('a guardian is an adult, and a family is seen from both sides', async () => {
    const mother = await api.patients.register({ ...valid, fullName: 'Ana Silva' });
    const child = { ...valid, fullName: 'Leo Silva', sex: 'male' as const, dateOfBirth: '2020-01-01' };
    const family = [{ relation: 'parent' as const, patientId: mother.id, guardian: true }];
    const leo = await api.patients.register({ ...child, family });
    const { surroundings } = await api.patients.get({ id: mother.id });
    expect(surroundings.namedBy).toEqual([{ patientId: leo.id, name: 'Leo Silva', relation: 'parent' }]);
    const young = [{ relation: 'guardian' as const, patientId: leo.id }];
    expect(await fieldsOf(() => api.patients.register({ ...child, family: young }))).toEqual([
      'family.0.guardian: family.minorGuardian',
    ]);
  });
});

describe('finding doubles while typing', () => {
  it('looks past the order of words, marks, spelling of vowels and an estimated birth', async () => {
    const { id } = await api.patients.register({
      ...valid,
      fullName: 'Muhammad Yusuf Öztürk',
      dateOfBirth: '1971-03-04',
    });
    const aged = await api.patients.register({
      ...valid,
      fullName: 'Muhammad Yusuf Ozturk',
      dateOfBirth: undefined,
      age: { value: 54, unit: 'years' },
    });
    const found = async (fullName: string, dateOfBirth: string) =>
      (await api.patients.similar({ fullName, dateOfBirth })).map((row) => row.id);
    expect(await found('Ozturk, Mohamed Yousef', '1971-03-04')).toContain(id);
    expect(await found('Mohammed Yusuf Ozturk', '1971')).toContain(id);
    expect(await found('Mohammed Yusuf Ozturk', '1971-03-05')).not.toContain(id);
    expect(await found('Mohammed Yusuf Ozturk', '1971-11-30')).toContain(aged.id);
    expect(await found('Mohammed Ozturk', '1971-03-04')).not.toContain(id);
  });

  it('costs the same however many patients share what was typed', async () => {
    const { context, api: counted } = lab.as();
    const cost = async () => {
      context.counter.statements = 0;
      const typed = { fullName: 'Shared Name', dateOfBirth: '1980-01-01', phone: '+912222222222' };
      expect((await counted.patients.similar(typed)).length).toBeLessThanOrEqual(10);
      return context.counter;
    };
    const add = (number: number) =>
      lab.kernel.change(lab.opened.session, (work) => {
        work.insertMany(
          'patients',
          Array.from({ length: number }, (_, index) => ({
            ...{ number: `S-${number}-${index}`, fullName: 'Shared Name', sex: 'male' as const, consent },
            ...{ birth: { date: '1980-01-01', precision: 'exact' as const }, phone: '+912222222222' },
            ...{ otherPhones: [], nationalIds: [], insurances: [], idProofs: [] },
          })),
        );
      });
    add(10);
    await cost();
    const few = { ...(await cost()) };
    add(500);
    const many = { ...(await cost()) };
    expect(many.statements).toBe(few.statements);
    expect(many.rows).toBeLessThan(200);
  });
});

describe('lists', () => {
  it('narrow by day and sex, page by page, at one cost', async () => {
    const { context, api: counted } = lab.as();
    const cost = async (limit: number) => {
      await counted.patients.list({ limit, sex: 'male' });
      context.counter.statements = 0;
      const { rows } = await counted.patients.list({ limit, sex: 'male' });
      expect(rows.every(({ sex }) => sex === 'male')).toBe(true);
      return [rows.length, context.counter.statements];
    };
    const [few, statements] = await cost(10);
    const [many, asMany] = await cost(200);
    expect([few, many, asMany]).toEqual([10, 200, statements]);
    expect((await api.patients.list({ from: '2001-01-01', to: '2001-01-02' })).rows).toEqual([]);
    expect(await fieldsOf(() => api.patients.list({ from: '2001-01-02', to: '2001-01-01' }))).toEqual([
      'to: range.order',
    ]);
  });

  it('a timeline is paged without a gap or a double, by as many statements as kinds', async () => {
    const patient = await api.patients.register(valid);
    lab.kernel.change(lab.opened.session, (work) => {
      for (let index = 0; index < 230; index++) {
        work.record('patient.updated', {
          values: { name: 'x', number: String(index), fields: '' },
          patientId: patient.id,
        });
      }
    });
    const all: string[] = [];
    let cursor: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof api.patients.timeline>> = await api.patients.timeline({
        ...{ id: patient.id, limit: 50, cursor },
      });
      all.push(...page.rows.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(new Set(all).size).toBe(231);
    expect(all).toHaveLength(231);
    const { context, api: counted } = lab.as();
    const cost = async (limit: number) => {
      context.counter.statements = 0;
      await counted.patients.timeline({ id: patient.id, limit });
      return context.counter.statements;
    };
    await cost(10);
    expect(await cost(200)).toBe(await cost(10));
  });

  it('leave by a file only with the right, and leave a trace', async () => {
    const without = lab.as(permissionNames.filter((name) => name !== 'patient.export')).api;
    expect(await refusalOf(() => without.patients.exportPage({ format: 'csv' }))).toMatchObject({ kind: 'forbidden' });
    const before = lab.kernel.reads().count('activity', { selector: { action: { $eq: 'patient.exported' } } });
    const page = await api.patients.exportPage({ format: 'csv', limit: 5 });
    await api.patients.exportPage({ format: 'csv', limit: 5, cursor: page.nextCursor });
    expect(lab.kernel.reads().count('activity', { selector: { action: { $eq: 'patient.exported' } } })).toBe(
      before + 1,
    );
  });
});

describe('allowed tests', () => {
  it('name those that are not among them', () => {
    expect(notAllowed(undefined, ['a'])).toEqual([]);
    expect(notAllowed([], ['a', 'b'])).toEqual(['a', 'b']);
    expect(notAllowed(['a', 'c'], ['c', 'b', 'a', 'd'])).toEqual(['b', 'd']);
  });
});
