/**
 * How a value of a document stands in an indexed SQL column, so that SQLite's order and equality are RxDB's.
 *
 * SQLite orders NULL < numbers < text < blobs and compares text as UTF-8 bytes. RxDB (through mingo) orders
 * missing < null < number < string < object < array < boolean and compares strings by UTF-16 code unit. Hence:
 * missing is NULL, null is -Infinity (JSON has no infinite number), a number is itself, a boolean is a blob, and a string
 * is itself unless it holds a code unit from U+D800 up (see `encodeText`).
 */
import type { SQLInputValue } from 'node:sqlite';

/** SQL literals of the column values that are no parameters. Comparisons by type are ranges between these. */
export const SQL_NULL_VALUE = '-9e999';
export const SQL_FIRST_TEXT = "''";
export const SQL_FIRST_BLOB = "x''";
export const SQL_FALSE = "x'0900'";
export const SQL_TRUE = "x'0901'";

const FALSE_BYTES = new Uint8Array([9, 0]);
const TRUE_BYTES = new Uint8Array([9, 1]);

/** A value that has no exact place in a column: an array or object where the schema has a scalar. */
export const IRREGULAR: unique symbol = Symbol('irregular');

const HAS_HIGH_UNIT = /[\ud800-\uffff]/;

/** Whether SQLite could order the string otherwise than JavaScript does. */
export function hasHighUnit(text: string): boolean {
  return HAS_HIGH_UNIT.test(text);
}

/**
 * A text whose UTF-8 order is the order of the original's UTF-16 code units. Units from U+D800 up (halves of astral
 * characters, also lone ones, and U+E000..U+FFFF) are moved one by one to U+1D800..U+1FFFF; no two strings share an encoding.
 */
export function encodeText(text: string): string {
  if (!HAS_HIGH_UNIT.test(text)) return text;
  let encoded = '';
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    encoded += unit < 0xd800 ? text.charAt(index) : String.fromCodePoint(0x10000 + unit);
  }
  return encoded;
}

/** The reverse of `encodeText`. */
export function decodeText(encoded: string): string {
  if (!HAS_HIGH_UNIT.test(encoded)) return encoded;
  let text = '';
  for (const character of encoded) {
    const point = character.codePointAt(0) ?? 0;
    text += point < 0x10000 ? character : String.fromCharCode(point - 0x10000);
  }
  return text;
}

/** The column value of a JSON value. */
export function encodeValue(value: unknown): SQLInputValue | typeof IRREGULAR {
  switch (typeof value) {
    case 'string':
      return encodeText(value);
    case 'number':
      // JSON writes NaN and the infinities as null.
      return Number.isFinite(value) ? value : Number.NEGATIVE_INFINITY;
    case 'boolean':
      return value ? TRUE_BYTES : FALSE_BYTES;
    case 'object':
      return value === null ? Number.NEGATIVE_INFINITY : IRREGULAR;
    default:
      return null;
  }
}

export type ColumnReader = (document: object) => SQLInputValue | typeof IRREGULAR;

/** Reads the column value of a dotted path; irregular when the path ends at or crosses an array or ends at an object. */
export function columnReader(path: string): ColumnReader {
  const [first, ...rest] = path.split('.');
  if (first === undefined || rest.length === 0) {
    return (document) => encodeValue((document as Record<string, unknown>)[path]);
  }
  return (document) => {
    let value = (document as Record<string, unknown>)[first];
    for (const segment of rest) {
      if (typeof value !== 'object' || value === null) return null;
      if (Array.isArray(value)) return IRREGULAR;
      value = (value as Record<string, unknown>)[segment];
    }
    return encodeValue(value);
  };
}
