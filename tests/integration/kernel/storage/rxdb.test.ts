import { join } from 'node:path';
import { addRxPlugin, createBlob, createRxDatabase, type RxDatabase } from 'rxdb';
import { RxDBAttachmentsPlugin } from 'rxdb/plugins/attachments';
import { expect, it } from 'vitest';
import { openSqliteEngine, type SqliteEngine } from '../../../../electron/core/kernel/storage/index.ts';
import { plainThing, temporaryFolder, testEngine, thingData, thingSchema } from './support.ts';

addRxPlugin(RxDBAttachmentsPlugin);

async function openDatabase(engine: SqliteEngine) {
  const database: RxDatabase = await createRxDatabase({ name: 'lab', storage: engine.rxStorage, multiInstance: false });
  const { things, others } = await database.addCollections({
    things: { schema: thingSchema },
    others: { schema: thingSchema },
  });
  if (!things || !others) throw new Error('collections were not created');
  return { database, things, others };
}

it('serves a real RxDatabase: documents, queries, attachments, over a restart', async () => {
  const file = join(temporaryFolder(), 'lab.sqlite');
  const engine = openSqliteEngine(file);
  const { database, things } = await openDatabase(engine);
  await things.bulkInsert(['a', 'b', 'c'].map((id, index) => plainThing(id, { age: index })));
  const b = await things.findOne('b').exec();
  await b.patch({ nickname: 'Bee' });
  await b
    .getLatest()
    .putAttachment({ id: 'note.txt', data: createBlob('content ✓', 'text/plain'), type: 'text/plain' });
  await (await things.findOne('a').exec()).remove();
  await things.insert(plainThing('a', { age: 7 }));
  await expect(things.insert(plainThing('c'))).rejects.toMatchObject({ code: 'CONFLICT' });
  await database.close();
  engine.close();

  const again = testEngine(file);
  const reopened = await openDatabase(again);
  const sorted = await reopened.things.find({ selector: { age: { $gt: 0 } }, sort: [{ age: 'desc' }] }).exec();
  expect(sorted.map(({ id }) => id)).toEqual(['a', 'c', 'b']);
  const note = (await reopened.things.findOne('b').exec())?.getAttachment('note.txt');
  expect(await note?.getStringData()).toBe('content ✓');
  expect(await reopened.things.count({ selector: { nickname: 'Bee' } }).exec()).toBe(1);
  await reopened.database.close();
});

it('a live query sees exactly what was committed', async () => {
  const engine = testEngine();
  const { database, things, others } = await openDatabase(engine);
  const seen: string[][] = [];
  const arrived = (ids: string[]) => expect.poll(() => seen.at(-1)).toEqual(ids);
  things
    .find({ selector: { age: { $gte: 5 } }, sort: [{ age: 'asc' }, { id: 'asc' }] })
    .$.subscribe((documents: { id: string }[]) => seen.push(documents.map(({ id }) => id)));
  await arrived([]);
  engine.commit((transaction) => {
    transaction.bulkWrite('things', [{ document: thingData(plainThing('a', { age: 6 })) }], 'unit-of-work');
    transaction.bulkWrite('others', [{ document: thingData(plainThing('o')) }], 'unit-of-work');
  });
  await arrived(['a']);
  expect((await others.findOne('o').exec())?.name).toBe('name o');
  expect(() =>
    engine.commit((transaction) => {
      transaction.bulkWrite('things', [{ document: thingData(plainThing('lost', { age: 5 })) }], 'unit-of-work');
      throw new Error('not this time');
    }),
  ).toThrow('not this time');
  await things.insert(plainThing('b', { age: 9 }));
  await arrived(['a', 'b']);
  expect(seen.flat()).not.toContain('lost');
  const a = await things.findOne('a').exec();
  await a.patch({ age: 10 });
  await arrived(['b', 'a']);
  await a.getLatest().remove();
  await arrived(['b']);
  await database.close();
});

it('a document changed by a unit of work meets RxDB’s own conflict check', async () => {
  const engine = testEngine();
  const { database, things } = await openDatabase(engine);
  const document = await things.insert(plainThing('a'));
  const [stored] = engine.findByIds('things', ['a']);
  const changed = thingData(plainThing('a', { age: 2 }), '2-unit');
  const errors = engine.commit((transaction) =>
    transaction.bulkWrite('things', [{ document: changed, previous: stored as never }], 'unit-of-work'),
  );
  expect(errors).toEqual([]);
  await expect.poll(() => document.getLatest().age).toBe(2);
  await document.incrementalPatch({ age: 3 });
  expect(engine.findByIds('things', ['a'])).toMatchObject([{ age: 3 }]);
  await database.close();
});

it('refuses several instances of the program and a second database in the file', async () => {
  const engine = testEngine();
  await expect(createRxDatabase({ name: 'lab', storage: engine.rxStorage, multiInstance: true })).rejects.toThrow(
    'multiInstance: false',
  );
  const { database } = await openDatabase(engine);
  await expect(createRxDatabase({ name: 'second', storage: engine.rxStorage, multiInstance: false })).rejects.toThrow(
    'holds the database "lab"',
  );
  await database.close();
});

it('removes a collection with its documents, and gives no number twice', async () => {
  const engine = testEngine();
  const { database, things } = await openDatabase(engine);
  await things.bulkInsert(['a', 'b'].map((id) => plainThing(id)));
  const table = engine.tableOf('things');
  const sequence = engine.lastSequence();
  await things.remove();
  expect(engine.all('SELECT name FROM sqlite_schema WHERE tbl_name = ?', table)).toEqual([]);
  await database.close();
  engine.close();
  const again = testEngine(engine.file);
  expect(again.lastSequence()).toBeGreaterThanOrEqual(sequence);
});
