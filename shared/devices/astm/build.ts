/** The delimiters every message of ours uses: those the standard shows. */
const header = '\\^&';

/** A field: text, components (each text), or repetitions of components. */
export type AstmFieldContent = string | readonly string[] | readonly (readonly string[])[];

/** Puts the standard's delimiters out of harm's way and keeps control characters off the line. */
function escaped(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f]/g, ' ')
    .replace(/[&|\\^]/g, (found) => ({ '&': '&E&', '|': '&F&', '\\': '&R&', '^': '&S&' })[found] ?? found);
}

function isNested(
  content: readonly string[] | readonly (readonly string[])[],
): content is readonly (readonly string[])[] {
  return content.length > 0 && typeof content[0] !== 'string';
}

function written(content: AstmFieldContent): string {
  if (typeof content === 'string') return escaped(content);
  if (!isNested(content)) return content.map(escaped).join('^');
  return content.map((repetition) => repetition.map(escaped).join('^')).join('\\');
}

/**
 * One record. `fields` maps field numbers of the standard to contents; gaps are left empty. The header's delimiter field is
 * supplied.
 */
export function astmRecord(type: string, fields: Readonly<Record<number, AstmFieldContent>>): string {
  const last = Math.max(1, ...Object.keys(fields).map(Number));
  const parts = [type];
  for (let field = 2; field <= last; field++)
    parts.push(type === 'H' && field === 2 ? header : written(fields[field] ?? ''));
  return parts.join('|');
}

/** The text of a message: every record ends with CR. */
export function astmText(records: readonly string[]): string {
  return records.map((record) => `${record}\r`).join('');
}
