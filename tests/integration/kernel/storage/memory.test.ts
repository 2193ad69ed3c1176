import fc from 'fast-check';
import {
  type EventBulk,
  getChangedDocumentsSince,
  type MangoQuery,
  normalizeMangoQuery,
  prepareQuery,
  type RxStorageChangeEvent,
  type RxStorageInstance,
  type RxStorageWriteError,
  randomToken,
} from 'rxdb';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { expect, it } from 'vitest';
import { thingId, typedQuery, validThing } from './arbitraries.ts';
import {
  createInstance,
  filledThingSchema,
  plainThing,
  type Thing,
  type ThingData,
  type ThingRow,
  testEngine,
  thingData,
} from './support.ts';

type Instance = RxStorageInstance<Thing, unknown, unknown>;
type Bulk = EventBulk<RxStorageChangeEvent<ThingData>, unknown>;

/** RxDB's memory storage and ours, given the same operations; every step compares what both answer. */
class Pair {
  readonly memory: Instance;
  readonly sqlite: Instance;
  readonly #events = new Map<Instance, Bulk[]>();
  /** Checkpoints of both after the same event, or from the same call. */
  readonly #checkpoints: [memory: unknown, sqlite: unknown][] = [[undefined, undefined]];
  /** What the last write left of each id, also of those deleted. */
  readonly #current = new Map<string, ThingData>();
  readonly #past: ThingData[] = [];
  #revision = 0;
  #asked: MangoQuery<Thing> | undefined;

  constructor(memory: Instance, sqlite: Instance) {
    this.memory = memory;
    this.sqlite = sqlite;
    for (const instance of [memory, sqlite]) {
      const bulks: Bulk[] = [];
      this.#events.set(instance, bulks);
      instance.changeStream().subscribe((bulk) => bulks.push(bulk as Bulk));
    }
  }

  async write(rows: readonly WriteStep[]): Promise<void> {
    const distinct = [...new Map(rows.map((row) => [row.thing.id, row])).values()];
    const prepared = distinct.map((row) => this.#row(row));
    // RxDB's memory storage breaks on a write of which every row is refused for its attachments.
    prepared.push({ document: thingData(filledThing(`new-${++this.#revision}`)) });
    const answers: RxStorageWriteError<Thing>[][] = [];
    for (const instance of [this.memory, this.sqlite]) {
      answers.push((await instance.bulkWrite(prepared.map(copyRow), 'test')).error);
    }
    expect(answers[1]?.map(comparableError)).toEqual(answers[0]?.map(comparableError));
    const refused = new Set(answers[0]?.map(({ documentId }) => documentId));
    for (const { document } of prepared) {
      if (refused.has(document.id)) continue;
      const before = this.#current.get(document.id);
      if (before) this.#past.push(before);
      this.#current.set(document.id, stub(document));
    }
    this.#compareEvents(refused);
    if (this.#asked) await this.query(this.#asked);
  }

  async read(ids: string[], withDeleted: boolean): Promise<void> {
    const [memory, sqlite] = await this.both((instance) => instance.findDocumentsById(ids, withDeleted));
    expect(sqlite).toEqual(memory);
  }

  async query(query: MangoQuery<Thing>): Promise<void> {
    // Asked again after the next write: an answer that is kept must not outlive it.
    this.#asked = query;
    const prepared = prepareQuery(filledThingSchema, normalizeMangoQuery(filledThingSchema, query));
    const [memory, sqlite] = await this.both((instance) => instance.query(prepared));
    expect(sqlite).toEqual(memory);
    expect(await this.sqlite.query(prepared)).toEqual(memory);
    // RxDB's memory storage counts without skip and limit, against the interface's own words.
    const all = prepareQuery(
      filledThingSchema,
      normalizeMangoQuery(filledThingSchema, { ...query, skip: 0, limit: undefined }),
    );
    const [inMemory, inSqlite] = await this.both((instance) => instance.count(all));
    expect(inSqlite).toEqual(inMemory);
    expect((await this.sqlite.count(prepared)).count).toBe(sqlite.documents.length);
  }

  /** Walks the changes since one of the checkpoints known, page by page: the same documents, each once. */
  async changes(from: number, limit: number): Promise<void> {
    const [memoryStart, sqliteStart] = this.#checkpoints[from % this.#checkpoints.length] ?? [];
    const inMemory = await walkChanges(this.memory, limit, memoryStart);
    const inSqlite = await walkChanges(this.sqlite, limit, sqliteStart);
    expect(byId(inSqlite.documents)).toEqual(byId(inMemory.documents));
    this.#checkpoints.push([inMemory.checkpoint, inSqlite.checkpoint]);
  }

  async attachments(): Promise<void> {
    for (const { id, _attachments } of [...this.#current.values(), ...this.#past]) {
      for (const [name, { digest }] of Object.entries(_attachments)) {
        const [memory, sqlite] = await this.both((instance) => contentOf(instance, id, name, digest));
        expect(sqlite).toEqual(memory);
      }
    }
  }

  async cleanup(minimumDeletedTime: number): Promise<void> {
    const [memory, sqlite] = await this.both((instance) => instance.cleanup(minimumDeletedTime));
    expect(sqlite).toBe(memory);
    const [kept] = await this.both((instance) => instance.findDocumentsById([...this.#current.keys()], true));
    const ids = new Set(kept.map(({ id }) => id));
    for (const id of this.#current.keys()) if (!ids.has(id)) this.#current.delete(id);
  }

  async both<R>(act: (instance: Instance) => Promise<R>): Promise<[R, R]> {
    return [await act(this.memory), await act(this.sqlite)];
  }

  #row({ thing, previous, deleted, attachments }: WriteStep): ThingRow {
    const current = this.#current.get(thing.id);
    const stale = this.#past.find(({ id }) => id === thing.id);
    const assumed = previous === 'current' ? current : previous === 'stale' ? stale : undefined;
    const document = thingData(thing, `${++this.#revision}-test`, deleted);
    const kept = assumed?._attachments ?? {};
    document._attachments = deleted ? {} : Object.fromEntries(attachments.flatMap((one) => attachmentOf(one, kept)));
    return { document, ...(assumed ? { previous: assumed } : {}) };
  }

  #compareEvents(refused: ReadonlySet<string>): void {
    const [memory, sqlite] = [this.memory, this.sqlite].map((instance) => this.#events.get(instance)?.splice(0) ?? []);
    const told = (memory ?? []).map((bulk) => comparableBulk(bulk, refused)).filter(({ events }) => events.length > 0);
    expect((sqlite ?? []).map((bulk) => comparableBulk(bulk, new Set()))).toEqual(told);
    const last = [memory?.at(-1), sqlite?.at(-1)];
    if (told.length > 0) this.#checkpoints.push([last[0]?.checkpoint, last[1]?.checkpoint]);
  }
}

/** RxDB's memory storage takes an indexed text that is missing for an empty one. */
function filledThing(id: string): Thing {
  return plainThing(id, { nested: { score: 1, label: 'label' }, nickname: 'nickname' });
}

interface AttachmentStep {
  readonly name: string;
  readonly content: string;
  /** Sends the description of what is stored only, which is refused when nothing is. */
  readonly stubOnly: boolean;
}

interface WriteStep {
  readonly thing: Thing;
  readonly previous: 'none' | 'current' | 'stale';
  readonly deleted: boolean;
  readonly attachments: readonly AttachmentStep[];
}

function attachmentOf({ name, content, stubOnly }: AttachmentStep, kept: ThingData['_attachments']) {
  const stored = kept[name];
  const meta = { type: 'text/plain', length: content.length, digest: `digest of ${content}` };
  if (stubOnly) return [[name, stored ?? meta]];
  return [[name, { ...meta, data: new Blob([content], { type: 'text/plain' }) }]];
}

/** Storages may keep what they are given; each gets its own. Blobs are the same, they cannot change. */
function copyRow({ document, previous }: ThingRow): ThingRow {
  const { _attachments, ...rest } = document;
  const copy = { ...structuredClone(rest), _attachments: { ..._attachments } } as ThingRow['document'];
  return previous ? { document: copy, previous: structuredClone(previous) } : { document: copy };
}

function stub(document: ThingRow['document']): ThingData {
  const attachments = Object.entries(document._attachments).map(([name, { type, length, digest }]) => [
    name,
    { type, length, digest },
  ]);
  return { ...document, _attachments: Object.fromEntries(attachments) } as ThingData;
}

function comparableError(error: RxStorageWriteError<Thing>) {
  return { ...error, writeRow: { ...error.writeRow, document: stub(error.writeRow.document) } };
}

function comparableBulk(bulk: Bulk, refused: ReadonlySet<string>) {
  const events = bulk.events.filter(({ documentId }) => !refused.has(documentId));
  return { context: bulk.context, events };
}

function byId(documents: readonly ThingData[]) {
  expect(new Set(documents.map(({ id }) => id)).size).toBe(documents.length);
  return Object.fromEntries(documents.map((document) => [document.id, document]));
}

async function walkChanges(instance: Instance, limit: number, start: unknown) {
  const documents: ThingData[] = [];
  let checkpoint = start;
  for (;;) {
    const page = await getChangedDocumentsSince(instance, limit, checkpoint);
    documents.push(...page.documents);
    checkpoint = page.checkpoint;
    if (page.documents.length < limit) return { documents, checkpoint };
  }
}

async function contentOf(instance: Instance, id: string, name: string, digest: string): Promise<string> {
  try {
    const blob = await instance.getAttachmentData(id, name, digest);
    return `${blob.type} ${await blob.text()}`;
  } catch {
    return 'not there';
  }
}

const writeStep: fc.Arbitrary<WriteStep> = fc.record({
  thing: validThing,
  previous: fc.constantFrom('current', 'current', 'current', 'none', 'stale'),
  deleted: fc.constantFrom(false, false, false, true),
  attachments: fc.array(
    fc.record({
      name: fc.constantFrom('a.txt', 'b.txt'),
      content: fc.constantFrom('one', 'two', ''),
      stubOnly: fc.constantFrom(false, false, true),
    }),
    { maxLength: 2 },
  ),
});

type Step = (pair: Pair) => Promise<void>;

/** A step that says what it was when a property fails. */
function named(name: string, input: unknown, act: Step): Step {
  return Object.assign(act, { toString: () => `${name} ${JSON.stringify(input)}` });
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(writeStep, { maxLength: 6 }).map((rows) => named('write', rows, (pair) => pair.write(rows))),
  },
  { weight: 4, arbitrary: typedQuery.map((query) => named('query', query, (pair) => pair.query(query))) },
  fc
    .tuple(fc.array(thingId, { maxLength: 5 }), fc.boolean())
    .map(([ids, deleted]) => named('read', [ids, deleted], (pair) => pair.read(ids, deleted))),
  fc
    .tuple(fc.nat(20), fc.integer({ min: 1, max: 4 }))
    .map(([from, limit]) => named('changes', [from, limit], (pair) => pair.changes(from, limit))),
  fc.constant(named('attachments', [], (pair) => pair.attachments())),
  fc.constantFrom(-1e6, 1e6).map((time) => named('cleanup', time, (pair) => pair.cleanup(time))),
);

it('answers and tells the same as RxDB’s memory storage, operation by operation', async () => {
  const engine = testEngine();
  const memory = getRxStorageMemory() as unknown as typeof engine.rxStorage;
  const database = `lab-${randomToken(10)}`;
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const collection = `things${round++}`;
      const pair = new Pair(
        await createInstance(memory, database, collection),
        await createInstance(engine.rxStorage, database, collection),
      );
      for (const act of steps) await act(pair);
      await pair.both((instance) => instance.remove());
    }),
    { numRuns: Number(process.env.ALIQUOT_PROPERTY_RUNS ?? 150) },
  );
}, 120_000);
