import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { threadId } from 'node:worker_threads';
import type { Database as WasmDatabase, Statement as WasmStatement } from 'node-sqlite3-wasm';

/*
 * The parts of node:sqlite that the product uses, over SQLite compiled to WebAssembly, so that the core runs in the
 * older Electron of the end-to-end tests (Node 18.15). For tests only. What differs from the real one:
 *   - no WAL: `PRAGMA journal_mode=WAL` is answered with another mode; readers and the writer take turns, waiting up to
 *     the `timeout` of the connection;
 *   - a write cut short by a crash is not rolled back at the next open;
 *   - a repeated primary key has the result code of any unique index (2067, not 1555);
 *   - text ends at a NUL character; with setReadBigInts a REAL that is whole comes back as a bigint too.
 */

const { Database } = createRequire(import.meta.url)('node-sqlite3-wasm') as typeof import('node-sqlite3-wasm');

type Value = null | number | bigint | string | Uint8Array;
type Input = Value | boolean | ArrayBufferView | undefined;
type Row = Record<string, Value>;
type Parameters = (Input | Record<string, Input>)[];

interface Options {
  readonly open?: boolean;
  readonly readOnly?: boolean;
  readonly timeout?: number;
  readonly readBigInts?: boolean;
  readonly returnArrays?: boolean;
  readonly enableForeignKeyConstraints?: boolean;
}

/** An error as node:sqlite throws it: SQLite's own result code is in `errcode`. */
class SqliteError extends Error {
  readonly code = 'ERR_SQLITE_ERROR';
  readonly errcode: number;
  readonly errstr: string;

  constructor(message: string) {
    super(message);
    this.errcode = RESULT_CODES.find(([part]) => message.includes(part))?.[1] ?? 1;
    this.errstr = message;
  }
}

/** The WebAssembly build gives messages only. */
const RESULT_CODES: readonly (readonly [string, number])[] = [
  ['UNIQUE constraint failed', 2067],
  ['NOT NULL constraint failed', 1299],
  ['FOREIGN KEY constraint failed', 787],
  ['CHECK constraint failed', 275],
  ['constraint failed', 19],
  ['locked', 5],
  ['readonly', 8],
  ['disk I/O error', 10],
  ['malformed', 11],
  ['is full', 13],
  ['unable to open', 14],
  ['Could not open', 14],
  ['not a database', 26],
];

const BUSY = 5;
const PAUSE = new Int32Array(new SharedArrayBuffer(4));

/** Tries again while another connection holds the file, for at most `timeout` ms. */
function patiently<T>(timeout: number, body: () => T): T {
  const until = performance.now() + timeout;
  for (;;) {
    try {
      return body();
    } catch (error) {
      const known = new SqliteError(error instanceof Error ? error.message : String(error));
      if (known.errcode !== BUSY || performance.now() >= until) throw known;
      Atomics.wait(PAUSE, 0, 0, 2);
    }
  }
}

/** A synchronous connection, as node:sqlite's. */
export class DatabaseSync {
  private readonly file: string;
  private readonly options: Options;
  private connection: WasmDatabase | undefined;
  private readonly statements = new Set<WasmStatement>();
  private readonly forgotten = new FinalizationRegistry<WasmStatement>((statement) => this.finalize(statement));
  private release: () => void = () => {};

  constructor(file: string | URL | Buffer, options: Options = {}) {
    this.file = String(file);
    this.options = options;
    if (options.open !== false) this.open();
  }

  open(): void {
    const { readOnly = false, enableForeignKeyConstraints = true } = this.options;
    if (this.file !== ':memory:') this.release = claim(resolve(this.file));
    try {
      const connection = new Database(this.file, { readOnly, fileMustExist: readOnly });
      this.connection = connection;
      if (!enableForeignKeyConstraints) connection.exec('PRAGMA foreign_keys=OFF');
    } catch (error) {
      this.release();
      throw new SqliteError(error instanceof Error ? error.message : String(error));
    }
  }

  get isOpen(): boolean {
    return this.connection !== undefined;
  }

  get isTransaction(): boolean {
    return this.wasm().inTransaction;
  }

  location(): string | null {
    return this.file === ':memory:' ? null : resolve(this.file);
  }

  exec(sql: string): void {
    patiently(this.options.timeout ?? 0, () => this.wasm().exec(sql));
  }

  prepare(sql: string): StatementSync {
    const raw = patiently(this.options.timeout ?? 0, () => this.wasm().prepare(sql));
    const statement = new StatementSync(raw, sql, this.options);
    this.statements.add(raw);
    this.forgotten.register(statement, raw);
    return statement;
  }

  function(name: string, options: unknown, body?: (...args: Value[]) => Value | boolean): void {
    const implementation = (typeof options === 'function' ? options : body) as (...args: Value[]) => Value | boolean;
    this.wasm().function(name, implementation, { deterministic: true });
  }

  close(): void {
    const connection = this.wasm();
    for (const statement of this.statements) statement.finalize();
    this.statements.clear();
    connection.close();
    this.connection = undefined;
    this.release();
  }

  [Symbol.dispose](): void {
    if (this.isOpen) this.close();
  }

  private finalize(statement: WasmStatement): void {
    if (this.statements.delete(statement)) statement.finalize();
  }

  private wasm(): WasmDatabase {
    if (!this.connection) throw Object.assign(new Error('database is not open'), { code: 'ERR_INVALID_STATE' });
    return this.connection;
  }
}

/** A prepared statement, as node:sqlite's. */
export class StatementSync {
  private readonly statement: WasmStatement;
  readonly sourceSQL: string;
  private readonly timeout: number;
  private bigInts: boolean;
  private arrays: boolean;

  constructor(statement: WasmStatement, sql: string, options: Options) {
    this.statement = statement;
    this.sourceSQL = sql;
    this.timeout = options.timeout ?? 0;
    this.bigInts = options.readBigInts ?? false;
    this.arrays = options.returnArrays ?? false;
  }

  run(...parameters: Parameters): { changes: number | bigint; lastInsertRowid: number | bigint } {
    const bound = this.bind(parameters);
    const { changes, lastInsertRowid } = this.attempt(() => this.statement.run(bound));
    this.reset();
    return this.bigInts
      ? { changes: BigInt(changes), lastInsertRowid: BigInt(lastInsertRowid) }
      : { changes, lastInsertRowid };
  }

  get(...parameters: Parameters): Row | Value[] | undefined {
    const bound = this.bind(parameters);
    const row = this.attempt(() => this.statement.get(bound));
    this.reset();
    return row === null ? undefined : this.shape(row as Row);
  }

  all(...parameters: Parameters): (Row | Value[])[] {
    const bound = this.bind(parameters);
    const rows = this.attempt(() => this.statement.all(bound) as Row[]);
    this.reset();
    return rows.map((row) => this.shape(row));
  }

  *iterate(...parameters: Parameters): IterableIterator<Row | Value[]> {
    const rows = this.statement.iterate(this.bind(parameters)) as Iterator<Row>;
    try {
      for (let next = this.attempt(() => rows.next()); !next.done; next = this.attempt(() => rows.next())) {
        yield this.shape(next.value);
      }
    } finally {
      this.reset();
    }
  }

  setReadBigInts(enabled: boolean): void {
    this.bigInts = enabled;
  }

  setReturnArrays(enabled: boolean): void {
    this.arrays = enabled;
  }

  setAllowBareNamedParameters(_enabled: boolean): void {}

  /** After a failed step the statement must be reset before it is bound again. */
  private attempt<T>(body: () => T): T {
    return patiently(this.timeout, () => {
      try {
        return body();
      } catch (error) {
        this.reset();
        throw error;
      }
    });
  }

  /** Ends the read, and with it the lock on the file; the library does so only when the statement is used again. */
  private reset(): void {
    (this.statement as unknown as { _reset(): boolean })._reset();
  }

  private shape(row: Row): Row | Value[] {
    const shaped: Row = Object.create(null);
    for (const [name, value] of Object.entries(row)) {
      if (typeof value === 'bigint' && !this.bigInts) {
        throw Object.assign(new RangeError(`Value is too large to be represented as a JavaScript number: ${value}`), {
          code: 'ERR_OUT_OF_RANGE',
        });
      }
      shaped[name] = this.bigInts && Number.isInteger(value) ? BigInt(value as number) : value;
    }
    return this.arrays ? Object.values(shaped) : shaped;
  }

  private bind(parameters: Parameters): Value[] | Record<string, Value> | undefined {
    const [first, ...rest] = parameters;
    if (first === undefined || first === null || typeof first !== 'object' || ArrayBuffer.isView(first)) {
      return parameters.length === 0 ? undefined : parameters.map((value, index) => toValue(value, String(index + 1)));
    }
    const named: Record<string, Value> = {};
    for (const [name, value] of Object.entries(first)) named[this.parameterName(name)] = toValue(value, name);
    if (rest.length > 0) throw new TypeError('Named and positional parameters together are not supported here');
    return named;
  }

  /** node:sqlite takes `name` for `:name`, `@name` and `$name`. */
  private parameterName(name: string): string {
    if (/^[:@$]/.test(name)) return name;
    return [':', '@', '$'].map((prefix) => prefix + name).find((full) => this.sourceSQL.includes(full)) ?? `:${name}`;
  }
}

function toValue(value: unknown, name: string): Value {
  if (value === null || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string')
    return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw Object.assign(new TypeError(`Provided value cannot be bound to SQLite parameter ${name}.`), {
    code: 'ERR_INVALID_ARG_TYPE',
  });
}

let claims = 0;

/**
 * Notes that this process has a file open, and clears the lock that a killed process left: the WebAssembly build locks
 * with a folder `<file>.lock`, which outlives its maker.
 */
function claim(file: string): () => void {
  const folder = join(tmpdir(), 'node-sqlite-shim', createHash('sha256').update(file).digest('hex').slice(0, 24));
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder);
  const alive = names.filter((name) => isAlive(Number(name.split('-')[0])));
  for (const name of names) if (!alive.includes(name)) rmSync(join(folder, name), { force: true });
  if (alive.length === 0) removeLock(file);
  const mine = join(folder, `${process.pid}-${threadId}-${claims++}`);
  writeFileSync(mine, '');
  return () => rmSync(mine, { force: true });
}

function removeLock(file: string): void {
  try {
    rmdirSync(`${file}.lock`);
  } catch {
    // There was none, which is the usual case.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
