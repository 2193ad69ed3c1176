import type { SpecimenTypeShape, TestShape } from '../catalogue/schema.ts';

/** A tube, cup or slide that an order needs, and the tests made from it. */
export interface Tube {
  readonly specimenType: string;
  readonly typeName: string;
  readonly container: string;
  readonly colour: string;
  /** Millilitres to draw, as decimal text. */
  readonly volume: string;
  readonly testCodes: string[];
}

/**
 * Which tubes an order needs: one for all tests of the same specimen type and container, in the order of the specimen
 * types' first test. Tests whose specimen type is unknown are left out.
 * @param types by code
 */
export function tubesFor(
  tests: readonly Pick<TestShape, 'code' | 'specimenType'>[],
  types: ReadonlyMap<string, SpecimenTypeShape>,
): Tube[] {
  const tubes = new Map<string, Tube>();
  for (const test of tests) {
    const type = types.get(test.specimenType);
    if (!type) continue;
    const key = `${type.code}/${type.container}`;
    const { code: specimenType, name: typeName, container, colour, volume } = type;
    const tube = tubes.get(key) ?? { specimenType, typeName, container, colour, volume, testCodes: [] };
    tube.testCodes.push(test.code);
    tubes.set(key, tube);
  }
  return [...tubes.values()];
}
