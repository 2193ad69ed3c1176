/**
 * The SQL of tests on paths without a column, by SQLite's JSON functions on the stored document. An array at the path is
 * looked into, as mingo does; an array on the way to it is left to the matcher.
 */
import { ALWAYS, type Fragment, fragment, inexact, NEVER, not, or, type PathTest, UNKNOWN } from './predicates.ts';
import type { ComparisonOperator, Operand } from './selector.ts';

/** Names that stand in an SQL string and a JSON path without escapes. */
const PLAIN_SEGMENT = /^[A-Za-z0-9_$ -]+$/;

export function jsonTest(path: string, test: PathTest): Fragment {
  const segments = path.split('.');
  if (!segments.every((segment) => PLAIN_SEGMENT.test(segment) && !(segment in Object.prototype))) return UNKNOWN;
  const leaf = leafTest(jsonPath(segments), test);
  if (segments.length === 1 || leaf === UNKNOWN) return leaf;
  const arrays = segments
    .slice(1)
    .map((_, index) => fragment(`${typeOf(jsonPath(segments.slice(0, index + 1)))} = 'array'`));
  return inexact(or([leaf, ...arrays]));
}

function leafTest(path: string, test: PathTest): Fragment {
  switch (test.kind) {
    case 'compare':
      return test.operator === '$ne'
        ? not(equals(path, [{ kind: test.operand, slot: test.slot }]))
        : test.operator === '$eq'
          ? equals(path, [{ kind: test.operand, slot: test.slot }])
          : ordered(path, test.operator, { kind: test.operand, slot: test.slot });
    case 'among':
      return equals(path, test.operands);
    case 'exists':
      return fragment(`${typeOf(path)} IS ${test.expected ? 'NOT NULL' : 'NULL'}`);
    case 'type':
      return or(test.names.map((name) => typeTest(path, name)));
    case 'size':
      return fragment(`(${typeOf(path)} = 'array' AND json_array_length(data, ${path}) = ?)`, [test.slot]);
    case 'array':
      return fragment(`${typeOf(path)} = 'array'`, [], false);
    case 'pattern':
      return fragment(`${typeOf(path)} IN ('text', 'array')`, [], false);
    default:
      return test satisfies never;
  }
}

/** Equal to one of the operands, or an array with an element that is. Null is also equal to missing. */
function equals(path: string, operands: readonly Operand[]): Fragment {
  if (operands.some(({ kind }) => kind === 'wideText' || kind === 'bigNumber')) return UNKNOWN;
  if (operands.length === 0) return NEVER;
  const texts = operands.filter(({ kind }) => kind === 'text').map(({ slot }) => slot);
  const numbers = operands.filter(({ kind }) => kind === 'number').map(({ slot }) => slot);
  const literals = operands.flatMap(({ kind }) =>
    kind === 'true' || kind === 'false' || kind === 'null' ? [kind] : [],
  );
  const missing = operands.some(({ kind }) => kind === 'missing');
  const at = (type: string, value: string) =>
    or([
      ...(texts.length > 0 ? [fragment(`${type} = 'text' AND ${value} IN (${marks(texts)})`, texts)] : []),
      ...(numbers.length > 0
        ? [fragment(`${type} IN ('integer', 'real') AND ${value} IN (${marks(numbers)})`, numbers)]
        : []),
      ...literals.map((literal) => fragment(`${type} = '${literal}'`)),
    ]);
  const nothing = literals.includes('null') || missing ? [fragment(`${typeOf(path)} IS NULL`)] : [];
  const nullValue = missing && !literals.includes('null') ? [fragment(`${typeOf(path)} = 'null'`)] : [];
  const own = at(typeOf(path), `data ->> ${path}`);
  return or([...nothing, ...nullValue, own, withElement(path, at('element.type', 'element.value'))]);
}

const SIGNS = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' } as const;

function ordered(path: string, operator: Exclude<ComparisonOperator, '$eq' | '$ne'>, operand: Operand): Fragment {
  if (operand.kind !== 'text' && operand.kind !== 'number') return UNKNOWN;
  const types = operand.kind === 'text' ? "= 'text'" : "IN ('integer', 'real')";
  const at = (type: string, value: string) =>
    fragment(`${type} ${types} AND ${value} ${SIGNS[operator]} ?`, [operand.slot]);
  return or([at(typeOf(path), `data ->> ${path}`), withElement(path, at('element.type', 'element.value'))]);
}

function typeTest(path: string, name: string): Fragment {
  switch (name) {
    case 'string':
    case '2':
      return fragment(`${typeOf(path)} = 'text'`);
    case 'number':
    case 'double':
    case 'decimal':
    case '1':
    case '19':
      return fragment(`${typeOf(path)} IN ('integer', 'real')`);
    case 'boolean':
    case 'bool':
    case '8':
      return fragment(`${typeOf(path)} IN ('true', 'false')`);
    case 'null':
    case '10':
      return fragment(`${typeOf(path)} = 'null'`);
    case 'object':
    case '3':
      return fragment(`${typeOf(path)} = 'object'`);
    case 'undefined':
    case '6':
      return or([fragment(`${typeOf(path)} IS NULL`), fragment(`${typeOf(path)} = 'null'`)]);
    case 'array':
      return fragment(`${typeOf(path)} = 'array'`);
    default:
      return UNKNOWN;
  }
}

function withElement(path: string, element: Fragment): Fragment {
  if (element === NEVER || element === ALWAYS) return element;
  return fragment(
    `${typeOf(path)} = 'array' AND EXISTS (SELECT 1 FROM json_each(data, ${path}) AS element WHERE ${element.sql})`,
    element.parameters,
  );
}

function typeOf(path: string): string {
  return `json_type(data, ${path})`;
}

/** An SQL string with the JSON path of an object's member. */
function jsonPath(segments: readonly string[]): string {
  return `'$${segments.map((segment) => `."${segment}"`).join('')}'`;
}

function marks(slots: readonly number[]): string {
  return slots.map(() => '?').join(', ');
}
