import { z } from 'zod';

/** The characters that take a message apart. `sub` is HL7's alone. */
export interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repeat: string;
  readonly escape: string;
  readonly sub?: string;
}

/** What our own builders write (the standards' own examples). */
export const standardDelimiters = {
  astm: { field: '|', repeat: '\\', component: '^', escape: '&' },
  hl7: { field: '|', component: '^', repeat: '~', escape: '\\', sub: '&' },
} as const satisfies Record<string, Delimiters>;

/**
 * Delimiters as they stand at the head of a message: four behind `H` (ASTM: field, repeat, component, escape), or five behind
 * `MSH` (HL7: field, component, repetition, escape, subcomponent).
 */
export const outgoingDelimitersSchema = z
  .string()
  .regex(/^[!-/:-@[-`{-~]{4,5}$/, 'Enter four (ASTM) or five (HL7) signs that are no letters, digits or blanks')
  .refine((signs) => new Set(signs).size === signs.length, 'Each delimiter has to be another sign');

/** The parts of such a text. */
export function delimitersOf(signs: string): Delimiters {
  const [first = '', second = '', third = '', fourth = '', fifth] = signs;
  return fifth === undefined
    ? { field: first, repeat: second, component: third, escape: fourth }
    : { field: first, component: second, repeat: third, escape: fourth, sub: fifth };
}

type Role = keyof Delimiters;
const letters = { field: 'F', component: 'S', repeat: 'R', escape: 'E', sub: 'T' } as const satisfies Record<
  Role,
  string
>;
const roles = Object.keys(letters) as Role[];

/** A text of our builders in other delimiters; unchanged where these are of the other protocol. */
export function withDelimiters(text: string, signs: string | undefined): string {
  if (signs === undefined) return text;
  const to = delimitersOf(signs);
  const from = to.sub === undefined ? standardDelimiters.astm : standardDelimiters.hl7;
  if (text.startsWith('MSH') !== (to.sub !== undefined)) return text;
  return rewritten(text, from, to);
}

/**
 * Writes a message, or some of its records, in other delimiters. What stands in the text stays what it means: a sign that becomes a
 * delimiter is escaped, one that no longer is stands as itself.
 */
export function rewritten(text: string, from: Delimiters, to: Delimiters): string {
  return text
    .split('\r')
    .map((line) => {
      const head = headOf(line, from);
      return head === 0 ? content(line, from, to) : headOfOurs(to) + content(line.slice(head), from, to);
    })
    .join('\r');
}

/** Length of the delimiter definition with the name before it; 0 for records without. */
function headOf(line: string, from: Delimiters): number {
  if (line.startsWith(`MSH${from.field}`) && from.sub !== undefined) return 8;
  return line.startsWith(`H${from.field}`) && from.sub === undefined ? 5 : 0;
}

function headOfOurs(to: Delimiters): string {
  return to.sub === undefined
    ? `H${to.field}${to.repeat}${to.component}${to.escape}`
    : `MSH${to.field}${to.component}${to.repeat}${to.escape}${to.sub}`;
}

function content(text: string, from: Delimiters, to: Delimiters): string {
  const roleOf = (sign: string, of: Delimiters) => roles.find((role) => of[role] === sign);
  const literal = (sign: string) => {
    const role = roleOf(sign, to);
    return role === undefined ? sign : `${to.escape}${letters[role]}${to.escape}`;
  };
  let written = '';
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? '';
    const role = roleOf(sign, from);
    if (role === undefined) written += literal(sign);
    else if (role !== 'escape') written += to[role] ?? literal(sign);
    else {
      const end = text.indexOf(sign, at + 1);
      if (end < 0) written += literal(sign);
      else {
        const sequence = text.slice(at + 1, end);
        const meant = roles.find((one) => letters[one] === sequence);
        written += meant === undefined ? `${to.escape}${sequence}${to.escape}` : literal(from[meant] ?? '');
        at = end;
      }
    }
  }
  return written;
}
