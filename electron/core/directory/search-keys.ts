import { type EntryKind, entryName } from '../../../shared/directory/entries.ts';
import type { DirectoryDocument } from '../../../shared/directory/schema.ts';
import { lookupKey } from '../kernel/index.ts';

/**
 * Keys by which a person or organisation is found as one types. Each begins with its kind, and with another mark once it
 * was switched off, so that the first ten of a kind cost ten rows of the index, whatever else begins so.
 */
export function searchKeys(document: DirectoryDocument): string[] {
  switch (document.kind) {
    case 'staff':
      return keysOf('staff', document.active, [document.username], document.fullName);
    case 'doctor':
    case 'organisation':
    case 'insurer':
    case 'insuranceGroup':
    case 'outsourceLab':
      return keysOf(document.kind, document.active !== false, [document.code], entryName(document));
    case 'role':
      return [];
    default:
      return document satisfies never;
  }
}

/** The beginning of the keys of what is searched; undefined when the text holds neither letter nor digit. */
export function searchPrefix(kind: EntryKind | 'staff', active: boolean, text: string): string | undefined {
  const key = lookupKey(withoutMarks(text));
  return key === '' ? undefined : lookupKey(mark(kind, active)) + key;
}

/** The exact codes and, for each word of the name, the name turned so that it begins there: `Anil Rao`, `Rao Anil`. */
function keysOf(kind: EntryKind | 'staff', active: boolean, codes: readonly string[], name: string): string[] {
  const words = withoutMarks(name).split(/\s+/).filter(Boolean).slice(0, mostWords);
  const turned = words.map((_, index) => [...words.slice(index), ...words.slice(0, index)].join(''));
  return [...codes, ...turned].map((key) => mark(kind, active) + key);
}

const mostWords = 8;

function mark(kind: EntryKind | 'staff', active: boolean): string {
  return active ? kind : `off${kind}`;
}

/** `Chloé` is found as `chloe`. */
function withoutMarks(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '');
}
