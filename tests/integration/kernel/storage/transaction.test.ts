import type { RxStorageInstance } from 'rxdb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CommitSummary, EngineTransaction, SqliteEngine } from '../../../../electron/core/kernel/storage/index.ts';
import { createInstance, plainThing, type Thing, testEngine, thingData } from './support.ts';

let engine: SqliteEngine;
let things: RxStorageInstance<Thing, unknown, unknown>;
let others: RxStorageInstance<Thing, unknown, unknown>;
/** What anybody was told, in order. */
let told: string[];

beforeEach(async () => {
  engine = testEngine();
  things = await createInstance(engine.rxStorage, 'lab', 'things');
  others = await createInstance(engine.rxStorage, 'lab', 'others');
  told = [];
  engine.onCommit(({ changes }) => told.push(`commit ${changes.map(({ id }) => id)}`));
  things.changeStream().subscribe(({ events }) => told.push(`things ${events.map(({ documentId }) => documentId)}`));
  others.changeStream().subscribe(({ events }) => told.push(`others ${events.map(({ documentId }) => documentId)}`));
});

function insert(transaction: EngineTransaction, collection: string, id: string): void {
  expect(transaction.bulkWrite(collection, [{ document: thingData(plainThing(id)) }], 'test')).toEqual([]);
}

function ids(collection: string): string[] {
  return engine.changesSince(0, 100, [collection]).map(({ id }) => id);
}

describe('commit', () => {
  it('writes two collections together and tells of them after COMMIT, listeners first, in write order', () => {
    const result = engine.commit((transaction) => {
      insert(transaction, 'others', 'a');
      insert(transaction, 'things', 'b');
      expect(told).toEqual([]);
      expect(engine.inTransaction).toBe(true);
      return 'result';
    });
    expect(result).toBe('result');
    expect(engine.inTransaction).toBe(false);
    expect(told).toEqual(['commit a,b', 'others a', 'things b']);
    expect(engine.changesSince(0, 10, ['things', 'others']).map(({ id, collection }) => [collection, id])).toEqual([
      ['others', 'a'],
      ['things', 'b'],
    ]);
  });

  it('leaves nothing of a body that throws, no number either, and tells nobody', () => {
    engine.commit((transaction) => insert(transaction, 'things', 'before'));
    const sequence = engine.lastSequence();
    told = [];
    const failing = () =>
      engine.commit((transaction) => {
        insert(transaction, 'things', 'a');
        insert(transaction, 'others', 'b');
        throw new Error('after all');
      });
    expect(failing).toThrow('after all');
    expect(told).toEqual([]);
    expect([ids('things'), ids('others')]).toEqual([['before'], []]);
    expect(engine.lastSequence()).toBe(sequence);
    engine.commit((transaction) => insert(transaction, 'things', 'next'));
    expect(engine.lastSequence()).toBe(sequence + 1);
  });

  it('reads inside see what the transaction wrote, by every way of reading', () => {
    engine.ensureTables('CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER)');
    engine.commit((transaction) => {
      insert(transaction, 'things', 'a');
      transaction.run('INSERT INTO counters VALUES (?, ?)', 'n', 5);
      expect(engine.findByIds('things', ['a'])).toHaveLength(1);
      expect(engine.all(`SELECT count(*) AS n FROM ${engine.tableOf('things')}`)).toEqual([{ n: 1 }]);
      expect(transaction.all('SELECT value FROM counters WHERE name = ?', 'n')).toEqual([{ value: 5 }]);
    });
  });

  it('joins a nested call: one COMMIT, told once', () => {
    engine.commit((transaction) => {
      insert(transaction, 'things', 'outer');
      engine.commit((inner) => insert(inner, 'others', 'inner'));
      expect(told).toEqual([]);
    });
    expect(told).toEqual(['commit outer,inner', 'things outer', 'others inner']);
  });

  it('is lost whole when a nested call threw, even when the outer body caught it', () => {
    const swallowing = () =>
      engine.commit((transaction) => {
        insert(transaction, 'things', 'outer');
        try {
          engine.commit((inner) => {
            insert(inner, 'others', 'inner');
            throw new Error('inner failed');
          });
        } catch {
          // What was begun inside cannot be taken back alone.
        }
      });
    expect(swallowing).toThrow('inner failed');
    expect([ids('things'), ids('others')]).toEqual([[], []]);
  });

  it('refuses a body that returns a promise', async () => {
    const asynchronous = () =>
      engine.commit(async (transaction) => {
        insert(transaction, 'things', 'a');
        await Promise.resolve();
        throw new Error('nobody hears this');
      });
    expect(asynchronous).toThrow(TypeError);
    expect(ids('things')).toEqual([]);
  });

  it('refuses the handle of a transaction that is over, also inside the next one', () => {
    let kept: EngineTransaction | undefined;
    engine.commit((transaction) => {
      kept = transaction;
    });
    expect(() => kept?.run('SELECT 1')).toThrow('over');
    engine.commit(() => expect(() => kept?.all('SELECT 1')).toThrow('over'));
  });

  it('hands conflicts to the caller, who decides', () => {
    engine.commit((transaction) => insert(transaction, 'things', 'a'));
    told = [];
    const errors = engine.commit((transaction) =>
      transaction.bulkWrite(
        'things',
        [{ document: thingData(plainThing('a')) }, { document: thingData(plainThing('b')) }],
        'test',
      ),
    );
    expect(errors).toMatchObject([{ status: 409, documentId: 'a', documentInDb: { id: 'a', name: 'name a' } }]);
    expect(told).toEqual(['commit b', 'things b']);
  });

  it('gives no number to a row that is refused: what followers go by is never ahead of the file', () => {
    engine.commit((transaction) => insert(transaction, 'things', 'a'));
    const sequence = engine.lastSequence();
    engine.commit((transaction) => {
      const rows = ['a', 'b'].map((id) => ({ document: thingData(plainThing(id)) }));
      for (const row of rows) transaction.bulkWrite('others', [row], 'test');
      expect(transaction.bulkWrite('others', rows, 'test')).toHaveLength(2);
    });
    expect(engine.lastSequence()).toBe(sequence + 2);
    engine.close();
    const again = testEngine(engine.file);
    expect(again.lastSequence()).toBe(sequence + 2);
  });

  it('checks the same id twice in one write against the write before it', () => {
    const first = thingData(plainThing('a'), '1-x');
    const second = thingData(plainThing('a', { age: 2 }), '2-x');
    const stale = thingData(plainThing('a', { age: 3 }), '2-y');
    const errors = engine.commit((transaction) =>
      transaction.bulkWrite(
        'things',
        [{ document: first }, { document: second, previous: first }, { document: stale, previous: first }],
        'test',
      ),
    );
    expect(errors).toMatchObject([{ status: 409, documentId: 'a', documentInDb: { age: 2 } }]);
    expect(engine.findByIds<Thing>('things', ['a'])).toMatchObject([{ age: 2 }]);
  });
});

describe('after a commit', () => {
  it('a listener that throws is logged and stops neither the others nor the commit', () => {
    engine.onCommit(() => {
      throw new Error('bad listener');
    });
    const later: CommitSummary[] = [];
    engine.onCommit((summary) => later.push(summary));
    engine.commit((transaction) => insert(transaction, 'things', 'a'));
    expect(later).toMatchObject([{ changes: [{ collection: 'things', id: 'a', deleted: false }] }]);
    expect(later[0]?.sequence).toBe(engine.lastSequence());
    expect(told).toEqual(['commit a', 'things a']);
  });

  it('what a listener commits is told after the commit it heard of', () => {
    const stop = engine.onCommit(() => {
      stop();
      engine.commit((transaction) => insert(transaction, 'others', 'echo'));
      told.push('listener done');
    });
    engine.commit((transaction) => insert(transaction, 'things', 'a'));
    expect(told).toEqual(['commit a', 'listener done', 'things a', 'commit echo', 'others echo']);
  });

  it('what a change stream’s subscriber writes through RxDB’s interface is told after the event it heard', async () => {
    const writes: Promise<unknown>[] = [];
    others.changeStream().subscribe(() => {
      if (writes.length > 0) return;
      writes.push(things.bulkWrite([{ document: thingData(plainThing('echo')) }], 'test'));
    });
    engine.commit((transaction) => {
      insert(transaction, 'others', 'a');
      insert(transaction, 'things', 'b');
    });
    await Promise.all(writes);
    expect(told).toEqual(['commit a,b', 'others a', 'things b', 'commit echo', 'things echo']);
  });

  it('the checkpoint of an event leads to what was written after it, and to nothing else', async () => {
    const checkpoints: unknown[] = [];
    things.changeStream().subscribe(({ checkpoint }) => checkpoints.push(checkpoint));
    for (const id of ['a', 'b', 'c']) engine.commit((transaction) => insert(transaction, 'things', id));
    const since = await things.getChangedDocumentsSince?.(10, checkpoints[1]);
    expect(since?.documents.map(({ id }) => id)).toEqual(['c']);
  });
});

describe('derived rows', () => {
  beforeEach(() => {
    engine.ensureTables('CREATE TABLE IF NOT EXISTS names (name TEXT PRIMARY KEY)');
    engine.derive('things', (transaction, written) => {
      for (const { previous, document } of written) {
        if (previous) transaction.run('DELETE FROM names WHERE name = ?', (previous as unknown as Thing).name);
        const { name } = document as unknown as Thing;
        if (name === 'bad') throw new Error('no such name');
        if (!document._deleted) transaction.run('INSERT INTO names VALUES (?)', name);
      }
    });
  });

  const names = () => engine.all('SELECT name FROM names ORDER BY name').map(({ name }) => name);

  it('follow every write, by whomever', async () => {
    const a = thingData(plainThing('a'), '1-x');
    await things.bulkWrite([{ document: a }], 'test');
    engine.commit((transaction) => insert(transaction, 'things', 'b'));
    expect(names()).toEqual(['name a', 'name b']);
    const renamed = thingData(plainThing('a', { name: 'new' }), '2-x');
    await things.bulkWrite([{ document: renamed, previous: a }], 'test');
    expect(names()).toEqual(['name b', 'new']);
    await things.bulkWrite(
      [{ document: thingData(plainThing('a', { name: 'new' }), '3-x', true), previous: renamed }],
      'test',
    );
    expect(names()).toEqual(['name b']);
  });

  it('take the documents with them when they fail', async () => {
    const rows = [{ document: thingData(plainThing('a')) }, { document: thingData(plainThing('b', { name: 'bad' })) }];
    await expect(things.bulkWrite(rows, 'test')).rejects.toThrow('no such name');
    expect([ids('things'), names(), told]).toEqual([[], [], []]);
  });
});

describe('reading plain SQL', () => {
  it('refuses what writes', () => {
    for (const sql of [
      'DELETE FROM x',
      'WITH a AS (SELECT 1) DELETE FROM x',
      'PRAGMA user_version = 7',
      ' insert into x values (1)',
    ]) {
      expect(() => engine.all(sql), sql).toThrow('SELECT');
    }
    expect(engine.all('WITH a AS (SELECT 1 AS one) SELECT one FROM a')).toEqual([{ one: 1 }]);
  });

  it('counts statements and rows where they were asked for, also after an await', async () => {
    engine.commit((transaction) => {
      for (const id of ['a', 'b', 'c']) insert(transaction, 'things', id);
    });
    const counter = { statements: 0, rows: 0 };
    const other = { statements: 0, rows: 0 };
    await engine.counted(counter, async () => {
      engine.findByIds('things', ['a', 'b']);
      await Promise.resolve();
      await engine.counted(other, () => things.findDocumentsById(['a', 'b', 'c'], false));
      engine.changesSince(0, 10, ['things']);
    });
    expect(counter).toEqual({ statements: 2, rows: 5 });
    expect(other).toEqual({ statements: 1, rows: 3 });
    engine.findByIds('things', ['a']);
    expect(counter.statements).toBe(2);
  });

  it('needs the same number of statements for few ids and for many', () => {
    const few = { statements: 0, rows: 0 };
    const many = { statements: 0, rows: 0 };
    engine.counted(few, () => engine.findByIds('things', ['a', 'b']));
    engine.counted(many, () =>
      engine.findByIds(
        'things',
        Array.from({ length: 5000 }, (_, n) => `id ${n}`),
      ),
    );
    expect(many.statements).toBe(few.statements);
  });
});
