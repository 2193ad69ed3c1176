import type { RxJsonSchema } from 'rxdb';
import type { AnyCollectionDefinition } from './documents.ts';

type Properties = Record<string, { type?: string; maxLength?: number; properties?: Properties }>;

/**
 * The RxDB JSON schema of a collection: its primary key and the fields that its indexes name, nothing else. What a
 * document must look like is zod's to say, at the edges; RxDB compares its schema with the one a database was made with, so
 * naming every field here would make each optional field that is added a migration.
 */
export function rxSchemaOf(definition: AnyCollectionDefinition): RxJsonSchema<{ id: string }> {
  const properties: Properties = { id: { type: 'string', maxLength: 64 } };
  for (const path of definition.indexes.flat()) addPath(properties, path.split('.'));
  return {
    title: definition.name,
    version: definition.version,
    primaryKey: 'id',
    type: 'object',
    properties: properties as RxJsonSchema<{ id: string }>['properties'],
    required: ['id'],
    indexes: definition.indexes.map((index) => [...index]) as unknown as RxJsonSchema<{ id: string }>['indexes'],
  };
}

/** Adds a dotted path; its leaf allows any value. */
function addPath(properties: Properties, [first, ...rest]: readonly string[]): void {
  if (first === undefined) return;
  properties[first] ??= {};
  if (rest.length === 0) return;
  const parent = properties[first];
  parent.type = 'object';
  parent.properties ??= {};
  addPath(parent.properties, rest);
}
