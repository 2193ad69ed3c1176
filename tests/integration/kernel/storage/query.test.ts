import fc from 'fast-check';
import {
  getQueryMatcher,
  getSortComparator,
  type MangoQuery,
  normalizeMangoQuery,
  prepareQuery,
  type RxStorageInstance,
} from 'rxdb';
import { describe, expect, it } from 'vitest';
import { scalarThing, wildQuery, wildThing } from './arbitraries.ts';
import { createInstance, filledThingSchema, type Thing, type ThingData, testEngine, thingData } from './support.ts';

/** What RxDB's own matcher and comparator make of a list of documents: the meaning of a query. */
function expected(documents: readonly ThingData[], query: MangoQuery<Thing>): ThingData[] {
  const filled = normalizeMangoQuery(filledThingSchema, query);
  const compare = getSortComparator(filledThingSchema, filled);
  const matching = documents.filter(getQueryMatcher(filledThingSchema, filled));
  const sorted = matching.sort((a, b) => compare(a, b) ?? 0);
  const from = filled.skip ?? 0;
  return sorted.slice(from, filled.limit === undefined ? undefined : from + filled.limit);
}

async function store(
  instance: RxStorageInstance<Thing, unknown, unknown>,
  things: readonly Thing[],
): Promise<ThingData[]> {
  const documents = things.map((thing, index) => {
    const id = `id-${String(index).padStart(2, '0')}`;
    return thingData({ ...thing, id }, '1-test', index % 5 === 4);
  });
  const { error } = await instance.bulkWrite(
    documents.map((document) => ({ document: structuredClone(document) })),
    'test',
  );
  expect(error).toEqual([]);
  return documents.map((document) => JSON.parse(JSON.stringify(document)) as ThingData);
}

describe('a query answers what RxDB’s matcher and sort comparator say', () => {
  for (const [name, thing] of [
    ['for documents with scalars of any type in indexed paths', scalarThing],
    ['for documents of any form', wildThing],
  ] as const) {
    it(name, async () => {
      const engine = testEngine();
      let round = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(thing, { maxLength: 12 }),
          fc.array(wildQuery, { minLength: 1, maxLength: 20 }),
          async (things, queries) => {
            const instance = await createInstance(engine.rxStorage, 'lab', `things${round++}`);
            const documents = await store(instance, things);
            for (const query of queries) {
              const prepared = prepareQuery(filledThingSchema, normalizeMangoQuery(filledThingSchema, query));
              const answer = expected(documents, query);
              expect((await instance.query(prepared)).documents).toEqual(answer);
              expect((await instance.count(prepared)).count).toBe(answer.length);
            }
            await instance.remove();
          },
        ),
        { numRuns: Number(process.env.ALIQUOT_PROPERTY_RUNS ?? 150) },
      );
    }, 120_000);
  }
});
