import type { SQLInputValue } from 'node:sqlite';
import { jsonTest } from './json-predicates.ts';
import {
  and,
  type Bound,
  columnRange,
  columnTest,
  deletedTest,
  type Fragment,
  fragment,
  not,
  or,
  type Parameter,
  UNKNOWN,
} from './predicates.ts';
import type { OperandKind, Test } from './selector.ts';
import type { DocumentTable } from './tables.ts';

/** The order of a Mango query: paths and directions. */
export type SortParts = readonly (readonly [path: string, direction: 'asc' | 'desc'])[];

/** A query of one shape in SQL. */
export interface CompiledQuery {
  /** The condition; holds for at least the matching rows, and for no others when `exact`. */
  readonly where: string;
  readonly parameters: readonly Parameter[];
  readonly exact: boolean;
  /** ORDER BY terms, or undefined when SQL cannot give the order. Empty when one row at most can come. */
  readonly orderBy: string | undefined;
}

export function compileQuery(table: DocumentTable, test: Test, sort: SortParts): CompiledQuery {
  const condition = compileTest(table, test, false);
  return {
    where: condition.sql,
    parameters: condition.parameters,
    exact: condition.exact,
    orderBy: compileSort(table, sort, pinnedPaths(test)),
  };
}

/** Parameter values for the operands of one query of a compiled shape. */
export function bindParameters(
  parameters: readonly Parameter[],
  values: readonly (string | number)[],
): SQLInputValue[] {
  return parameters.map((parameter) => {
    if (typeof parameter === 'number') return values[parameter] ?? null;
    const candidates = parameter.slots.map((slot) => values[slot] ?? 0);
    const least = parameter.pick === 'least';
    return candidates.reduce((best, value) => (value < best === least ? value : best));
  });
}

/** `scanned`: columns are written so that SQLite does not look them up in an index of their own. */
function compileTest(table: DocumentTable, test: Test, scanned: boolean): Fragment {
  switch (test.kind) {
    case 'all':
      return compileAll(table, test.parts, scanned);
    case 'any': {
      const bounds = commonBounds(table, test.parts);
      const any = or(test.parts.map((part) => compileTest(table, part, scanned || bounds.length > 0)));
      return bounds.length > 0 ? and([...bounds, any]) : any;
    }
    case 'not':
      return not(compileTest(table, test.part, scanned));
    case 'opaque':
      return UNKNOWN;
    default: {
      if (test.path === '_deleted') return deletedTest(test);
      if (table.irregular.has(test.path)) return UNKNOWN;
      const column = table.columnByPath.get(test.path);
      return column === undefined ? jsonTest(test.path, test) : columnTest(scanned ? `+${column}` : column, test);
    }
  }
}

type Comparison = Extract<Test, { kind: 'compare' }>;

/** Bounds that must all hold on one column, for values of one type. */
interface Range {
  readonly column: string;
  readonly type: 'text' | 'number';
  readonly bounds: Bound[];
}

/** Tests that must all hold; bounds of one column become one range. */
function compileAll(table: DocumentTable, parts: readonly Test[], scanned: boolean): Fragment {
  const ranges = new Map<string, Range>();
  const others = parts.flatMap(partsOf).filter((part) => !addBound(ranges, table, part));
  return and([
    ...others.map((part) => compileTest(table, part, scanned)),
    ...[...ranges.values()].map(({ column, type, bounds }) =>
      columnRange(scanned ? `+${column}` : column, type, bounds),
    ),
  ]);
}

/** Adds a test to the range of its column, if it is a bound of one. */
function addBound(ranges: Map<string, Range>, table: DocumentTable, test: Test): boolean {
  if (test.kind !== 'compare' || test.path === '_deleted' || table.irregular.has(test.path)) return false;
  const { operator, slot } = test;
  const type = classOf(test.operand);
  const column = table.columnByPath.get(test.path);
  if (type === undefined || column === undefined || operator === '$eq' || operator === '$ne') return false;
  const key = `${type} ${column}`;
  const range = ranges.get(key) ?? { column, type, bounds: [] };
  ranges.set(key, range);
  range.bounds.push({ operator, slot });
  return true;
}

function partsOf(test: Test): readonly Test[] {
  return test.kind === 'all' ? test.parts.flatMap(partsOf) : [test];
}

/**
 * The range that all alternatives of an `$or` have in common on a column. "After this row" of a list sorted by several columns is
 * an `$or` (later date, or same date and greater id): with the common range SQLite enters the index at that row and reads on in
 * order, without it, it would collect and sort all rows of every alternative.
 */
function commonBounds(table: DocumentTable, parts: readonly Test[]): Fragment[] {
  const branches = parts.map(comparisonsOf);
  const paths = new Set(branches[0]?.map(({ path }) => path));
  return [...paths].flatMap((path) => {
    const column = table.columnByPath.get(path);
    if (column === undefined || table.irregular.has(path)) return [];
    const onPath = branches.map((branch) => branch.filter((comparison) => comparison.path === path));
    if (!onPath.flat().some(({ operator }) => operator !== '$eq')) return [];
    return [commonBound(column, onPath, 'least'), commonBound(column, onPath, 'greatest')].flatMap(
      (bound) => bound ?? [],
    );
  });
}

function commonBound(
  column: string,
  branches: readonly (readonly Comparison[])[],
  pick: 'least' | 'greatest',
): Fragment | undefined {
  const operators = pick === 'least' ? ['$eq', '$gt', '$gte'] : ['$eq', '$lt', '$lte'];
  const bounding = branches.map((branch) => branch.find(({ operator }) => operators.includes(operator)));
  const kind = bounding[0] === undefined ? undefined : classOf(bounding[0].operand);
  if (kind === undefined || !bounding.every((comparison) => comparison && classOf(comparison.operand) === kind))
    return undefined;
  const slots = bounding.flatMap((comparison) => (comparison === undefined ? [] : [comparison.slot]));
  return fragment(`${column} ${pick === 'least' ? '>=' : '<='} ?`, [{ pick, slots }]);
}

function classOf(operand: OperandKind): 'text' | 'number' | undefined {
  if (operand === 'text' || operand === 'wideText') return 'text';
  return operand === 'number' || operand === 'bigNumber' ? 'number' : undefined;
}

/** The comparisons that must all hold for a test to hold. */
function comparisonsOf(test: Test): Comparison[] {
  if (test.kind === 'compare') return [test];
  return test.kind === 'all' ? test.parts.flatMap(comparisonsOf) : [];
}

/** Paths that have the same value in every match; they need no place in the order. */
function pinnedPaths(test: Test): Set<string> {
  const equal = comparisonsOf(test).filter(({ operator, operand }) => operator === '$eq' && isOneValue(operand));
  return new Set(equal.map(({ path }) => path));
}

/** Null also equals missing, which sorts apart from it. */
function isOneValue(operand: OperandKind): boolean {
  return operand !== 'null' && operand !== 'missing';
}

function compileSort(table: DocumentTable, sort: SortParts, pinned: ReadonlySet<string>): string | undefined {
  const terms: string[] = [];
  for (const [path, direction] of sort) {
    if (table.irregular.has(path)) return undefined;
    const column = path === '_deleted' ? 'deleted' : table.columnByPath.get(path);
    if (column === undefined) return undefined;
    if (!pinned.has(path)) terms.push(direction === 'desc' ? `${column} DESC` : column);
    // Nothing is equal in the primary key; what stands behind it orders nothing.
    if (path === table.primaryPath) break;
  }
  return terms.join(', ');
}
