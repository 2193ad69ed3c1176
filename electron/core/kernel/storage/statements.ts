import { AsyncLocalStorage } from 'node:async_hooks';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqlRow, StatementCounter } from './contract.ts';

/** Enough for every statement of the program; `$in` lists and ad hoc queries beyond that push out the oldest. */
const CACHE_SIZE = 1000;

/** The prepared statements of one connection, by SQL text, with the count of what reached SQLite. */
export class Statements {
  readonly database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();
  readonly #counters = new AsyncLocalStorage<StatementCounter>();

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  counted<T>(counter: StatementCounter, body: () => T): T {
    return this.#counters.run(counter, body);
  }

  /** Runs a statement that answers no rows; answers how many it changed. */
  run(sql: string, parameters: readonly SQLInputValue[]): number {
    this.#count(0);
    return Number(this.#statement(sql).run(...parameters).changes);
  }

  all(sql: string, parameters: readonly SQLInputValue[]): SqlRow[] {
    const rows = this.#statement(sql).all(...parameters) as SqlRow[];
    this.#count(rows.length);
    return rows;
  }

  get(sql: string, parameters: readonly SQLInputValue[]): SqlRow | undefined {
    const row = this.#statement(sql).get(...parameters) as SqlRow | undefined;
    this.#count(row === undefined ? 0 : 1);
    return row;
  }

  /** Rows one by one; SQLite reads no further than the consumer does. Not to be nested with itself. */
  *iterate(sql: string, parameters: readonly SQLInputValue[]): Generator<SqlRow, void, undefined> {
    const counter = this.#counters.getStore();
    if (counter) counter.statements++;
    for (const row of this.#statement(sql).iterate(...parameters)) {
      if (counter) counter.rows++;
      yield row as SqlRow;
    }
  }

  /** Statements without parameters or answers, several at a time; not counted and not kept. */
  exec(sql: string): void {
    this.database.exec(sql);
  }

  #statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    if (this.#prepared.size >= CACHE_SIZE) {
      for (const oldest of this.#prepared.keys()) {
        this.#prepared.delete(oldest);
        break;
      }
    }
    this.#prepared.set(sql, statement);
    return statement;
  }

  #count(rows: number): void {
    const counter = this.#counters.getStore();
    if (counter === undefined) return;
    counter.statements++;
    counter.rows += rows;
  }
}
