/**
 * The SQL of single tests. Every fragment holds for at least the rows that RxDB's matcher accepts; `exact` says that it holds
 * for no others. A fragment may be NULL where it does not hold.
 */
import { SQL_FALSE, SQL_FIRST_BLOB, SQL_FIRST_TEXT, SQL_NULL_VALUE, SQL_TRUE } from './encoding.ts';
import type { ComparisonOperator, Operand, OperandKind, Test } from './selector.ts';

/** A parameter: the value of one slot, or the least or greatest of several. */
export type Parameter = number | { readonly pick: 'least' | 'greatest'; readonly slots: readonly number[] };

export interface Fragment {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  readonly exact: boolean;
}

export type PathTest = Extract<Test, { path: string }>;

export const ALWAYS: Fragment = { sql: '1', parameters: [], exact: true };
export const NEVER: Fragment = { sql: '0', parameters: [], exact: true };
/** Nothing is known in SQL; the matcher decides. */
export const UNKNOWN: Fragment = { sql: '1', parameters: [], exact: false };

export function fragment(sql: string, parameters: readonly Parameter[] = [], exact = true): Fragment {
  return { sql, parameters, exact };
}

export function inexact(of: Fragment): Fragment {
  return { ...of, exact: false };
}

export function not(of: Fragment): Fragment {
  if (!of.exact) return UNKNOWN;
  if (of === NEVER) return ALWAYS;
  return of === ALWAYS ? NEVER : fragment(`(${of.sql}) IS NOT TRUE`, of.parameters);
}

export function and(parts: readonly Fragment[]): Fragment {
  const narrowing = parts.filter(({ sql }) => sql !== '1');
  const exact = parts.every((part) => part.exact);
  if (narrowing.length === 0) return exact ? ALWAYS : UNKNOWN;
  return fragment(
    narrowing.map(({ sql }) => sql).join(' AND '),
    narrowing.flatMap(({ parameters }) => parameters),
    exact,
  );
}

export function or(parts: readonly Fragment[]): Fragment {
  const exact = parts.every((part) => part.exact);
  if (parts.some(({ sql }) => sql === '1')) return exact ? ALWAYS : UNKNOWN;
  if (parts.length === 0) return NEVER;
  const sql = `(${parts.map((part) => `(${part.sql})`).join(' OR ')})`;
  return fragment(
    sql,
    parts.flatMap(({ parameters }) => parameters),
    exact,
  );
}

/** A test on `_deleted`, which every document has as a boolean. */
export function deletedTest(test: PathTest): Fragment {
  if (test.kind === 'exists') return test.expected ? ALWAYS : NEVER;
  if (test.kind !== 'compare' || (test.operand !== 'true' && test.operand !== 'false')) return UNKNOWN;
  if (test.operator === '$eq') return fragment(`deleted = ${test.operand === 'true' ? 1 : 0}`);
  return test.operator === '$ne' ? fragment(`deleted = ${test.operand === 'true' ? 0 : 1}`) : UNKNOWN;
}

/** A test on a path that has a column: the column holds the whole value, and no array. */
export function columnTest(column: string, test: PathTest): Fragment {
  switch (test.kind) {
    case 'compare':
      return columnComparison(column, test.operator, test.operand, test.slot);
    case 'among':
      return columnAmong(column, test.operands);
    case 'exists':
      return fragment(`${column} IS ${test.expected ? 'NOT NULL' : 'NULL'}`);
    case 'type':
      return or(test.names.map((name) => columnType(column, name)));
    case 'pattern':
      return test.from < 0
        ? inexact(between(column, '>=', SQL_FIRST_TEXT, '<', SQL_FIRST_BLOB))
        : fragment(`(${column} >= ? AND ${column} < ?)`, [test.from, test.to], false);
    case 'size':
    case 'array':
      return NEVER;
    default:
      return test satisfies never;
  }
}

/** Bounds of the column values that are of an operand's type, where they can be given by a range. */
const TYPE_RANGES = {
  text: { from: ['>=', SQL_FIRST_TEXT], to: ['<', SQL_FIRST_BLOB] },
  number: { from: ['>', SQL_NULL_VALUE], to: ['<', SQL_FIRST_TEXT] },
} as const;

const SIGNS = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' } as const;

/** A value that a column has to be above or below. */
export interface Bound {
  readonly operator: keyof typeof SIGNS;
  readonly slot: number;
}

/**
 * A column between bounds of one type that must all hold. Each side has one condition that SQLite can enter an index by: the
 * tightest bound, or where none is given the end of the type. With a second one on a side it might take the looser, and
 * would read all rows from the end of the type to where the range begins.
 */
export function columnRange(column: string, type: keyof typeof TYPE_RANGES, bounds: readonly Bound[]): Fragment {
  const isLower = ({ operator }: Bound) => operator === '$gt' || operator === '$gte';
  const { from, to } = TYPE_RANGES[type];
  const side = and([
    oneSide(column, bounds.filter(isLower), 'greatest', from.join(' ')),
    oneSide(
      column,
      bounds.filter((bound) => !isLower(bound)),
      'least',
      to.join(' '),
    ),
  ]);
  return { ...side, sql: `(${side.sql})` };
}

function oneSide(column: string, bounds: readonly Bound[], pick: 'least' | 'greatest', typeEnd: string): Fragment {
  const [first] = bounds;
  if (first === undefined) return fragment(`${column} ${typeEnd}`);
  if (bounds.length === 1) return fragment(`${column} ${SIGNS[first.operator]} ?`, [first.slot]);
  const tightest = fragment(`${column} ${pick === 'greatest' ? '>=' : '<='} ?`, [
    { pick, slots: bounds.map(({ slot }) => slot) },
  ]);
  // Some may exclude their own value: said again, out of the index's reach.
  const filters = bounds.map(({ operator, slot }) => fragment(`${withoutIndex(column)} ${SIGNS[operator]} ?`, [slot]));
  return and([tightest, ...filters]);
}

function withoutIndex(column: string): string {
  return column.startsWith('+') ? column : `+${column}`;
}

function columnComparison(column: string, operator: ComparisonOperator, operand: OperandKind, slot: number): Fragment {
  switch (operand) {
    case 'text':
    case 'wideText':
    case 'number':
    case 'bigNumber': {
      if (operator === '$eq') return fragment(`${column} = ?`, [slot]);
      if (operator === '$ne') return fragment(`${column} IS NOT ?`, [slot]);
      return columnRange(column, operand === 'number' || operand === 'bigNumber' ? 'number' : 'text', [
        { operator, slot },
      ]);
    }
    case 'true':
    case 'false':
      return columnBoolean(column, operator, operand === 'true');
    case 'null':
    case 'missing':
      return columnNothing(column, operator, operand);
    default:
      return operand satisfies never;
  }
}

function columnBoolean(column: string, operator: ComparisonOperator, value: boolean): Fragment {
  const same = fragment(`${column} = ${value ? SQL_TRUE : SQL_FALSE}`);
  const other = fragment(`${column} = ${value ? SQL_FALSE : SQL_TRUE}`);
  switch (operator) {
    case '$eq':
      return same;
    case '$ne':
      return fragment(`${column} IS NOT ${value ? SQL_TRUE : SQL_FALSE}`);
    case '$gt':
      return value ? NEVER : other;
    case '$lt':
      return value ? other : NEVER;
    case '$gte':
      return value ? same : or([same, other]);
    case '$lte':
      return value ? or([same, other]) : same;
    default:
      return operator satisfies never;
  }
}

/** Null and missing are equal to each other, and otherwise only comparable to their own kind. */
function columnNothing(column: string, operator: ComparisonOperator, operand: 'null' | 'missing'): Fragment {
  switch (operator) {
    case '$eq':
      return fragment(`(${column} IS NULL OR ${column} = ${SQL_NULL_VALUE})`);
    case '$ne':
      return fragment(`${column} > ${SQL_NULL_VALUE}`);
    case '$gt':
    case '$lt':
      return NEVER;
    case '$gte':
    case '$lte':
      return fragment(operand === 'null' ? `${column} = ${SQL_NULL_VALUE}` : `${column} IS NULL`);
    default:
      return operator satisfies never;
  }
}

function columnAmong(column: string, operands: readonly Operand[]): Fragment {
  const listed = operands.filter(({ slot }) => slot >= 0);
  const others = operands.filter(({ slot }) => slot < 0);
  const list = fragment(
    `${column} IN (${listed.map(() => '?').join(', ')})`,
    listed.map(({ slot }) => slot),
  );
  const parts = others.map(({ kind }) => columnComparison(column, '$eq', kind, -1));
  const all = listed.length > 0 ? [list, ...parts] : parts;
  return all.length === 1 && all[0] !== undefined ? all[0] : or(all);
}

/** mingo's names of types, https://www.mongodb.com/docs/manual/reference/operator/query/type/ */
function columnType(column: string, name: string): Fragment {
  switch (name) {
    case 'string':
    case '2':
      return between(column, '>=', SQL_FIRST_TEXT, '<', SQL_FIRST_BLOB);
    case 'number':
    case 'double':
    case 'decimal':
    case '1':
    case '19':
      return between(column, '>', SQL_NULL_VALUE, '<', SQL_FIRST_TEXT);
    case 'boolean':
    case 'bool':
    case '8':
      return between(column, '>=', SQL_FALSE, '<=', SQL_TRUE);
    case 'null':
    case '10':
      return fragment(`${column} = ${SQL_NULL_VALUE}`);
    case 'undefined':
    case '6':
      return fragment(`(${column} IS NULL OR ${column} = ${SQL_NULL_VALUE})`);
    default:
      return UNKNOWN;
  }
}

function between(column: string, above: string, from: string, below: string, to: string): Fragment {
  return fragment(`(${column} ${above} ${from} AND ${column} ${below} ${to})`);
}
