import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const syllables =
  'ma ra ni sha ka de vi an jo li be mo ha sa ru ti pa el na ki ro su ya ad al is os un ga ber ton son ez ov wick man dar khan stein bur'.split(
    ' ',
  );
const givenNames = 20_000;
const surnames = 150_000;

/**
 * Names as a population has them: a few very frequent given names and surnames, a long tail of rare ones (Zipf), two
 * parts or three. The same ones at every run.
 */
export function namesOf(count: number): string[] {
  const random = randomFrom(1);
  const given = inventedWords(givenNames, 2, 3, random);
  const family = inventedWords(surnames, 2, 4, random);
  const pick = (list: readonly string[]) => list[Math.floor(Math.exp(random() * Math.log(list.length + 1)) - 1)] ?? '';
  return Array.from({ length: count }, () => {
    const first = pick(given);
    return random() < 0.4 ? `${first} ${pick(family)}` : `${first} ${pick(given)} ${pick(family)}`;
  });
}

/** Where `fill-patients.ts` leaves what it made. */
export const labFolder = (folder: string): string => join(folder, 'lab');
export const ftsFile = (folder: string): string => join(folder, 'fts.sqlite');
export const questionsFile = (folder: string): string => join(folder, 'questions.json');

export function readQuestions(folder: string): Questions {
  return JSON.parse(readFileSync(questionsFile(folder), 'utf8'));
}

/** What people type when they look for a patient: every beginning of one, two and three of the name's words. */
export type Questions = [what: string, texts: string[]][];

/** Questions for some of the names, a thousand of each kind. */
export function questionsOf(names: readonly string[]): Questions {
  const random = randomFrom(2);
  const sets: Questions = [
    ['one word as typed', []],
    ['two words as typed', []],
    ['three words as typed', []],
  ];
  while (sets.some(([, questions]) => questions.length < 1000)) {
    const words = (names[Math.floor(random() * names.length)] ?? '').split(' ');
    // Reception types the surname first as often as not.
    const typed = random() < 0.5 ? words : words.toReversed();
    for (const [length, [, questions]] of sets.entries()) {
      const last = typed[length];
      if (last === undefined || questions.length >= 1000) continue;
      for (let letters = 1; letters <= last.length; letters++) {
        questions.push([...typed.slice(0, length), last.slice(0, letters)].join(' '));
      }
    }
  }
  return sets;
}

function inventedWords(count: number, fewest: number, most: number, random: () => number): string[] {
  const words = new Set<string>();
  while (words.size < count) {
    const length = fewest + Math.floor(random() * (most - fewest + 1));
    words.add(Array.from({ length }, () => syllables[Math.floor(random() * syllables.length)]).join(''));
  }
  return [...words];
}

/** Mulberry32: small, good enough, the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
