import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpecimenTypeShape } from '../../../shared/catalogue/schema.ts';
import { knownWays } from '../../../shared/specimens/stability.ts';
import { type OpenTube, placeTests, sharedTubes, type TubeTest, tubesFor } from '../../../shared/specimens/tubes.ts';

const type = (code: string, container: string, volume: string, more: Partial<SpecimenTypeShape> = {}) =>
  ({ kind: 'specimenType', code, name: code, container, colour: 'red', volume, ...more }) satisfies SpecimenTypeShape;
const types = new Map(
  [
    type('SERUM', 'Gel tube', '5', { stability: { roomHours: 8, refrigeratedHours: 48 } }),
    type('EDTA', 'EDTA tube', '3', { stability: { roomHours: 24 } }),
    type('URINE', 'Cup', '0'),
  ].map((one) => [one.code, one]),
);
const test = (code: string, specimenType: string, more: Partial<TubeTest> = {}): TubeTest => ({
  code,
  specimenType,
  department: 'Biochemistry',
  ...more,
});
const codesOf = (tubes: readonly { testCodes: readonly string[] }[]) =>
  tubes.map(({ testCodes }) => testCodes.join(' '));

describe('the tubes of an order', () => {
  const tsh = test('TSH', 'SERUM', { department: 'Immunology' });
  const lft = test('LFT', 'SERUM');
  const hiv = test('HIV', 'SERUM', { department: 'Serology' });
  const cbc = test('CBC', 'EDTA', { department: 'Haematology' });

  it('serve all departments unless the laboratory says otherwise', () => {
    expect(codesOf(tubesFor([tsh, cbc, lft, hiv], types, sharedTubes))).toEqual(['TSH LFT HIV', 'CBC']);
    const own = { byDepartment: false, ownTubeDepartments: [' serology'] };
    const [shared, , serology] = tubesFor([tsh, cbc, lft, hiv], types, own);
    expect(shared).toMatchObject({ testCodes: ['TSH', 'LFT'] });
    expect(shared?.department).toBeUndefined();
    expect(serology).toMatchObject({ testCodes: ['HIV'], department: 'Serology' });
    const each = { byDepartment: true, ownTubeDepartments: [] };
    expect(codesOf(tubesFor([tsh, cbc, lft, hiv, lft], types, each))).toEqual(['TSH', 'CBC', 'LFT LFT', 'HIV']);
  });

  it('hold enough for all that is made from them', () => {
    const big = (code: string, volume: string) => test(code, 'SERUM', { volume });
    const tests = [big('A', '2.5'), big('B', '2.4'), big('C', '0.2'), big('D', '0.1'), big('E', '9')];
    expect(codesOf(tubesFor(tests, types, sharedTubes))).toEqual(['A B D', 'C', 'E']);
    expect(codesOf(tubesFor([test('U', 'URINE', { volume: '50' }), test('V', 'URINE')], types, sharedTubes))).toEqual([
      'U V',
    ]);
  });

  it('are kept one way that is good for every test on them', () => {
    const frozen = test('ACTH', 'SERUM', { stability: { frozenHours: 700 } });
    const cold = test('NH3', 'SERUM', { stability: { refrigeratedHours: 2 } });
    const warm = test('PT', 'SERUM', { stability: { roomHours: 24 } });
    expect(codesOf(tubesFor([lft, frozen, cold, warm], types, sharedTubes))).toEqual(['LFT NH3', 'ACTH', 'PT']);
    const [first] = tubesFor([lft, cold], types, sharedTubes);
    expect(first?.stability).toEqual([
      { roomHours: 8, refrigeratedHours: 48, testCodes: ['LFT'] },
      { refrigeratedHours: 2, testCodes: ['NH3'] },
    ]);
  });
});

describe('tests added to an order', () => {
  const open = (id: string, tests: TubeTest[], since?: string): OpenTube => ({
    id,
    ...{ specimenType: 'SERUM', container: 'Gel tube', tests },
    unstableSince: (stability) => (stability?.roomHours === 1 ? since : undefined),
  });

  it('come from the first tube with enough left, and say why one does not do', () => {
    const tubes = [
      open('1', [test('X', 'SERUM', { volume: '4.8' })]),
      open('2', [test('Y', 'SERUM')], '2026-11-27T08:00:00Z'),
    ];
    const more = [
      test('A', 'SERUM', { volume: '0.5' }),
      test('B', 'SERUM', { stability: { roomHours: 1 }, volume: '1' }),
    ];
    const { placements, refusals } = placeTests(more, types, sharedTubes, tubes);
    expect(placements.map(({ openId, tube }) => [openId, tube.testCodes])).toEqual([
      ['2', ['A']],
      [undefined, ['B']],
    ]);
    expect(refusals).toEqual([
      { tubeId: '1', testCode: 'B', why: 'volume' },
      { tubeId: '2', testCode: 'B', why: 'unstable', since: '2026-11-27T08:00:00Z' },
    ]);
  });

  it('never go to the tube of another department', () => {
    const rules = { byDepartment: false, ownTubeDepartments: ['Serology'] };
    const hiv = test('HIV', 'SERUM', { department: 'Serology' });
    expect(placeTests([hiv], types, rules, [open('1', [test('LFT', 'SERUM')])])).toMatchObject({
      placements: [{ openId: undefined, tube: { department: 'Serology' } }],
      refusals: [],
    });
    expect(placeTests([hiv], types, rules, [open('1', [hiv])]).placements[0]?.openId).toBe('1');
  });
});

describe('whatever is ordered', () => {
  const hours = fc.option(fc.integer({ min: 1, max: 48 }), { nil: undefined });
  const anyTest = fc.record({
    specimenType: fc.constantFrom('SERUM', 'EDTA', 'URINE'),
    department: fc.constantFrom('Biochemistry', 'Serology', 'Microbiology'),
    volume: fc.option(
      fc.integer({ min: 0, max: 30 }).map((tenths) => (tenths / 10).toFixed(1)),
      { nil: undefined },
    ),
    stability: fc.option(fc.record({ roomHours: hours, refrigeratedHours: hours, frozenHours: hours }), {
      nil: undefined,
    }),
  });
  const order = fc
    .array(anyTest, { maxLength: 25 })
    .map((tests) => tests.map((one, index) => ({ ...one, code: `T${index}` })));
  const rules = fc.record({
    byDepartment: fc.boolean(),
    ownTubeDepartments: fc.subarray(['Biochemistry', 'serology', 'Microbiology']),
  });

  it('every test is on exactly one tube of its kind, no tube is asked for more than it holds, departments and ways of keeping agree', () => {
    fc.assert(
      fc.property(order, rules, (tests, rule) => {
        const tubes = tubesFor(tests, types, rule);
        expect(tubes.flatMap(({ testCodes }) => testCodes).toSorted()).toEqual(
          tests.map(({ code }) => code).toSorted(),
        );
        for (const tube of tubes) {
          const on = tests.filter(({ code }) => tube.testCodes.includes(code));
          expect(on.every(({ specimenType }) => specimenType === tube.specimenType)).toBe(true);
          const tenths = on.reduce((sum, { volume }) => sum + Math.round(Number(volume ?? 0) * 10), 0);
          if (tube.volume !== '0') expect(tenths).toBeLessThanOrEqual(Number(tube.volume) * 10);
          const departments = new Set(on.map(({ department }) => department));
          const own = rule.byDepartment ? ['biochemistry', 'serology', 'microbiology'] : rule.ownTubeDepartments;
          const alone = [...departments].some((one) => own.some((name) => name.toLowerCase() === one.toLowerCase()));
          if (alone) expect(departments.size).toBe(1);
          expect(tube.department).toBe(alone ? on[0]?.department : undefined);
          const kept = on
            .map(({ stability, specimenType }) => knownWays(stability ?? types.get(specimenType)?.stability))
            .filter((ways) => ways.length > 0);
          if (kept.length > 0) expect(kept[0]?.some((way) => kept.every((ways) => ways.includes(way)))).toBe(true);
        }
        expect(tubesFor(tests, types, rule)).toEqual(tubes);
      }),
      { numRuns: 300 },
    );
  });

  it('an addition goes to tubes that are there or to new ones, never to both, and tells no reason for what it placed there', () => {
    fc.assert(
      fc.property(order, order, rules, fc.boolean(), (before, added, rule, isOld) => {
        const open = tubesFor(before, types, rule).map(
          ({ specimenType, container, testCodes }, index): OpenTube => ({
            ...{ id: String(index), specimenType, container },
            tests: before.filter(({ code }) => testCodes.includes(code)),
            unstableSince: () => (isOld ? '2026-11-27T08:00:00Z' : undefined),
          }),
        );
        const more = added.map((one) => ({ ...one, code: `N${one.code}` }));
        const { placements, refusals } = placeTests(more, types, rule, open);
        expect(placements.flatMap(({ tube }) => tube.testCodes).toSorted()).toEqual(
          more.map(({ code }) => code).toSorted(),
        );
        if (isOld) expect(placements.every(({ openId }) => openId === undefined)).toBe(true);
        const fresh = placements.filter(({ openId }) => openId === undefined).flatMap(({ tube }) => tube.testCodes);
        expect(refusals.every(({ testCode }) => fresh.includes(testCode))).toBe(true);
        for (const { openId, tube } of placements) {
          const there = open.find(({ id }) => id === openId);
          const on = [...(there?.tests ?? []), ...more.filter(({ code }) => tube.testCodes.includes(code))];
          const tenths = on.reduce((sum, { volume }) => sum + Math.round(Number(volume ?? 0) * 10), 0);
          if (tube.volume !== '0') expect(tenths).toBeLessThanOrEqual(Number(tube.volume) * 10);
        }
      }),
      { numRuns: 300 },
    );
  });
});
