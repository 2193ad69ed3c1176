import { Notes } from '../notes.ts';
import type { ReadError, RecordRef } from '../reading.ts';
import { type Charset, decodeText } from '../text.ts';

/** One field: a tag of two characters (`rt`, `qn`) and its text. */
export interface VidasField {
  /** Zero-based in the message. */
  readonly index: number;
  readonly tag: string;
  readonly text: string;
  readonly ref: RecordRef;
}

export type VidasOutcome =
  | { readonly ok: true; readonly fields: readonly VidasField[]; readonly notes: readonly string[] }
  | { readonly ok: false; readonly error: ReadError };

const mostFields = 5_000;
const RS = 0x1e;
const bar = 0x7c;

/**
 * Takes the text of a VIDAS message apart. Fields end with `|`; RS begins every field (mini VIDAS) or every line of some eighty
 * characters, in the middle of a field too (VIDAS PC), so it separates nothing.
 */
export function parseVidas(text: Uint8Array, charset: Charset): VidasOutcome {
  const fields: VidasField[] = [];
  const notes = new Notes();
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && text[at] !== bar) continue;
    const bytes = text.subarray(start, at).filter((byte) => byte !== RS && byte !== 0x0d && byte !== 0x0a);
    const whole = decodeText(bytes, charset);
    if (whole.length >= 2) {
      const tag = whole.slice(0, 2);
      const ref = { index: fields.length, type: tag, field: 0, offset: start, length: at - start };
      fields.push({ index: fields.length, tag, text: whole.slice(2).trim(), ref });
    } else if (whole.trim() !== '') notes.add(`The field at byte ${start} has no tag.`);
    start = at + 1;
    if (fields.length > mostFields) {
      const message = `The message has more than ${mostFields} fields.`;
      return { ok: false, error: { code: 'too-large', message, offset: start } };
    }
  }
  if (fields.length === 0)
    return { ok: false, error: { code: 'empty', message: 'The message holds no field.', offset: 0 } };
  if (fields[0]?.tag !== 'mt') {
    const message = 'The message does not begin with its type (mt). Is this device set to the right protocol?';
    return { ok: false, error: { code: 'not-this-format', message, offset: 0, index: 0 } };
  }
  return { ok: true, fields, notes: notes.list };
}
