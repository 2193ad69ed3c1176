/**
 * The storage engine beside raw node:sqlite with the same file settings, tables, columns and indexes, RxDB's memory storage, and
 * PouchDB on LevelDB. Run alone: `node tests/bench/storage.ts [scale]`; scale 1 goes up to a million rows.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import {
  fillWithDefaultSettings,
  type MangoQuery,
  normalizeMangoQuery,
  type PreparedQuery,
  prepareQuery,
  type RxDocumentData,
  type RxJsonSchema,
  type RxStorage,
  type RxStorageInstance,
  randomToken,
} from 'rxdb';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { openSqliteEngine, type SqliteEngine } from '../../electron/core/kernel/storage/index.ts';
import { type BenchRow, median, type Report } from './row.ts';

interface Patient {
  id: string;
  labId: string;
  status: string;
  createdAt: string;
  name: string;
  phone: string;
  [field: string]: unknown;
}

const schema: RxJsonSchema<Patient> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 36 },
    labId: { type: 'string', maxLength: 36 },
    status: { type: 'string', maxLength: 20 },
    createdAt: { type: 'string', maxLength: 24 },
    name: { type: 'string', maxLength: 60 },
    phone: { type: 'string', maxLength: 20 },
  },
  required: ['id', 'labId', 'status', 'createdAt', 'name', 'phone'],
  indexes: [['labId', 'createdAt'], ['labId', 'status', 'createdAt'], ['labId', 'name'], 'phone'],
};
const filled = fillWithDefaultSettings(schema);
const STATUSES = ['ordered', 'resulted', 'verified', 'released'];
const FIRST_DAY = Date.UTC(2024, 0, 1);

/** The n-th document, about 1 KB of JSON; ids and times grow with n as they do in the product. */
function patient(n: number): RxDocumentData<Patient> {
  const time = FIRST_DAY + n * 1000;
  const hex = time.toString(16).padStart(12, '0');
  const scattered = ((n * 2654435761) >>> 0).toString(16).padStart(8, '0');
  return {
    id: `${hex.slice(0, 8)}-${hex.slice(8)}-7${scattered.slice(0, 3)}-8000-${scattered}${scattered.slice(0, 4)}`,
    labId: '018f0000-0000-7000-8000-000000000001',
    status: STATUSES[n % 4] ?? '',
    createdAt: new Date(time).toISOString(),
    createdBy: '018f0000-0000-7000-8000-000000000002',
    updatedAt: new Date(time).toISOString(),
    updatedBy: '018f0000-0000-7000-8000-000000000002',
    stationId: 'station-1',
    name: `Patient ${scattered}`,
    phone: `+9198${String(n).padStart(8, '0')}`,
    sex: n % 2 ? 'female' : 'male',
    dateOfBirth: { date: '1984-05-17', precision: 'exact' },
    contacts: [
      { kind: 'phone', value: `+9198${String(n).padStart(8, '0')}`, consent: { sms: true, whatsapp: false } },
      { kind: 'email', value: `patient.${scattered}@example.org`, consent: { email: true } },
    ],
    address: { line1: `${n % 300} Station Road`, line2: 'Near the clock tower', city: 'Pune', postalCode: '411001' },
    nationalIds: [{ country: 'IN', type: 'aadhaar', value: '2345 6789 0123' }],
    notes: 'Fasting sample preferred. Difficult venous access in the left arm; prefers the morning collection.',
    _deleted: false,
    _attachments: {},
    _rev: '1-abcdefghij',
    _meta: { lwt: time },
  };
}

/** Gives one of the first documents after the other, in an order that no cache likes. */
function scatteredPatients(amount: number): () => RxDocumentData<Patient> {
  let turn = 0;
  return () => {
    turn += 7919;
    return patient(turn % amount);
  };
}

/** A raw connection with the tables and indexes that our engine made. */
class RawPeer {
  readonly database: DatabaseSync;
  readonly #columns: string;

  constructor(file: string, model: SqliteEngine, tables: readonly string[]) {
    this.database = new DatabaseSync(file);
    this.database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
      PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 1000;`);
    for (const table of tables) {
      const made = model.all('SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL', table);
      for (const { sql } of made) this.database.exec(String(sql));
    }
    this.#columns = 'seq, id, deleted, lwt, rev, "labId", "createdAt", "status", "name", "phone", data';
  }

  insert(table: string) {
    const statement = this.database.prepare(
      `INSERT INTO ${table} (${this.#columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    return (
      sequence: number,
      { id, _rev, _meta, labId, createdAt, status, name, phone, ...rest }: RxDocumentData<Patient>,
    ) => {
      const document = JSON.stringify({ id, _rev, _meta, labId, createdAt, status, name, phone, ...rest });
      statement.run(sequence, id, 0, _meta.lwt, _rev, labId, createdAt, status, name, phone, document);
    };
  }

  commit(body: () => void): void {
    this.database.exec('BEGIN IMMEDIATE');
    body();
    this.database.exec('COMMIT');
  }

  /** Rows of a prepared statement, parsed. */
  reader(sql: string): (...parameters: SQLInputValue[]) => unknown[] {
    const statement = this.database.prepare(sql);
    return (...parameters) => statement.all(...parameters).map((row) => JSON.parse(String(row.data)));
  }
}

type Instance = RxStorageInstance<Patient, unknown, unknown>;

function openInstance(
  storage: RxStorage<unknown, unknown>,
  databaseName: string,
  collectionName: string,
): Promise<Instance> {
  return storage.createStorageInstance<Patient>({
    databaseInstanceToken: randomToken(10),
    databaseName,
    collectionName,
    schema: filled,
    options: {},
    multiInstance: false,
    devMode: false,
  });
}

function prepare(query: MangoQuery<Patient>): PreparedQuery<Patient> {
  return prepareQuery(filled, normalizeMangoQuery(filled, query));
}

/** The first page of a lab's list, or the page after a document. */
function page(after?: Patient): MangoQuery<Patient> {
  const selector = { _deleted: { $eq: false }, labId: { $eq: patient(0).labId } };
  const rest = after
    ? {
        $or: [{ createdAt: { $lt: after.createdAt } }, { createdAt: { $eq: after.createdAt }, id: { $lt: after.id } }],
      }
    : {};
  return { selector: { ...selector, ...rest }, sort: [{ createdAt: 'desc' }, { id: 'desc' }], skip: 0, limit: 50 };
}

const byName = (name: string): MangoQuery<Patient> => ({
  selector: { _deleted: { $eq: false }, labId: { $eq: patient(0).labId }, name: { $gte: name } },
  sort: [{ name: 'asc' }, { id: 'asc' }],
  skip: 0,
  limit: 50,
});

type Timed = () => unknown;

/** Median milliseconds of one call of each, called in turn so that what disturbs the machine disturbs all. */
async function alternate(rounds: number, calls: number, ...acts: Timed[]): Promise<number[]> {
  const times = acts.map(() => [] as number[]);
  for (let round = -1; round < rounds; round++) {
    for (const [index, act] of acts.entries()) {
      const start = performance.now();
      for (let call = 0; call < calls; call++) {
        const result = act();
        if (result instanceof Promise) await result;
      }
      if (round >= 0) times[index]?.push((performance.now() - start) / calls);
    }
  }
  return times.map(median);
}

/** Reports every row; `options.scale` 1 measures with a million rows, less with fewer. */
export async function run(report: Report, options: { scale: number }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-bench-'));
  try {
    await besideRaw(report, folder, Math.round(20_000 * Math.min(1, options.scale * 5)));
    await besideOthers(report, folder);
    await growth(report, folder, Math.round(1_000_000 * options.scale));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function besideRaw(report: Report, folder: string, stored: number): Promise<void> {
  const engine = openSqliteEngine(join(folder, 'ours.sqlite'));
  for (const name of ['patients', 'activity']) await openInstance(engine.rxStorage, 'lab', name);
  const raw = new RawPeer(join(folder, 'raw.sqlite'), engine, ['docs_patients_v0', 'docs_activity_v0']);
  const insertPatient = raw.insert('docs_patients_v0');
  const insertActivity = raw.insert('docs_activity_v0');
  let ours = 0;
  let theirs = 0;
  let rawSequence = 0;
  const take = (amount: number, from: number) => Array.from({ length: amount }, (_, index) => patient(from + index));
  const write = (amount: number) => {
    const rows = take(amount, ours).map((document) => ({ document }));
    ours += amount;
    engine.commit((transaction) => transaction.bulkWrite('patients', rows, 'bench'));
  };
  const writeRaw = (amount: number) => {
    const documents = take(amount, theirs);
    theirs += amount;
    raw.commit(() => {
      for (const document of documents) insertPatient(++rawSequence, document);
    });
  };
  const peerName = 'node:sqlite';
  const rounds = Math.max(5, Math.round(stored / 1000));
  const bulk = await alternate(
    rounds,
    1,
    () => write(1000),
    () => writeRaw(1000),
  );
  reportTime(report, 'bulk insert of 1000', bulk, peerName, 'ms', '≤ 2x');
  const one = await alternate(
    9,
    50,
    () => write(1),
    () => writeRaw(1),
  );
  reportTime(report, 'insert one, durable', one, peerName, 'ms', '≤ 2x');

  const two = await alternate(
    9,
    50,
    () => {
      const document = patient(ours++);
      engine.commit((transaction) => {
        transaction.bulkWrite('patients', [{ document }], 'bench');
        transaction.bulkWrite('activity', [{ document }], 'bench');
      });
    },
    () => {
      const document = patient(theirs++);
      raw.commit(() => {
        insertPatient(++rawSequence, document);
        insertActivity(++rawSequence, document);
      });
    },
  );
  reportTime(report, 'commit of two collections, durable', two, peerName, 'ms', '≤ 2x');

  const count = Math.min(ours, theirs);
  const any = scatteredPatients(count);
  const getRaw = raw.reader('SELECT data FROM docs_patients_v0 WHERE id = ?');
  const get = await alternate(
    9,
    2000,
    () => engine.findByIds('patients', [any().id]),
    () => getRaw(any().id),
  );
  reportTime(report, 'find by id', get, peerName, 'µs', '≤ 1.5x');

  const manyRaw = raw.reader('SELECT data FROM docs_patients_v0 WHERE id IN (SELECT value FROM json_each(?))');
  const hundred = () => Array.from({ length: 100 }, () => any().id);
  const many = await alternate(
    9,
    50,
    () => engine.findByIds('patients', hundred()),
    () => manyRaw(JSON.stringify(hundred())),
  );
  reportTime(report, 'find 100 by id', many, peerName, 'µs', '≤ 1.5x');

  const listRaw = raw.reader(
    'SELECT data FROM docs_patients_v0 WHERE deleted = 0 AND "labId" = ? AND "name" >= ? ORDER BY "name", id LIMIT 50',
  );
  const lab = patient(0).labId;
  const prepared = prepare(byName(any().name));
  const query = await alternate(
    9,
    200,
    () => {
      Object.assign(prepared.query.selector, byName(any().name).selector);
      return engine.query('patients', prepared);
    },
    () => listRaw(lab, any().name),
  );
  reportTime(report, 'indexed query of 50', query, peerName, 'µs', '≤ 1.5x');
  const whole = await alternate(
    9,
    200,
    () => engine.query('patients', prepare(byName(any().name))),
    () => listRaw(lab, any().name),
  );
  reportTime(report, 'indexed query of 50, Mango preparation included', whole, peerName, 'µs', '≤ 1.5x');
  const countRaw = raw.database.prepare(
    'SELECT count(*) AS n FROM docs_patients_v0 WHERE deleted = 0 AND "labId" = ? AND "status" = ?',
  );
  const counted = prepare({ selector: { _deleted: { $eq: false }, labId: { $eq: lab }, status: { $eq: 'verified' } } });
  const counts = await alternate(
    9,
    20,
    () => engine.count('patients', counted),
    () => countRaw.get(lab, 'verified'),
  );
  reportTime(report, 'count by index', counts, peerName, 'µs', '≤ 1.5x');
  engine.close();
  raw.database.close();
}

function reportTime(
  report: Report,
  name: string,
  times: readonly number[],
  peerName: string,
  unit: 'ms' | 'µs',
  goal: string,
  peer = 1,
): void {
  const factor = unit === 'ms' ? 1 : 1000;
  report({ name, ours: (times[0] ?? 0) * factor, peer: (times[peer] ?? 0) * factor, peerName, unit, goal });
}

/** The minimum of PouchDB's interface that is measured here. */
interface Pouch {
  bulkDocs(documents: object[]): Promise<unknown>;
  put(document: object): Promise<unknown>;
  get(id: string): Promise<unknown>;
  createIndex(index: object): Promise<unknown>;
  find(query: object): Promise<unknown>;
  close(): Promise<void>;
}

function openPouch(folder: string): Pouch | undefined {
  try {
    const require = createRequire(import.meta.url);
    const PouchDB = require('pouchdb');
    PouchDB.plugin(require('pouchdb-find'));
    mkdirSync(folder, { recursive: true });
    return new PouchDB(join(folder, 'db')) as Pouch;
  } catch (error) {
    console.error(`PouchDB is left out: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** Through RxDB's own interface, 10 000 documents in each. */
async function besideOthers(report: Report, folder: string): Promise<void> {
  const engine = openSqliteEngine(join(folder, 'others.sqlite'));
  const sqlite = await openInstance(engine.rxStorage, 'lab', 'patients');
  const storage = getRxStorageMemory() as unknown as RxStorage<unknown, unknown>;
  const memory = await openInstance(storage, `bench-${randomToken(8)}`, 'patients');
  const pouch = openPouch(join(folder, 'pouch'));
  await pouch?.createIndex({ index: { fields: ['labId', 'name'] } });
  const written = [0, 0, 0];
  const take = (who: number, amount: number) => {
    const from = written[who] ?? 0;
    written[who] = from + amount;
    return Array.from({ length: amount }, (_, index) => patient(from + index));
  };
  const rowsOf = (who: number, amount: number) => take(who, amount).map((document) => ({ document }));
  const pouchDocuments = (amount: number) =>
    take(2, amount).map(({ id, _rev, _meta, _deleted, _attachments, ...rest }) => ({ _id: id, ...rest }));
  const others = (inPouch: () => unknown): Timed[] => (pouch ? [inPouch] : []);
  const tell = (name: string, times: readonly number[], unit: 'ms' | 'µs', memoryGoal: string) => {
    reportTime(report, name, times, 'RxDB memory', unit, memoryGoal);
    if (times.length > 2) reportTime(report, name, times, 'PouchDB LevelDB', unit, '≤ 1x', 2);
  };

  const bulk = await alternate(
    9,
    1,
    () => sqlite.bulkWrite(rowsOf(0, 1000), 'bench'),
    () => memory.bulkWrite(rowsOf(1, 1000), 'bench'),
    ...others(() => pouch?.bulkDocs(pouchDocuments(1000))),
  );
  tell('storage: bulk insert of 1000', bulk, 'ms', 'shown');
  const one = await alternate(
    9,
    20,
    () => sqlite.bulkWrite(rowsOf(0, 1), 'bench'),
    () => memory.bulkWrite(rowsOf(1, 1), 'bench'),
    ...others(() => pouch?.put(pouchDocuments(1)[0] ?? {})),
  );
  tell('storage: insert one', one, 'ms', 'shown');
  const any = scatteredPatients(9000);
  const get = await alternate(
    9,
    200,
    () => sqlite.findDocumentsById([any().id], false),
    () => memory.findDocumentsById([any().id], false),
    ...others(() => pouch?.get(any().id)),
  );
  tell('storage: find by id', get, 'µs', 'shown');
  // The first query of PouchDB builds its index.
  await pouch?.find({ selector: { labId: any().labId, name: { $gte: '' } }, limit: 1 });
  const inPouch = () => ({
    selector: { labId: any().labId, name: { $gte: any().name } },
    sort: ['labId', 'name'],
    limit: 50,
  });
  const scattered = await alternate(
    9,
    20,
    () => sqlite.query(prepare(byName(any().name))),
    () => memory.query(prepare(byName(any().name))),
    ...others(() => pouch?.find(inPouch())),
  );
  tell('storage: indexed query of 50, anywhere', scattered, 'µs', 'shown');
  const inUse = Array.from({ length: 100 }, () => byName(any().name));
  const next = () => prepare(inUse[Math.floor(Math.random() * inUse.length)] ?? page());
  const query = await alternate(
    9,
    1000,
    () => sqlite.query(next()),
    () => memory.query(next()),
  );
  tell('storage: indexed query of 50, one of 100 pages in use', query, 'µs', '≤ 3x');
  await pouch?.close();
  await memory.remove();
  engine.close();
}

/** A page of 50 with few rows and with many. */
async function growth(report: Report, folder: string, many: number): Promise<void> {
  const few = 10_000;
  const engines: SqliteEngine[] = [];
  for (const [index, amount] of [many, few].entries()) {
    const engine = openSqliteEngine(join(folder, `growth-${index}.sqlite`));
    await openInstance(engine.rxStorage, 'lab', 'patients');
    for (let from = 0; from < amount; from += 5000) {
      const size = Math.min(5000, amount - from);
      const rows = Array.from({ length: size }, (_, offset) => ({ document: patient(from + offset) }));
      engine.commit((transaction) => transaction.bulkWrite('patients', rows, 'bench'));
    }
    engines.push(engine);
  }
  const [large, small] = engines;
  const first = prepare(page());
  const peerName = `${few} rows`;
  const pages = await alternate(
    15,
    20,
    () => large?.query('patients', first),
    () => small?.query('patients', first),
  );
  reportTime(report, `first page of 50 of ${many} rows`, pages, peerName, 'µs', '≤ 1.5x');
  const after = (amount: number) => prepare(page(patient(Math.floor(amount / 2))));
  const [afterMany, afterFew] = [after(many), after(few)];
  const keyset = await alternate(
    15,
    20,
    () => large?.query('patients', afterMany),
    () => small?.query('patients', afterFew),
  );
  reportTime(report, `page of 50 in the middle of ${many} rows`, keyset, peerName, 'µs', '≤ 1.5x');
  for (const engine of engines) engine.close();
}

function print(row: BenchRow): void {
  const ratio = row.ours / row.peer;
  const figures = `${row.ours.toPrecision(4)} ${row.unit}, ${row.peerName} ${row.peer.toPrecision(4)}`;
  console.log(`${row.name}: ${figures}, ${ratio.toFixed(2)}x (${row.goal})`);
}

if (import.meta.main) await run(print, { scale: Number(process.argv[2] ?? 1) });
