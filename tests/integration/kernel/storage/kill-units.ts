import { type BulkWriteRow, fillWithDefaultSettings, type RxDocumentData } from 'rxdb';
import type { SqliteEngine } from '../../../../electron/core/kernel/storage/index.ts';

export const UNIT_COLLECTIONS = ['inserted', 'updated', 'alternating'] as const;

export interface Unit {
  id: string;
  number: number;
  text: string;
}

const schema = fillWithDefaultSettings<Unit>({
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 20 },
    number: { type: 'number', minimum: 0, maximum: 1e9, multipleOf: 1 },
    text: { type: 'string', maxLength: 2000 },
  },
  required: ['id', 'number', 'text'],
  indexes: ['number'],
});

export async function createUnitCollections(engine: SqliteEngine): Promise<void> {
  for (const collectionName of UNIT_COLLECTIONS) {
    await engine.rxStorage.createStorageInstance<Unit>({
      databaseInstanceToken: 'kill',
      databaseName: 'kill',
      collectionName,
      schema,
      options: {},
      multiInstance: false,
      devMode: false,
    });
  }
}

/** A unit is a new document in one collection, a change of one document in the second, a change or deletion in the third. */
export function unitRow(
  engine: SqliteEngine,
  collection: (typeof UNIT_COLLECTIONS)[number],
  number: number,
): BulkWriteRow<Unit> {
  const id = collection === 'inserted' ? `unit-${number}` : 'the-one';
  const [previous] = engine.findByIds<Unit>(collection, [id], true);
  const document: RxDocumentData<Unit> = {
    id,
    number,
    text: `${number} `.repeat(200),
    _deleted: collection === 'alternating' && number % 2 === 1,
    _attachments: {},
    _rev: `${number}-kill`,
    _meta: { lwt: number },
  };
  return previous ? { previous, document } : { document };
}
