/** A document as it travels: fields by name. */
export type Plain = Readonly<Record<string, unknown>>;

/** Whether a value is an object with fields, not a list and not null. */
export function isPlain(value: unknown): value is Plain {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/**
 * Whether two JSON values are the same. A field that is undefined is the same as one that is not there, since JSON does
 * not carry it; the order of fields does not matter, the order of list entries does.
 */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((entry, at) => sameJson(entry, other[at]));
  }
  return isPlain(one) && isPlain(other) && sameFields(one, other);
}

function sameFields(one: Plain, other: Plain): boolean {
  for (const name in one) if (!sameJson(one[name], other[name])) return false;
  for (const name in other) if (one[name] === undefined && other[name] !== undefined) return false;
  return true;
}

/** A value as JSON with its fields in one order, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    isPlain(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
