import fc from 'fast-check';
import type { MangoQuery } from 'rxdb';
import type { Thing } from './support.ts';

/** Letters on both sides of what UTF-8 and UTF-16 order differently, and what SQL, JSON and patterns treat specially. */
const LETTERS = [
  'a',
  'b',
  'B',
  'z',
  '~',
  'ä',
  'é',
  'ß',
  '中',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '😀',
  '𐀀',
  "'",
  '"',
  '\\',
  '%',
  '_',
  '.',
];
const text = fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 3 });
/** RxDB's memory storage pads index strings with blanks, so blanks and what sorts below them have no place at the end. */
const anyText = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.string({ unit: fc.constantFrom(...LETTERS, ' ', '\0', '\n', '\ud800', '\udc00', '5'), maxLength: 3 }),
);

const age = fc.integer({ min: -12, max: 12 }).map((quarters) => quarters / 4);
const score = fc.integer({ min: -3, max: 3 });
export const thingId = fc.integer({ min: 0, max: 7 }).map((number) => `id-${number}`);

/** Documents that keep to the schema, with every indexed path filled. */
export const validThing: fc.Arbitrary<Thing> = fc.record({
  id: thingId,
  name: text,
  age,
  active: fc.boolean(),
  nested: fc.record({ score, label: text }),
  nickname: text,
  tags: fc.array(text, { maxLength: 3 }),
  extra: fc.oneof(fc.constant(null), score, text, fc.record({ deep: score })),
});

const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.constantFrom(0, -0, 1, -1, 0.1, 1.5, 2 ** 53, 2 ** 53 + 2, 1e300, -1e300, 5e-324),
  age,
  anyText,
);
const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.array(fc.array(scalar, { maxLength: 2 }), { maxLength: 2 }),
  fc.array(fc.record({ score: scalar, label: scalar }, { requiredKeys: [] }), { maxLength: 2 }),
  fc.record({ score: scalar, label: fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })) }, { requiredKeys: [] }),
);

/** Documents as nobody should write them: any path missing, null, of another type, an array. */
export const wildThing: fc.Arbitrary<Thing> = fc
  .record(
    {
      name: fc.oneof({ weight: 4, arbitrary: anyText }, anyValue),
      age: fc.oneof({ weight: 4, arbitrary: age }, anyValue),
      active: fc.oneof({ weight: 4, arbitrary: fc.boolean() }, anyValue),
      nested: fc.oneof(
        { weight: 4, arbitrary: fc.record({ score: anyValue, label: anyValue }, { requiredKeys: [] }) },
        anyValue,
      ),
      nickname: anyValue,
      tags: anyValue,
      extra: anyValue,
    },
    { requiredKeys: [] },
  )
  .map((thing) => thing as unknown as Thing);

/** Documents whose indexed paths are scalars of any type, or not there: what columns hold exactly. */
export const scalarThing: fc.Arbitrary<Thing> = fc
  .record(
    {
      name: scalar,
      age: scalar,
      active: scalar,
      nested: fc.record({ score: scalar, label: scalar }, { requiredKeys: [] }),
      nickname: scalar,
      tags: anyValue,
      extra: anyValue,
    },
    { requiredKeys: [] },
  )
  .map((thing) => thing as unknown as Thing);

const comparison = fc.constantFrom('$eq', '$ne', '$gt', '$gte', '$lt', '$lte');
const typeName = fc.constantFrom(
  'string',
  'number',
  'boolean',
  'null',
  'object',
  'array',
  'int',
  'undefined',
  'bool',
  2,
  16,
  'x',
);
const pattern = fc.constantFrom('^a', '^ab*', '^b', 'a', 'B$', '^', '^a|b', '^a+', '^z{0}', '.', '^ä');

function conditions(operand: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> {
  const single = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(comparison, operand) },
    fc.tuple(fc.constantFrom('$in', '$nin'), fc.array(operand, { maxLength: 5 })),
    fc.tuple(fc.constant('$exists'), fc.boolean()),
    fc.tuple(fc.constant('$type'), fc.oneof(typeName, fc.array(typeName, { maxLength: 2 }))),
    fc.tuple(fc.constant('$size'), fc.integer({ min: 0, max: 3 })),
    fc.tuple(fc.constant('$mod'), fc.tuple(fc.constantFrom(2, 3), fc.constantFrom(0, 1))),
    fc.tuple(fc.constant('$regex'), pattern),
    fc.tuple(
      fc.constant('$elemMatch'),
      fc.tuple(comparison, operand).map(([operator, value]) => ({ [operator]: value })),
    ),
  );
  const several = fc.array(single, { minLength: 1, maxLength: 2 }).map((parts) => Object.fromEntries(parts));
  return fc.oneof(
    { weight: 4, arbitrary: several },
    several.map((inner) => ({ $not: inner })),
    fc.tuple(fc.constantFrom('', 'i'), pattern).map(([$options, $regex]) => ({ $regex, $options })),
  );
}

function selectorOf(fields: readonly (readonly [string, fc.Arbitrary<unknown>])[], depth = 2): fc.Arbitrary<object> {
  const field = fc.oneof(
    ...fields.map(([path, operand]) => conditions(operand).map((condition) => [path, condition] as const)),
  );
  const flat = fc.array(field, { maxLength: 2 }).map((parts) => Object.fromEntries(parts));
  if (depth === 0) return flat;
  const inner = selectorOf(fields, depth - 1);
  const combined = fc
    .tuple(fc.constantFrom('$and', '$or', '$nor'), fc.array(inner, { minLength: 1, maxLength: 3 }), flat)
    .map(([operator, parts, rest]) => ({ [operator]: parts, ...rest }));
  return fc.oneof({ weight: 2, arbitrary: flat }, combined);
}

const PATHS = [
  'id',
  'name',
  'age',
  'active',
  'nested',
  'nested.score',
  'nested.label',
  'nickname',
  'tags',
  'extra',
  'extra.label',
  'tags.0',
];

function queryOf(selector: fc.Arbitrary<object>, sortPaths: string[]): fc.Arbitrary<MangoQuery<Thing>> {
  const sortPart = fc
    .tuple(fc.constantFrom(...sortPaths), fc.constantFrom('asc', 'desc'))
    .map(([path, way]) => ({ [path]: way }));
  return fc.record(
    {
      selector: fc.tuple(selector, fc.constantFrom(true, true, true, false)).map(([conditions, living]) => ({
        ...conditions,
        ...(living ? { _deleted: { $eq: false } } : {}),
      })),
      sort: fc.array(sortPart, { minLength: 1, maxLength: 3 }),
      skip: fc.integer({ min: 0, max: 3 }),
      limit: fc.integer({ min: 0, max: 6 }),
    },
    { requiredKeys: ['selector'] },
  ) as fc.Arbitrary<MangoQuery<Thing>>;
}

/** Any operator on any path with an operand of any type. */
export const wildQuery = queryOf(
  selectorOf(PATHS.map((path) => [path, fc.oneof({ weight: 5, arbitrary: scalar }, anyValue)] as const)),
  PATHS,
);

/**
 * Operands of the path's own type, where RxDB's memory storage is sure of itself. Not sorted by `extra`: RxDB takes two objects
 * for equal and asks for no further key then, so their order is whatever a storage happened to read first.
 */
export const typedQuery = queryOf(
  selectorOf([
    ['id', thingId],
    ['name', text],
    ['age', age],
    ['active', fc.boolean()],
    ['nested.score', score],
    ['nested.label', text],
    ['nickname', text],
    ['tags', text],
    ['extra', scalar],
    ['extra.deep', score],
  ]),
  ['id', 'name', 'age', 'active', 'nested.score', 'nested.label', 'nickname', 'extra.deep'],
);
