import { type FilledMangoQuery, getQueryMatcher, getSortComparator } from 'rxdb';
import { bindParameters, type CompiledQuery, compileQuery, type SortParts } from './compiler.ts';
import type { DocumentCache } from './document-cache.ts';
import { parseDocument } from './reads.ts';
import { parseSelector } from './selector.ts';
import type { Statements } from './statements.ts';
import type { DocumentTable, StoredDocument } from './tables.ts';

export type StoredQuery = FilledMangoQuery<Record<string, unknown>>;

/** Compiled queries a table keeps; a program has far fewer shapes of query. */
const CACHE_SIZE = 500;

/** A query without a limit, or with a high one, would push everything else out of the cache. */
const MOST_CACHED = 500;

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
    const documents = statements.all(from, parameters).map(parseDocument);
    const matching = compiled.exact ? documents : documents.filter(getQueryMatcher(table.schema, query));
    return sortDocuments(table, query, matching).slice(skip, skip + limit);
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

/**
 * The same through the cache: where SQL alone answers, an index alone does, and documents known are neither read nor parsed. The
 * documents are frozen. Not for reads inside a transaction, whose numbers may yet be taken back. `commits` counts the
 * commits of the file, so that an answer is used again until the next; undefined where others write it.
 */
export function findCachedMatches(
  statements: Statements,
  table: DocumentTable,
  query: StoredQuery,
  cache: DocumentCache,
  commits: number | undefined,
): StoredDocument[] {
  const { compiled, parameters, skip, limit } = planQuery(table, query);
  if (!compiled.exact || compiled.orderBy === undefined || limit > MOST_CACHED)
    return findMatches(statements, table, query);
  parameters.push(limit, skip);
  const find = () => findSequences(statements, table, compiled, parameters);
  // JSON tells texts and finite numbers apart, and nothing else that a parameter may be.
  const plain = parameters.every((value) => typeof value === 'string' || Number.isFinite(value));
  const sequences =
    plain && commits !== undefined ? cache.answer(commits, compiled, JSON.stringify(parameters), find) : find();
  return cache.find(statements, table, sequences);
}

function findSequences(
  statements: Statements,
  table: DocumentTable,
  { where, orderBy }: CompiledQuery,
  parameters: Plan['parameters'],
): number[] {
  const order = orderBy ? `ORDER BY ${orderBy}` : '';
  const found = `SELECT seq FROM ${table.name} WHERE ${where} ${order} LIMIT ? OFFSET ?`;
  // One row with all numbers costs a fraction of a row each.
  const row = statements.get(`SELECT json_group_array(seq) AS sequences FROM (${found})`, parameters);
  return JSON.parse(row?.sequences as string) as number[];
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

/**
 * Sorts by RxDB's comparator. It takes some different values (arrays) for equal and leaves out the rest of the order then, so documents are
 * brought in the order of their ids first: the same query has the same answer whatever way SQLite found it.
 */
function sortDocuments(table: DocumentTable, query: StoredQuery, documents: StoredDocument[]): StoredDocument[] {
  const compare = getSortComparator(table.schema, query);
  const id = (document: StoredDocument) => document[table.primaryPath] as string;
  documents.sort((a, b) => (id(a) < id(b) ? -1 : 1));
  return documents.sort((a, b) => compare(a, b) ?? 0);
}
