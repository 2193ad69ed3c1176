import { icd10Codes } from './codes.ts';
import type { Icd10Code } from './form.ts';

const most = 12;

/**
 * Codes by what is typed, best first: codes that begin with it (`e11`, `E11.9`), then titles of which every typed word begins a
 * word, those that begin with whole typed words before others. At most twelve; nothing typed finds nothing.
 */
export function searchIcd10(typed: string): Icd10Code[] {
  const text = typed.trim().toLowerCase();
  if (text === '') return [];
  const words = plainWords(text);
  return icd10Codes
    .map((entry) => ({ entry, rank: rankOf(entry, text, words) }))
    .filter(({ rank }) => rank > 0)
    .toSorted((a, b) => b.rank - a.rank || (a.entry.code < b.entry.code ? -1 : 1))
    .slice(0, most)
    .map(({ entry }) => entry);
}

function rankOf({ code, title }: Icd10Code, text: string, words: readonly string[]): number {
  const known = code.toLowerCase();
  const typedCode = text.replace(/[^a-z0-9.]/g, '');
  if (known === typedCode) return 4;
  if (typedCode !== '' && (known.startsWith(typedCode) || known.replace('.', '').startsWith(typedCode))) return 3;
  const parts = plainWords(title);
  if (words.length === 0 || !words.every((word) => parts.some((part) => part.startsWith(word)))) return 0;
  return words.every((word, place) => parts[place] === word) ? 2 : 1;
}

function plainWords(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}
