import { type FilledMangoQuery, getQueryMatcher, getSortComparator } from 'rxdb';
import { bindParameters, type CompiledQuery, compileQuery, type SortParts } from './compiler.ts';
import { parseDocument } from './reads.ts';
import { parseSelector } from './selector.ts';
import type { Statements } from './statements.ts';
import type { DocumentTable, StoredDocument } from './tables.ts';

export type StoredQuery = FilledMangoQuery<Record<string, unknown>>;

/** Compiled queries a table keeps; a program has far fewer shapes of query. */
const CACHE_SIZE = 500;

const compiledByTable = new WeakMap<DocumentTable, Map<string, CompiledQuery>>();

interface Plan {
  readonly compiled: CompiledQuery;
  readonly parameters: ReturnType<typeof bindParameters>;
  readonly skip: number;
  /** Infinity when the query has none. */
  readonly limit: number;
}

/** Matching documents in the query's order. Reads no more rows than the condition and an index-given order leave. */
export function findMatches(statements: Statements, table: DocumentTable, query: StoredQuery): StoredDocument[] {
  const { compiled, parameters, skip, limit } = planQuery(table, query);
  const from = `SELECT data FROM ${table.name} WHERE ${compiled.where}`;
  if (compiled.orderBy === undefined) {
    const rows = statements.all(from, parameters);
    const documents = filter(table, query, compiled, rows.map(parseDocument));
    return documents.sort(comparator(table, query)).slice(skip, skip + limit);
  }
  const ordered = compiled.orderBy === '' ? from : `${from} ORDER BY ${compiled.orderBy}`;
  if (compiled.exact) {
    parameters.push(Number.isFinite(limit) ? limit : -1, skip);
    return statements.all(`${ordered} LIMIT ? OFFSET ?`, parameters).map(parseDocument);
  }
  const matches = getQueryMatcher(table.schema, query);
  const documents: StoredDocument[] = [];
  let skipped = 0;
  if (limit === 0) return documents;
  for (const row of statements.iterate(ordered, parameters)) {
    const document = parseDocument(row);
    if (!matches(document)) continue;
    if (skipped < skip) skipped++;
    else if (documents.push(document) >= limit) break;
  }
  return documents;
}

/** How many documents `findMatches` would answer. */
export function countMatches(statements: Statements, table: DocumentTable, query: StoredQuery): number {
  const { compiled, parameters, skip, limit } = planQuery(table, query);
  const from = `FROM ${table.name} WHERE ${compiled.where}`;
  let count = 0;
  if (compiled.exact) {
    count = statements.get(`SELECT count(*) AS n ${from}`, parameters)?.n as number;
  } else {
    const matches = getQueryMatcher(table.schema, query);
    for (const row of statements.iterate(`SELECT data ${from}`, parameters)) if (matches(parseDocument(row))) count++;
  }
  return Math.min(Math.max(count - skip, 0), limit);
}

function planQuery(table: DocumentTable, query: StoredQuery): Plan {
  const { test, values, shape } = parseSelector(query.selector);
  const sort = query.sort.flatMap((part) => Object.entries(part)) as unknown as SortParts;
  const key = `${shape}${table.irregular.size}${sort.join('|')}`;
  let cache = compiledByTable.get(table);
  if (cache === undefined) {
    cache = new Map();
    compiledByTable.set(table, cache);
  }
  let compiled = cache.get(key);
  if (compiled === undefined) {
    compiled = compileQuery(table, test, sort);
    if (cache.size >= CACHE_SIZE) cache.clear();
    cache.set(key, compiled);
  }
  return {
    compiled,
    parameters: bindParameters(compiled.parameters, values),
    skip: query.skip ?? 0,
    limit: typeof query.limit === 'number' ? query.limit : Number.POSITIVE_INFINITY,
  };
}

function filter(
  table: DocumentTable,
  query: StoredQuery,
  compiled: CompiledQuery,
  documents: StoredDocument[],
): StoredDocument[] {
  return compiled.exact ? documents : documents.filter(getQueryMatcher(table.schema, query));
}

function comparator(table: DocumentTable, query: StoredQuery): (a: StoredDocument, b: StoredDocument) => number {
  const compare = getSortComparator(table.schema, query);
  // RxDB's comparator answers undefined for equals.
  return (a, b) => compare(a, b) ?? 0;
}
