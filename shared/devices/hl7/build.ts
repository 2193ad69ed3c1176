/** A field: text, components, or repetitions of components. Numbers are text. */
export type Hl7FieldContent = string | readonly string[];

/** Escapes the standard's delimiters and anything that would end the segment. */
function escaped(text: string): string {
  return text
    .replace(
      /[\\|^~&]/g,
      (found) => ({ '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '~': '\\R\\', '&': '\\T\\' })[found] ?? found,
    )
    .replace(/[\r\n]+/g, '\\.br\\')
    .replace(/[\u0000-\u001f\u007f]/g, ' ');
}

/**
 * One segment in the standard's delimiters. `fields` maps field numbers to contents; gaps are left empty, and `length` keeps
 * trailing empty fields where an instrument counts them.
 */
export function hl7Segment(name: string, fields: Readonly<Record<number, Hl7FieldContent>>, length = 0): string {
  const last = Math.max(length, ...Object.keys(fields).map(Number));
  const parts = [name];
  for (let field = name === 'MSH' ? 2 : 1; field <= last; field++) {
    const content = fields[field] ?? '';
    if (name === 'MSH' && field === 2) parts.push('^~\\&');
    else parts.push(typeof content === 'string' ? escaped(content) : content.map(escaped).join('^'));
  }
  return parts.join('|');
}

/** The text of a message: every segment ends with CR. */
export function hl7Message(segments: readonly string[]): string {
  return segments.map((segment) => `${segment}\r`).join('');
}
