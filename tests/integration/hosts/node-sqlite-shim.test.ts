import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync as RealDatabase } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DatabaseSync as ShimDatabase } from '../../e2e/electron/node-sqlite-shim.ts';

/** What both are used through. */
type Connection = Pick<RealDatabase, 'exec' | 'prepare' | 'close' | 'isTransaction'>;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aliquot-shim-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Does the same with the real node:sqlite and with the shim, and gives both answers. */
function both(use: (connection: Connection) => unknown): [real: unknown, shim: unknown] {
  const answer = (connection: Connection): unknown => {
    connection.exec('CREATE TABLE t (id TEXT PRIMARY KEY, n INTEGER, r REAL, b BLOB)');
    try {
      return use(connection);
    } catch (error) {
      const { message, code, errcode } = error as { message: string; code: string; errcode: number };
      // Which kind of constraint (the upper bits) the shim cannot always tell.
      return { message, code, errcode: errcode & 0xff };
    } finally {
      connection.close();
    }
  };
  const shim = new ShimDatabase(join(folder, 'shim.sqlite')) as unknown as Connection;
  return [answer(new RealDatabase(join(folder, 'real.sqlite'))), answer(shim)];
}

const insert = (connection: Connection): unknown =>
  connection
    .prepare('INSERT INTO t VALUES (?, ?, ?, ?), (?, ?, ?, ?)')
    .run('a', 1, 1.5, new Uint8Array([0, 255]), 'b', null, 2, null);

describe('the stand-in for node:sqlite answers as the real one', () => {
  test.each<[string, (connection: Connection) => unknown]>([
    ['run', insert],
    ['all', (db) => [insert(db), db.prepare('SELECT * FROM t ORDER BY id').all()]],
    ['get', (db) => [insert(db), db.prepare('SELECT n, b FROM t WHERE id = ?').get('a')]],
    ['get nothing', (db) => db.prepare('SELECT * FROM t').get()],
    ['iterate', (db) => [insert(db), [...db.prepare('SELECT id FROM t ORDER BY id').iterate()]]],
    ['rows without a prototype', (db) => Object.getPrototypeOf(db.prepare('SELECT 1 AS one').get())],
    ['named parameters', (db) => db.prepare('SELECT :a AS a, $b AS b').get({ a: 1, $b: 'x' })],
    ['large integers', (db) => db.prepare('SELECT 9007199254740993 AS n').get()],
    ['bigints in', (db) => db.prepare('SELECT CAST(? AS TEXT) AS n').get(9007199254740993n)],
    [
      'bigints out',
      (db) => {
        const statement = db.prepare('SELECT 5 AS n');
        statement.setReadBigInts(true);
        return statement.get();
      },
    ],
    ['a repeated key', (db) => [insert(db), insert(db)]],
    ['wrong SQL', (db) => db.prepare('SELEC 1')],
    ['a missing table', (db) => db.exec('INSERT INTO nowhere VALUES (1)')],
    ['undefined as a value', (db) => db.prepare('SELECT ?').get(undefined as never)],
    ['too few values', (db) => db.prepare('SELECT ? AS a, ? AS b').get(1)],
    [
      'transactions',
      (db) => {
        db.exec('BEGIN IMMEDIATE');
        const inside = db.isTransaction;
        insert(db);
        db.exec('ROLLBACK');
        return [inside, db.isTransaction, db.prepare('SELECT count(*) AS n FROM t').get()];
      },
    ],
    [
      'a statement after its error',
      (db) => {
        const statement = db.prepare('INSERT INTO t (id) VALUES (?)');
        statement.run('a');
        expect(() => statement.run('a')).toThrow('UNIQUE');
        return [statement.run('b'), db.prepare('SELECT id FROM t ORDER BY id').all()];
      },
    ],
    [
      'a read left half way, and a write after it',
      (db) => {
        insert(db);
        for (const _row of db.prepare('SELECT * FROM t').iterate()) break;
        db.prepare('SELECT * FROM t').get();
        return db.prepare("UPDATE t SET n = 9 WHERE id = 'a'").run();
      },
    ],
    ['JSON', (db) => db.prepare("SELECT json_extract('{\"a\":[1,2]}', '$.a[1]') AS x").get()],
  ])('%s', (_name, use) => {
    const [real, shim] = both(use);
    expect(shim).toEqual(real);
  });
});

test('a file that does not exist cannot be opened for reading', () => {
  expect(() => new ShimDatabase(join(folder, 'none.sqlite'), { readOnly: true })).toThrow();
});

test('what is written is there after close and open', () => {
  const file = join(folder, 'kept.sqlite');
  const first = new ShimDatabase(file);
  first.exec("CREATE TABLE t (x); INSERT INTO t VALUES ('kept')");
  first.close();
  const second = new ShimDatabase(file, { readOnly: true });
  expect(second.prepare('SELECT x FROM t').get()).toEqual({ x: 'kept' });
  expect(() => second.exec("INSERT INTO t VALUES ('x')")).toThrow(expect.objectContaining({ errcode: 8 }));
  second.close();
});

test('a lock left by a killed process is cleared, one that is held is not', () => {
  const file = join(folder, 'locked.sqlite');
  mkdirSync(`${file}.lock`);
  const owner = new ShimDatabase(file);
  owner.exec('CREATE TABLE t (x)');
  owner.exec('BEGIN EXCLUSIVE');
  expect(existsSync(`${file}.lock`)).toBe(true);
  const other = new ShimDatabase(file, { timeout: 20 });
  expect(() => other.exec('BEGIN EXCLUSIVE')).toThrow(expect.objectContaining({ errcode: 5 }));
  owner.exec('COMMIT');
  other.exec('BEGIN EXCLUSIVE; COMMIT');
  other.close();
  owner.close();
});

test('two threads take turns on one file', async () => {
  const file = join(folder, 'shared.sqlite');
  const database = new ShimDatabase(file, { timeout: 5_000 });
  database.exec('CREATE TABLE t (x INTEGER)');
  const shim = new URL('../../e2e/electron/node-sqlite-shim.ts', import.meta.url).href;
  const worker = new Worker(
    `import { parentPort } from 'node:worker_threads';
     import { DatabaseSync } from ${JSON.stringify(shim)};
     const database = new DatabaseSync(${JSON.stringify(file)}, { timeout: 5000 });
     for (let i = 0; i < 50; i++) database.prepare('INSERT INTO t VALUES (?)').run(i);
     database.close();
     parentPort.postMessage('done');`,
    { eval: true, execArgv: ['--input-type=module'] },
  );
  const done = new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  for (let i = 0; i < 50; i++) database.prepare('INSERT INTO t VALUES (?)').run(i);
  expect(await done).toBe('done');
  expect(database.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 100 });
  database.close();
});
