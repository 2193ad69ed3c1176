import { z } from 'zod';
import { type Stability, stabilitySchema } from '../catalogue/schema.ts';

/** How a specimen is kept: 15 to 25 °C, 2 to 8 °C, −20 °C and below. */
export const keptSchema = z.enum(['room', 'refrigerated', 'frozen']);
export type Kept = z.infer<typeof keptSchema>;

/** The tests of a specimen that keep equally long, with the hours; as the catalogue said when they were ordered. */
export const testStabilitySchema = stabilitySchema.extend({ testCodes: z.array(z.string().max(40)).min(1).max(200) });
export type TestStability = z.infer<typeof testStabilitySchema>;

/** From a moment on a specimen was kept so; without `kept` it was on its way or on the bench. */
export const keptFromSchema = z.strictObject({ at: z.string().max(40), kept: keptSchema.optional() });
export type KeptFrom = z.infer<typeof keptFromSchema>;

/** Until when some tests of a specimen can be made, if it stays where it is. */
export interface StabilityEnd {
  /** UTC; in the past: they are unstable since then. */
  readonly until: string;
  readonly testCodes: readonly string[];
}

/** What the time of a specimen depends on. */
export interface Keeping {
  readonly custody: readonly { readonly state: string; readonly at: string; readonly kept?: Kept }[];
  readonly keptBefore?: readonly KeptFrom[];
}

const hourMs = 3_600_000;

/** The hours for a way of keeping; undefined: not to be relied on. */
export function hoursKept(stability: Stability, kept: Kept): number | undefined {
  switch (kept) {
    case 'room':
      return stability.roomHours;
    case 'refrigerated':
      return stability.refrigeratedHours;
    case 'frozen':
      return stability.frozenHours;
    default:
      return kept satisfies never;
  }
}

/** The ways of keeping that hours are known for. */
export function knownWays(stability: Stability | undefined): Kept[] {
  return stability ? keptSchema.options.filter((kept) => hoursKept(stability, kept) !== undefined) : [];
}

/**
 * How a specimen is handled between tube and storage: at room temperature where its analytes bear that, or else as cold as
 * they need (`on ice to the laboratory`). Undefined: nothing is known.
 */
export function handling(stability: Stability): Kept | undefined {
  return knownWays(stability)[0];
}

/**
 * How a specimen was kept since it was drawn, by its chain of custody: stored as the step says, sent to another laboratory
 * as it was kept before, otherwise handled. A rejected tube's time is not the time of the tube drawn after it.
 */
export function keptSince({ custody, keptBefore = [] }: Keeping): KeptFrom[] {
  const line: KeptFrom[] = [...keptBefore];
  for (const { state, at, kept } of custody.slice(custody.findLastIndex((step) => step.state === 'expected') + 1)) {
    const last = line.at(-1);
    if (state === 'stored' && last) line.push({ at, kept });
    const handled = state === 'collected' || state === 'received';
    if (handled && (last === undefined || last.kept !== undefined)) line.push({ at });
  }
  return line;
}

/**
 * Until when the tests of a specimen can be made, the first to end first; tests of unknown stability are left out. Where a
 * specimen was kept in several ways each takes its share: 4 of 8 hours at room temperature leave half of the 48 in the
 * refrigerator. A way of keeping that is not to be relied on ends it at once. Empty before it is drawn.
 */
export function stabilityEnds(stability: readonly TestStability[], keeping: Keeping): StabilityEnd[] {
  const line = keptSince(keeping);
  const ends = new Map<number, string[]>();
  for (const one of stability) {
    const end = endOf(one, line);
    if (end !== undefined) ends.set(end, [...(ends.get(end) ?? []), ...one.testCodes]);
  }
  return [...ends]
    .toSorted(([a], [b]) => a - b)
    .map(([until, testCodes]) => ({ until: new Date(until).toISOString(), testCodes }));
}

/** Milliseconds since 1970; undefined: not known, or not drawn yet. */
function endOf(stability: Stability, line: readonly KeptFrom[]): number | undefined {
  const handled = handling(stability);
  if (handled === undefined) return undefined;
  let left = 1;
  for (const [index, { at, kept = handled }] of line.entries()) {
    const from = Date.parse(at);
    const hours = hoursKept(stability, kept);
    if (hours === undefined) return from;
    const next = line[index + 1];
    const end = from + left * hours * hourMs;
    if (next === undefined || Date.parse(next.at) >= end) return Math.round(end);
    left -= Math.max(0, Date.parse(next.at) - from) / (hours * hourMs);
  }
  return undefined;
}

/** Stabilities of tests, those that are equal together, in the order of the tests; unknown ones are left out. */
export function groupStability(
  tests: readonly { readonly code: string; readonly stability: Stability | undefined }[],
): TestStability[] {
  const groups = new Map<string, TestStability>();
  for (const { code, stability } of tests) {
    if (!stability || knownWays(stability).length === 0) continue;
    const key = keptSchema.options.map((kept) => hoursKept(stability, kept) ?? '').join('/');
    const group = groups.get(key) ?? { ...stability, testCodes: [] };
    group.testCodes.push(code);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The stabilities of those of the tests that are in the list. */
export function stabilityOf(known: readonly TestStability[], testCodes: readonly string[]): TestStability[] {
  return groupStability(
    known.flatMap(({ testCodes: codes, ...stability }) =>
      codes.filter((code) => testCodes.includes(code)).map((code) => ({ code, stability })),
    ),
  );
}

/** What to say of a specimen's stability at a moment. */
export interface StabilityMark {
  /** `soon`: less than two hours are left. */
  readonly state: 'stable' | 'soon' | 'unstable';
  readonly at: string;
  /** The tests it is true of; empty: all that are known. */
  readonly testCodes: readonly string[];
}

const soonMs = 2 * hourMs;

/** The mark of what ends first, undefined where nothing is known. @param now milliseconds since 1970 */
export function stabilityMark(ends: readonly StabilityEnd[], now: number): StabilityMark | undefined {
  const [first, ...later] = ends;
  if (!first) return undefined;
  const left = Date.parse(first.until) - now;
  const over = ends.filter(({ until }) => Date.parse(until) <= now);
  const testCodes = over.length > 0 ? over.flatMap((end) => end.testCodes) : first.testCodes;
  const isWhole = over.length > 0 ? over.length === ends.length : later.length === 0;
  return {
    state: left <= 0 ? 'unstable' : left < soonMs ? 'soon' : 'stable',
    at: first.until,
    testCodes: isWhole ? [] : testCodes,
  };
}
