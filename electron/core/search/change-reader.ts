import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { type SearchedCollection, searchedCollections } from './indexes.ts';

const longestNames = 600;

/** A document's latest state. */
export interface ReadChange {
  readonly id: string;
  readonly sequence: number;
  readonly deleted: boolean;
  /** Parsed, not checked: only what the core itself wrote is in the database. */
  readonly document: { readonly labId: string };
}

/**
 * The index's own view of the database: a read-only connection that WAL lets read beside the core's. Sees what was
 * committed when it reads, which may be newer than what was asked for and is never older.
 */
export class ChangeReader {
  private readonly database: DatabaseSync;
  private readonly latest: Readonly<Record<SearchedCollection, StatementSync>>;
  private readonly names: StatementSync;
  private readonly reports: StatementSync;

  /** @param tables the SQL table of each collection, from `SqliteEngine.tableOf` */
  constructor(file: string, tables: Readonly<Record<SearchedCollection, string>>) {
    this.database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
    this.database.exec('PRAGMA query_only=ON; PRAGMA mmap_size=268435456');
    this.latest = Object.fromEntries(
      searchedCollections.map((collection) => [
        collection,
        this.database.prepare(
          `SELECT seq, id, deleted, data FROM ${tables[collection]} WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
        ),
      ]),
    ) as Record<SearchedCollection, StatementSync>;
    this.names = this.database.prepare(
      `SELECT id, concat_ws(' ', data ->> '$.fullName',
         (SELECT group_concat(value ->> '$.fullName', ' ') FROM json_each(data, '$.formerly'))) AS names
       FROM ${tables.patients}
       WHERE deleted = 0 AND id IN (SELECT value FROM json_each(?))`,
    );
    this.reports = this.database.prepare(
      `SELECT seq, id, deleted, data FROM ${tables.reports}
       WHERE deleted = 0 AND "labId" = ? AND "patientId" IN (SELECT value FROM json_each(?))`,
    );
  }

  /** Documents of a collection whose latest write is after `after` and not after `upTo`, in the order of their writes. */
  changes(collection: SearchedCollection, after: number, upTo: number, limit: number): ReadChange[] {
    return this.latest[collection].all(after, upTo, limit).map(changeOf);
  }

  /**
   * Full names of patients by id, with the names of those who were merged into them; deleted and unknown ones are left out. One
   * statement.
   */
  patientNames(ids: Iterable<string>): Map<string, string> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return new Map();
    return new Map(
      this.names.all(JSON.stringify(wanted)).map((row) => [String(row.id), String(row.names).slice(0, longestNames)]),
    );
  }

  /** The reports of some patients of a lab. One statement, read as it goes. */
  *reportsOf(labId: string, patientIds: readonly string[]): Generator<ReadChange> {
    for (const row of this.reports.iterate(labId, JSON.stringify(patientIds))) yield changeOf(row);
  }

  close(): void {
    this.database.close();
  }
}

function changeOf(row: Record<string, SQLOutputValue>): ReadChange {
  const document = JSON.parse(String(row.data));
  return { id: String(row.id), sequence: Number(row.seq), deleted: Boolean(row.deleted), document };
}
