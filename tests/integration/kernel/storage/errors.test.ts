import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { asStorageError } from '../../../../electron/core/kernel/storage/errors.ts';
import {
  openSqliteEngine,
  StorageError,
  type StorageErrorCode,
} from '../../../../electron/core/kernel/storage/index.ts';
import { createInstance, plainThing, temporaryFolder, testEngine, thingData } from './support.ts';

function failure(act: () => unknown): StorageError {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(StorageError);
    return error as StorageError;
  }
  throw new Error('nothing was thrown');
}

/** A closed database with some documents in it. */
async function storedFile(documents = 200): Promise<string> {
  const engine = testEngine();
  await createInstance(engine.rxStorage);
  const rows = Array.from({ length: documents }, (_, n) => ({
    document: thingData(plainThing(`id ${n}`, { extra: 'x'.repeat(300) })),
  }));
  engine.commit((transaction) => transaction.bulkWrite('things', rows, 'test'));
  engine.close();
  return engine.file;
}

describe('opening', () => {
  it('says that a second owner has to wait, in this process and in another', async () => {
    const engine = testEngine();
    const error = failure(() => openSqliteEngine(engine.file));
    expect(error.code).toBe('locked');
    expect(error.message).toContain('Close the other program');
    const module = fileURLToPath(new URL('../../../../electron/core/kernel/storage/index.ts', import.meta.url));
    const script = `import { openSqliteEngine } from ${JSON.stringify(module)};
      try { openSqliteEngine(process.argv[1]); } catch (error) { console.log(error.code); }`;
    const other = spawnSync(process.execPath, ['--input-type=module', '--eval', script, engine.file], {
      encoding: 'utf8',
    });
    expect(other.stdout.trim(), other.stderr).toBe('locked');
    engine.close();
    testEngine(engine.file);
  });

  it('recognises a damaged header', async () => {
    const file = await storedFile();
    const handle = openSync(file, 'r+');
    writeSync(handle, 'this is no database', 0);
    closeSync(handle);
    const before = readFileSync(file);
    expect(failure(() => openSqliteEngine(file))).toMatchObject({ code: 'damaged' });
    expect(readFileSync(file)).toEqual(before);
  });

  it('recognises a truncated file', async () => {
    const file = await storedFile();
    truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096);
    const error = failure(() => openSqliteEngine(file));
    expect(error.code).toBe('damaged');
    expect(error.remedy).toContain('backup');
  });

  it('recognises a damaged page when it is read', async () => {
    const file = await storedFile();
    const handle = openSync(file, 'r+');
    const pages = statSync(file).size / 4096;
    for (let page = 8; page < pages; page++) writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
    closeSync(handle);
    const read = () => {
      const engine = testEngine(file);
      engine.changesSince(0, 1000, ['things']);
    };
    expect(failure(read).code).toBe('damaged');
  });

  it('refuses a file of a newer version, and leaves it as it is', async () => {
    const file = await storedFile();
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    const error = failure(() => openSqliteEngine(file));
    expect(error.code).toBe('version');
    expect(error.message).toContain('Update this program');
  });

  it('refuses another program’s database', () => {
    const file = join(temporaryFolder(), 'foreign.sqlite');
    const database = new DatabaseSync(file);
    database.exec('CREATE TABLE somebody (elses)');
    database.close();
    expect(failure(() => openSqliteEngine(file)).message).toContain('not one of this program');
  });

  it('gives the file free again after a failed opening', () => {
    const file = join(temporaryFolder(), 'bad.sqlite');
    writeFileSync(file, 'this is no database, however long one looks at it'.repeat(100));
    expect(failure(() => openSqliteEngine(file)).code).toBe('damaged');
    expect(failure(() => openSqliteEngine(file)).code).toBe('damaged');
  });

  it.skipIf(process.platform === 'win32')('says that a folder or a file cannot be written', async () => {
    const folder = temporaryFolder();
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o555);
    const file = await storedFile();
    chmodSync(file, 0o444);
    const owner = process.getuid?.() === 0 ? 65534 : (process.getuid?.() ?? 0);
    for (const path of [folder, closed, dirname(file), file]) chownSync(path, owner, owner);
    chmodSync(dirname(file), 0o555);
    const codes = openAsUser(owner, [join(closed, 'new.sqlite'), file]);
    chmodSync(dirname(file), 0o755);
    expect(codes).toEqual(['readonly', 'readonly']);
  });
});

/** Opens files in a process of a user without special rights; answers the codes of what that threw. */
function openAsUser(user: number, files: readonly string[]): string[] {
  const module = fileURLToPath(new URL('../../../../electron/core/kernel/storage/index.ts', import.meta.url));
  const script = `import { openSqliteEngine } from ${JSON.stringify(module)};
    if (process.getuid() === 0) process.setuid(${user});
    for (const file of process.argv.slice(1)) {
      try { openSqliteEngine(file); console.log('opened'); } catch (error) { console.log(error.code); }
    }`;
  const child = spawnSync(process.execPath, ['--input-type=module', '--eval', script, ...files], { encoding: 'utf8' });
  expect(child.stderr).toBe('');
  return child.stdout.trim().split('\n');
}

describe('a disk that is full', () => {
  it('loses the commit whole, tells nobody, and the engine goes on when there is room again', async () => {
    const engine = testEngine();
    const instance = await createInstance(engine.rxStorage);
    await instance.bulkWrite([{ document: thingData(plainThing('first')) }], 'test');
    const told: unknown[] = [];
    engine.onCommit((summary) => told.push(summary));
    instance.changeStream().subscribe((bulk) => told.push(bulk));
    const sequence = engine.lastSequence();
    const pages = Number(engine.all('SELECT page_count FROM pragma_page_count')[0]?.page_count);
    // SQLite answers a database at its greatest size as it answers a disk without room.
    engine.commit((transaction) => transaction.all(`PRAGMA max_page_count = ${pages + 2}`));
    const write = (id: string, size: number) =>
      instance.bulkWrite([{ document: thingData(plainThing(id, { extra: 'x'.repeat(size) })) }], 'test');
    await expect(write('large', 200_000)).rejects.toMatchObject({
      code: 'full',
      remedy: expect.stringContaining('Free some space'),
    });
    expect(told).toEqual([]);
    expect(engine.lastSequence()).toBe(sequence);
    expect(engine.inTransaction).toBe(false);
    engine.commit((transaction) => transaction.all('PRAGMA max_page_count = 1000000'));
    expect((await write('large', 200_000)).error).toEqual([]);
    expect(engine.lastSequence()).toBe(sequence + 1);
    expect(engine.changesSince(0, 10, ['things']).map(({ id }) => id)).toEqual(['first', 'large']);
    expect(told).toHaveLength(2);
  });

  it('also when it shows at COMMIT only', async () => {
    const engine = testEngine();
    await createInstance(engine.rxStorage);
    engine.ensureTables(`CREATE TABLE parents (id INTEGER PRIMARY KEY);
      CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED)`);
    const sequence = engine.lastSequence();
    const told: unknown[] = [];
    engine.onCommit((summary) => told.push(summary));
    // A deferred constraint lets every statement pass and COMMIT fail.
    const act = () =>
      engine.commit((transaction) => {
        transaction.bulkWrite('things', [{ document: thingData(plainThing('a')) }], 'test');
        transaction.run('INSERT INTO children VALUES (1)');
      });
    expect(act).toThrow('FOREIGN KEY');
    expect([engine.inTransaction, engine.lastSequence(), told]).toEqual([false, sequence, []]);
    expect(engine.findByIds('things', ['a'])).toEqual([]);
    engine.commit((transaction) => transaction.bulkWrite('things', [{ document: thingData(plainThing('b')) }], 'test'));
    expect(engine.lastSequence()).toBe(sequence + 1);
  });
});

describe('what SQLite throws', () => {
  it.each([
    [13, 'full'],
    [8, 'readonly'],
    [8 | (4 << 8), 'readonly'],
    [5, 'locked'],
    [6, 'locked'],
    [11, 'damaged'],
    [26, 'damaged'],
    [10, 'io'],
    [10 | (4 << 8), 'io'],
  ] as [number, StorageErrorCode][])('of result code %i is %s', (errcode, code) => {
    const cause = Object.assign(new Error('from SQLite'), { errcode });
    const error = asStorageError(cause, 'some.sqlite');
    expect(error).toMatchObject({ code, cause });
    expect((error as StorageError).message).toContain('some.sqlite');
  });

  it('stays what it is when the program is at fault', () => {
    const constraint = Object.assign(new Error('UNIQUE'), { errcode: 19 });
    expect(asStorageError(constraint, 'some.sqlite')).toBe(constraint);
    expect(asStorageError('text', 'some.sqlite')).toBe('text');
  });
});

describe('a read-only engine', () => {
  it('reads beside the owner what is committed, and writes nothing', async () => {
    const engine = testEngine();
    const instance = await createInstance(engine.rxStorage);
    await instance.bulkWrite([{ document: thingData(plainThing('a')) }], 'test');
    const reader = openSqliteEngine(engine.file, { readOnly: true });
    expect(reader.findByIds('things', ['a'])).toHaveLength(1);
    await instance.bulkWrite([{ document: thingData(plainThing('b')) }], 'test');
    expect(reader.changesSince(0, 10, ['things'])).toHaveLength(2);
    expect(reader.lastSequence()).toBe(engine.lastSequence());
    await createInstance(engine.rxStorage, 'lab', 'later');
    expect(reader.tableOf('later')).toBe(engine.tableOf('later'));
    expect(failure(() => reader.commit(() => undefined)).code).toBe('readonly');
    reader.close();
  });
});
