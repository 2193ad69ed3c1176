import { Decimal } from 'decimal.js';
import type { SpecimenTypeShape, Stability, TestShape } from '../catalogue/schema.ts';
import { groupStability, knownWays, type TestStability } from './stability.ts';

/** What of a test decides about its tube. */
export type TubeTest = Pick<TestShape, 'code' | 'specimenType' | 'department' | 'volume' | 'stability'>;

/**
 * Which departments share tubes. Laboratories share a tube wherever they can, since it is the patient's blood; those that
 * cannot (microbiology and molecular biology for contamination, the blood bank for identity, a bench in another house) are
 * named. `byDepartment`: every department has its own.
 */
export interface TubeRules {
  readonly byDepartment: boolean;
  /** Departments that never share a tube with another; compared without regard to case. */
  readonly ownTubeDepartments: readonly string[];
}

/** One tube serves every department. */
export const sharedTubes: TubeRules = { byDepartment: false, ownTubeDepartments: [] };

/** A tube, cup or slide that an order needs, and the tests made from it. */
export interface Tube {
  readonly specimenType: string;
  readonly typeName: string;
  readonly container: string;
  readonly colour: string;
  /** Millilitres to draw, as decimal text. */
  readonly volume: string;
  /** The department that it is for alone, where that shares no tube. */
  readonly department?: string;
  readonly testCodes: string[];
  /** How long its tests keep, where that is known. */
  readonly stability: TestStability[];
}

/** Why a test does not come from a tube that is there. */
export interface Refusal {
  readonly tubeId: string;
  readonly testCode: string;
  readonly why: 'volume' | 'unstable';
  /** Since when, UTC. */
  readonly since?: string;
}

/** A tube that is there already, from which more tests might be made. */
export interface OpenTube {
  readonly id: string;
  readonly specimenType: string;
  readonly container: string;
  /** What is made from it. */
  readonly tests: readonly TubeTest[];
  /** Since when a test that keeps so long cannot be made from it any more; undefined: it can. */
  readonly unstableSince: (stability: Stability | undefined) => string | undefined;
}

/** Where tests come from. */
export interface Placement {
  /** With the tests that are placed, not with those that were there. */
  readonly tube: Tube;
  /** Absent: a new tube. */
  readonly openId: string | undefined;
}

interface Place {
  readonly type: SpecimenTypeShape;
  readonly department: string | undefined;
  readonly open: OpenTube | undefined;
  readonly before: readonly TubeTest[];
  readonly placed: TubeTest[];
}

/**
 * Which tubes an order needs, in the order of their first test. Tests share a tube when
 * - their specimen type and container are the same,
 * - their departments share tubes (`TubeRules`),
 * - there is a way of keeping (room, refrigerated, frozen) that is good for all of them, and
 * - the tube holds enough for all. A test that alone needs more than a tube holds has one for itself.
 *
 * Each goes to the first tube that takes it. Tests whose specimen type is unknown are left out.
 * @param types by code
 */
export function tubesFor(
  tests: readonly TubeTest[],
  types: ReadonlyMap<string, SpecimenTypeShape>,
  rules: TubeRules,
): Tube[] {
  return placeTests(tests, types, rules).placements.map(({ tube }) => tube);
}

/**
 * As `tubesFor`, but first from the tubes that are there, in their order. What is the right tube in kind but holds too little,
 * or has stood too long for the test, is told in `refusals`; the test then has another tube.
 */
export function placeTests(
  tests: readonly TubeTest[],
  types: ReadonlyMap<string, SpecimenTypeShape>,
  rules: TubeRules,
  open: readonly OpenTube[] = [],
): { placements: Placement[]; refusals: Refusal[] } {
  const places: Place[] = open.flatMap((tube) => {
    const type = types.get(tube.specimenType);
    if (!type || type.container !== tube.container) return [];
    const department = tube.tests[0] && ownDepartment(tube.tests[0], rules);
    return [{ type, department, open: tube, before: tube.tests, placed: [] }];
  });
  const refusals: Refusal[] = [];
  for (const test of tests) {
    const type = types.get(test.specimenType);
    if (!type) continue;
    const place = places.find((one) => takes(one, test, type, rules, refusals));
    if (place) place.placed.push(test);
    else {
      const department = ownDepartment(test, rules);
      places.push({ type, department, open: undefined, before: [], placed: [test] });
    }
  }
  const used = places.filter(({ placed }) => placed.length > 0);
  const newlyDrawn = new Set(used.flatMap(({ open, placed }) => (open ? [] : placed.map(({ code }) => code))));
  const order = (place: Place) => tests.indexOf(place.placed[0] as TubeTest);
  return {
    placements: used.toSorted((a, b) => order(a) - order(b)).map(placementOf),
    refusals: refusals.filter(({ testCode }) => newlyDrawn.has(testCode)),
  };
}

/** The stability that counts for a test: its own, or else that of what is drawn. */
export function stabilityOfTest(
  test: Pick<TestShape, 'stability'>,
  type: Pick<SpecimenTypeShape, 'stability'> | undefined,
): Stability | undefined {
  return test.stability ?? type?.stability;
}

function takes(place: Place, test: TubeTest, type: SpecimenTypeShape, rules: TubeRules, refusals: Refusal[]): boolean {
  const there = [...place.before, ...place.placed];
  const own = ownDepartment(test, rules);
  if (place.type.code !== type.code || there.some((one) => ownDepartment(one, rules) !== own)) return false;
  if (!keepTogether([...there, test], type)) return false;
  const refuse = (why: Refusal['why'], since?: string) => {
    if (place.open) refusals.push({ tubeId: place.open.id, testCode: test.code, why, ...(since ? { since } : {}) });
    return false;
  };
  if (!holds(type, [...there, test])) return refuse('volume');
  const since = place.open?.unstableSince(stabilityOfTest(test, type));
  return since === undefined ? true : refuse('unstable', since);
}

/** The department that a test's tube is for alone; undefined: it shares. */
function ownDepartment({ department }: TubeTest, rules: TubeRules): string | undefined {
  const plain = (name: string) => name.trim().toLowerCase();
  const isOwn = rules.byDepartment || rules.ownTubeDepartments.some((one) => plain(one) === plain(department));
  return isOwn ? department.trim() : undefined;
}

/** Whether one way of keeping is good for all of them; a test of unknown stability goes along with any. */
function keepTogether(tests: readonly TubeTest[], type: SpecimenTypeShape): boolean {
  const ways = tests.map((test) => new Set(knownWays(stabilityOfTest(test, type)))).filter((known) => known.size > 0);
  const [first, ...others] = ways;
  return first === undefined || [...first].some((way) => others.every((known) => known.has(way)));
}

/** Whether a tube holds enough for the tests; one that says no volume holds anything. */
function holds(type: SpecimenTypeShape, tests: readonly TubeTest[]): boolean {
  const capacity = new Decimal(type.volume);
  const needed = tests.reduce((sum, test) => sum.plus(test.volume ?? 0), new Decimal(0));
  return capacity.isZero() || needed.lessThanOrEqualTo(capacity);
}

function placementOf({ type, department, open, placed }: Place): Placement {
  const { code: specimenType, name: typeName, container, colour, volume } = type;
  return {
    openId: open?.id,
    tube: {
      ...{ specimenType, typeName, container, colour, volume },
      ...(department === undefined ? {} : { department }),
      testCodes: placed.map(({ code }) => code),
      stability: groupStability(placed.map((test) => ({ code: test.code, stability: stabilityOfTest(test, type) }))),
    },
  };
}
