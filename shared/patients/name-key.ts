import type { Birth } from './schema.ts';

/**
 * Names as duplicates are looked for: without marks and case, words in any order, and by consonants, so that Mohammed and
 * Muhamed, Katarzyna and Katarzina meet. Two different names may give the same key; a person decides.
 */
function nameSkeleton(fullName: string): string {
  return nameWords(fullName).map(skeletonOf).toSorted().join('');
}

/** The words of a name, folded: lower case, no marks, letters and digits only; titles left out. */
function nameWords(fullName: string): string[] {
  const folded = fullName
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const words = folded.filter((word) => !titles.has(word));
  return words.length > 0 ? words : folded;
}

const titles = new Set(['mr', 'mrs', 'ms', 'miss', 'dr', 'prof', 'baby', 'master']);

/** Doubled letters count once, vowels after the first letter not at all. */
function skeletonOf(word: string): string {
  const [first = '', ...rest] = word.replace(/(.)\1+/gu, '$1').replaceAll('ph', 'f');
  return `${first}${rest.join('').replace(/[aeiouyhw]/g, '')}`;
}

/** A name by its folded words in any order: two are the same person's only where the spelling is the same, too. */
export function foldedName(fullName: string): string {
  return nameWords(fullName).toSorted().join(' ');
}

/**
 * The lookup key of a name with a year of birth. It begins with a letter that nobody types, so that it is never a hit of a
 * search by number.
 */
export function nameAndYearKey(fullName: string, year: string | number): string {
  return `ꙮ${year}${nameSkeleton(fullName)}`;
}

/** The lookup key of the patients whose family names a patient. */
export function relativeKey(patientId: string): string {
  return `ꙭ${patientId}`;
}

/**
 * Whether a typed date of birth (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`) can be the birth of a patient: the same as far as both are
 * known; a year either way where an age was stated instead of a date.
 */
export function birthFits(birth: Birth, typed: string): boolean {
  if (birth.precision === 'estimated') {
    return Math.abs(Number(birth.date.slice(0, 4)) - Number(typed.slice(0, 4))) <= 1;
  }
  const known = { exact: 10, month: 7, year: 4 }[birth.precision];
  const length = Math.min(known, typed.length);
  return birth.date.slice(0, length) === typed.slice(0, length);
}
