import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BulkWriteRow,
  fillWithDefaultSettings,
  type RxDocumentData,
  type RxJsonSchema,
  type RxStorage,
  type RxStorageInstance,
  randomToken,
} from 'rxdb';
import { afterEach } from 'vitest';
import { openSqliteEngine, type SqliteEngine } from '../../../../electron/core/kernel/storage/index.ts';

const undo: (() => void)[] = [];

afterEach(() => {
  for (const one of undo.splice(0).reverse()) one();
});

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-storage-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An engine on a new file, or on a given one; closed after the test. */
export function testEngine(file = join(temporaryFolder(), 'test.sqlite')): SqliteEngine {
  const engine = openSqliteEngine(file);
  undo.push(() => engine.close());
  return engine;
}

export interface Thing {
  id: string;
  name: string;
  age: number;
  active: boolean;
  nested: { score: number; label?: unknown };
  nickname?: unknown;
  tags?: unknown;
  extra?: unknown;
}

/** Indexes of every type of value, on required and on optional, flat and nested paths; and paths without an index. */
export const thingSchema: RxJsonSchema<Thing> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 20 },
    name: { type: 'string', maxLength: 20 },
    age: { type: 'number', minimum: -1000, maximum: 1000, multipleOf: 0.25 },
    active: { type: 'boolean' },
    nested: {
      type: 'object',
      properties: {
        score: { type: 'integer', minimum: -100, maximum: 100, multipleOf: 1 },
        label: { type: 'string', maxLength: 20 },
      },
    },
    nickname: { type: 'string', maxLength: 20 },
    tags: {},
    extra: {},
  },
  required: ['id', 'name', 'age', 'active', 'nested'],
  attachments: {},
  indexes: [
    'name',
    'age',
    ['active', 'nested.score'],
    ['name', 'age'],
    'nickname',
    ['nested.label', 'name'],
  ] as unknown as string[],
};

export type ThingData = RxDocumentData<Thing>;
export type ThingRow = BulkWriteRow<Thing>;

export const filledThingSchema = fillWithDefaultSettings(thingSchema);

/** An instance as RxDB creates one for a collection. */
export function createInstance(
  storage: RxStorage<unknown, unknown>,
  databaseName = 'lab',
  collectionName = 'things',
): Promise<RxStorageInstance<Thing, unknown, unknown>> {
  return storage.createStorageInstance<Thing>({
    databaseInstanceToken: randomToken(10),
    databaseName,
    collectionName,
    schema: filledThingSchema,
    options: {},
    multiInstance: false,
    devMode: false,
  });
}

let lastWriteTime = 0;

/** A stored form of a thing, at a write time of its own. */
export function thingData(thing: Thing, revision = '1-test', deleted = false): ThingData {
  lastWriteTime = Math.max(lastWriteTime + 1, Date.now());
  return { ...thing, _deleted: deleted, _rev: revision, _meta: { lwt: lastWriteTime }, _attachments: {} };
}

/** A thing that only its id makes different. */
export function plainThing(id: string, change: Partial<Thing> = {}): Thing {
  return { id, name: `name ${id}`, age: 1, active: true, nested: { score: 1 }, ...change };
}
