/**
 * How text becomes words, for the index and for what is typed alike: case, accents and the spelling variants of one
 * letter make no difference. Pure, so that a screen can mark the words that were found.
 */

/** Marks that are written over or under a letter: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels. Not those of Indic scripts, which are letters of their own. */
const accents = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]/g;

/** Letters that Unicode does not take apart although people type them with other letters. */
const variants: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
  ħ: 'h',
  ŧ: 't',
  ى: 'ي',
  ی: 'ي',
  ة: 'ه',
  ک: 'ك',
};
const variantLetters = new RegExp(`[${Object.keys(variants).join('')}]`, 'g');
const onlyPlain = /^[\x20-\x40\x5b-\x7e]*$/;

/** What is between words. */
export const separators: RegExp = /[^\p{L}\p{N}\p{M}]+/u;
const separatorsExceptApostrophes = /[^\p{L}\p{N}\p{M}'’‘ʼ`]+/u;
const apostrophes = /['’‘ʼ`]/g;
const onlyLetters = /^[\p{L}\p{M}]*$/u;

/** One form for all ways to write the same letters: `Müller-Łoś` → `muller-los`. Never fails, whatever the text. */
export function foldText(text: string): string {
  if (onlyPlain.test(text)) return text;
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(accents, '')
    .replace(variantLetters, (letter) => variants[letter] ?? letter)
    .normalize('NFC');
}

/** The words of a text in order, folded. */
export function wordsOf(text: string): string[] {
  return foldText(text).split(separators).filter(Boolean);
}

/**
 * Whether a word is a number or code of its own (phone, accession, bill number) rather than a word of language. Codes are
 * found by their lookup keys in the database and are not part of the word index, where each would be a word of its own.
 */
export function isCode(word: string): boolean {
  return word.replace(/[^\p{N}]/gu, '').length > 3;
}

/** Whether each of the words typed begins some word of the text. */
export function beginsWords(text: string, typed: readonly string[]): boolean {
  const words = indexWordsOf(text);
  return typed.every((word) => words.some((candidate) => candidate.startsWith(word)));
}

/**
 * The words under which a text is found: its words without codes, and the whole of what apostrophes, hyphens or dots
 * divide (`Smith-O'Brien` is found as `brien`, `obrien` and `smithobrien`, too). No word twice.
 */
export function indexWordsOf(text: string): string[] {
  const found = new Set<string>();
  const add = (word: string) => {
    if (word && !isCode(word)) found.add(word.slice(0, longestWord));
  };
  for (const chunk of foldText(text).split(/\s+/)) {
    if (onlyLetters.test(chunk)) {
      add(chunk);
      continue;
    }
    const parts = chunk.split(separators);
    for (const part of parts) add(part);
    for (const piece of chunk.split(separatorsExceptApostrophes)) add(piece.replace(apostrophes, ''));
    add(parts.join(''));
  }
  return [...found];
}

/** Longer words are cut; so are typed ones. */
export const longestWord = 40;
