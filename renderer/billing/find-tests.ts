import type { Outputs } from '../app/api.ts';

export type TestChoice = Outputs['bills']['orderables'][number];

/**
 * Tests and profiles by what is typed, best first: the code itself or a whole alias, codes that begin with it, then names and
 * aliases of which every typed word begins a word. At most `limit`.
 */
export function findTests(tests: readonly TestChoice[], typed: string, limit = 10): TestChoice[] {
  const text = typed.trim().toLowerCase();
  if (text === '') return [];
  const words = text.split(/\s+/);
  return tests
    .map((test) => ({ test, rank: rankOf(test, text, words) }))
    .filter(({ rank }) => rank > 0)
    .toSorted(
      (a, b) => b.rank - a.rank || a.test.name.length - b.test.name.length || a.test.code.localeCompare(b.test.code),
    )
    .slice(0, limit)
    .map(({ test }) => test);
}

function rankOf({ code, name, aliases }: TestChoice, text: string, words: readonly string[]): number {
  const known = code.toLowerCase();
  if (known === text || aliases.some((alias) => alias.toLowerCase() === text)) return 4;
  if (known.startsWith(text)) return 3;
  const begins = (phrase: string) => {
    const parts = phrase.toLowerCase().split(/[^\p{L}\p{N}]+/u);
    return words.every((word) => parts.some((part) => part.startsWith(word)));
  };
  if (begins(name)) return 2;
  return aliases.some(begins) ? 1 : 0;
}
