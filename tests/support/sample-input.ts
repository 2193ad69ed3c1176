import { z } from 'zod';

/** A JSON schema as zod writes it, as far as samples need it. */
interface Json {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Json[];
  oneOf?: Json[];
  allOf?: Json[];
  properties?: Record<string, Json>;
  required?: string[];
  items?: Json;
  minItems?: number;
  format?: string;
  pattern?: string;
  minLength?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  default?: unknown;
}

const formats: Readonly<Record<string, string>> = {
  date: '2026-01-05',
  'date-time': '2026-01-05T08:00:00.000Z',
  email: 'name@example.org',
  uri: 'http://127.0.0.1:1',
};

/**
 * The least input that a procedure's schema takes, with `id` wherever a field is named for one (`id`, `patientId`, `ids`,
 * …), optional ones included. Undefined when the schema wants a text that cannot be guessed; then the test's own list of
 * samples has to give one.
 */
export function sampleInput(schema: z.ZodType, id: string): unknown {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  const sample = sampleOf(json, '', id);
  return schema.safeParse(sample).success ? sample : undefined;
}

/** Whether a sample names an id anywhere. */
export function namesId(value: unknown, id: string): boolean {
  if (value === id) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some((inner) => namesId(inner, id));
}

const isIdField = (name: string) => name === 'id' || name === 'ids' || /Ids?$/.test(name);

function sampleOf(json: Json, name: string, id: string): unknown {
  if ('const' in json) return json.const;
  if (json.enum) return json.enum[0];
  const [choice] = json.anyOf ?? json.oneOf ?? json.allOf ?? [];
  if (choice) return sampleOf(choice, name, id);
  switch (json.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(json.properties ?? {})
          .filter(([key]) => json.required?.includes(key) || isIdField(key) || key === 'rev')
          .map(([key, inner]) => [key, sampleOf(inner, key, id)]),
      );
    case 'array': {
      const least = Math.max(json.minItems ?? 0, isIdField(name) || json.items?.type === 'object' ? 1 : 0);
      return Array.from({ length: least }, () => sampleOf(json.items ?? {}, name, id));
    }
    case 'string':
      if (isIdField(name)) return id;
      return formats[json.format ?? ''] ?? (name === 'rev' ? '1-x' : 'x'.repeat(Math.max(1, json.minLength ?? 0)));
    case 'integer':
    case 'number':
      return Math.max(json.minimum ?? 0, json.exclusiveMinimum === undefined ? 0 : json.exclusiveMinimum + 1);
    case 'boolean':
      return false;
    default:
      return null;
  }
}
