import type { RxJsonSchema } from 'rxdb';
import { z } from 'zod';
import type { AnyCollectionDefinition } from './documents.ts';

type JsonSchema = {
  properties?: Record<string, object>;
  required?: string[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
};

/**
 * The RxDB JSON schema of a collection, derived from its zod schema. A union of kinds becomes one object with the
 * properties of all of them; required is what every kind requires.
 */
export function rxSchemaOf(definition: AnyCollectionDefinition): RxJsonSchema<{ id: string }> {
  const json = z.toJSONSchema(definition.schema as z.ZodType, { io: 'output', unrepresentable: 'any' }) as JsonSchema;
  const kinds = json.anyOf ?? json.oneOf ?? [json];
  const properties: Record<string, object> = {};
  for (const kind of kinds) {
    for (const [name, property] of Object.entries(kind.properties ?? {})) properties[name] ??= withoutConst(property);
  }
  const required = Object.keys(properties).filter((name) => kinds.every((kind) => kind.required?.includes(name)));
  return {
    title: definition.name,
    version: definition.version,
    primaryKey: 'id',
    type: 'object',
    properties: properties as RxJsonSchema<{ id: string }>['properties'],
    required: required as 'id'[],
    indexes: definition.indexes.map((index) => [...index]) as unknown as RxJsonSchema<{ id: string }>['indexes'],
  };
}

/** A kind's discriminator is a constant in its own schema, one of several in the collection's. */
function withoutConst(property: object): object {
  if (!('const' in property)) return property;
  return { type: 'string', maxLength: 40 };
}
