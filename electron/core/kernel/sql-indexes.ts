import { createHash } from 'node:crypto';
import type { AnyCollectionDefinition } from './documents.ts';
import type { EngineLogger, SqliteEngine } from './storage/index.ts';

/*
 * Indexes that RxDB's schema has no words for: of expressions, or of some documents only. They stand beside those of the
 * schema on the same tables, and are brought in step when the database is opened.
 */

/** An index in SQL. */
export interface SqlIndex {
  /** Columns and expressions over columns, in order; a column is there for each path that the collection's `indexes` name. */
  readonly of: string;
  /** Which living documents it holds; all when absent. */
  readonly where?: string;
}

/** Begins the names of these indexes, so that the engine leaves them alone. */
const prefix = 'sx_';

/** Makes the indexes that are missing and drops those that no collection declares any more. */
export function ensureSqlIndexes(
  engine: SqliteEngine,
  definitions: readonly AnyCollectionDefinition[],
  log: EngineLogger & { info(object: object, message: string): void },
): void {
  const stored = new Set(
    engine
      .all(`SELECT name FROM sqlite_schema WHERE type = 'index' AND name GLOB '${prefix}*'`)
      .map(({ name }) => String(name)),
  );
  const missing = definitions.flatMap(({ name, sqlIndexes = [] }) =>
    sqlIndexes.map((index) => createIndex(engine.tableOf(name), index)).filter(({ name }) => !stored.delete(name)),
  );
  if (missing.length + stored.size === 0) return;
  const began = performance.now();
  engine.commit((transaction) => {
    for (const name of stored) transaction.run(`DROP INDEX ${name}`);
    for (const { sql } of missing) transaction.run(sql);
  });
  const milliseconds = Math.round(performance.now() - began);
  log.info({ made: missing.length, dropped: stored.size, milliseconds }, 'indexes in SQL brought in step');
}

function createIndex(table: string, { of, where }: SqlIndex): { name: string; sql: string } {
  const definition = `ON ${table} (${of}) WHERE deleted = 0${where === undefined ? '' : ` AND ${where}`}`;
  const name = `${prefix}${table}_${createHash('sha256').update(definition).digest('hex').slice(0, 10)}`;
  return { name, sql: `CREATE INDEX ${name} ${definition}` };
}
