import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** What is wrong with a field and what to do about it, as a person at the desk says it. */
export interface Words {
  readonly message: string;
  readonly remedy?: string;
}

/** zod's own wording; whatever a schema words itself begins otherwise. */
const ofZod = /^(?:Invalid |Too (?:small|big): )/;

/** The words for an issue: the schema's own where it has them, else ours instead of zod's. */
export function wordsOf(issue: Issue): Words {
  if (!ofZod.test(issue.message)) return { message: issue.message };
  switch (issue.code) {
    case 'too_small':
      return tooSmall(issue.origin, String(issue.minimum), issue.inclusive ?? true);
    case 'too_big':
      return tooBig(issue.origin, String(issue.maximum), issue.inclusive ?? true);
    case 'invalid_type':
      return wrongType(issue);
    case 'invalid_value': {
      const remedy = `Choose one of: ${issue.values.map(String).join(', ')}.`;
      return { message: 'This is none of the choices', remedy };
    }
    case 'invalid_union':
      return { message: 'This is none of the choices', remedy: 'Choose one of those offered.' };
    case 'invalid_format':
      return { message: 'It is not written as it has to be', ...formats[issue.format] };
    case 'not_multiple_of':
      return { message: `Only multiples of ${issue.divisor} go here`, remedy: 'Enter another number.' };
    case 'invalid_key':
    case 'invalid_element':
    case 'unrecognized_keys':
    case 'custom':
      return { message: issue.message };
    default:
      return issue satisfies never;
  }
}

const formats: Readonly<Record<string, Words>> = {
  date: { message: 'This is no date', remedy: 'Enter a day, like 2026-01-31.' },
  datetime: { message: 'This is no moment', remedy: 'Enter date and time.' },
  email: { message: 'This is no e-mail address', remedy: 'Enter one like name@example.org.' },
  url: { message: 'This is no address', remedy: 'Enter one that begins with https:// or http://.' },
};

function tooSmall(origin: string, least: string, inclusive: boolean): Words {
  switch (origin) {
    case 'string':
      return least === '1'
        ? { message: 'It is empty', remedy: 'Fill it in.' }
        : { message: 'It is too short', remedy: `Enter at least ${least} characters.` };
    case 'array':
    case 'set':
    case 'map':
      return least === '1'
        ? { message: 'Nothing is chosen', remedy: 'Choose at least one.' }
        : { message: 'These are too few', remedy: `Choose at least ${least}.` };
    default:
      return inclusive
        ? { message: 'It is too small', remedy: `Enter ${least} or more.` }
        : { message: 'It is too small', remedy: `Enter more than ${least}.` };
  }
}

function tooBig(origin: string, most: string, inclusive: boolean): Words {
  switch (origin) {
    case 'string':
      return { message: 'It is too long', remedy: `Shorten it to ${most} characters.` };
    case 'array':
    case 'set':
    case 'map':
      return { message: 'These are too many', remedy: `Leave at most ${most}.` };
    default:
      return inclusive
        ? { message: 'It is too big', remedy: `Enter ${most} or less.` }
        : { message: 'It is too big', remedy: `Enter less than ${most}.` };
  }
}

/** The finished issue does not hold what came, only zod's words do. */
function wrongType({ expected, message }: Extract<Issue, { code: 'invalid_type' }>): Words {
  if (/received undefined$/.test(message)) return { message: 'It is missing', remedy: 'Fill it in.' };
  switch (expected) {
    case 'int':
      return { message: 'This is no whole number', remedy: 'Enter one without decimals.' };
    case 'number':
      return { message: 'This is no number', remedy: 'Enter a number.' };
    case 'string':
      return { message: 'This is no text', remedy: 'Enter text.' };
    default:
      return { message: `This should be of the kind “${expected}”` };
  }
}
