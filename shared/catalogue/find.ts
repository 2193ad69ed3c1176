/** What a search needs of an entry. */
export interface Findable {
  readonly code: string;
  readonly name: string;
  readonly aliases: readonly string[];
}

/** An entry made ready for searching once, so that each search compares and computes nothing twice. */
export interface Prepared {
  readonly code: string;
  readonly aliases: readonly string[];
  /** The words of the name, and of each alias. */
  readonly name: readonly string[];
  readonly aliasWords: readonly (readonly string[])[];
  readonly length: number;
}

export function prepare({ code, name, aliases }: Findable): Prepared {
  return {
    code: folded(code),
    aliases: aliases.map(folded),
    name: wordsOf(name),
    aliasWords: aliases.map(wordsOf),
    length: name.length,
  };
}

/**
 * How well an entry fits what is typed, 0 for not at all: the code or an alias itself; a code that begins with it; an alias
 * that begins with it; a name, then an alias, of which every typed word begins a word; then both together (`hb var` finds
 * an alias `Hb electrophoresis` of `Haemoglobin variant`). Letters count without case and accents.
 */
export function rankOf(entry: Prepared, typed: TypedText): number {
  if (entry.code === typed.text || entry.aliases.includes(typed.text)) return 6;
  if (entry.code.startsWith(typed.text)) return 5;
  if (entry.aliases.some((alias) => alias.startsWith(typed.text))) return 4;
  if (begins(typed.words, entry.name)) return 3;
  if (entry.aliasWords.some((words) => begins(typed.words, words))) return 2;
  return begins(typed.words, [entry.code, ...entry.name, ...entry.aliasWords.flat()]) ? 1 : 0;
}

/** What was typed, made ready once; undefined for nothing. */
export interface TypedText {
  readonly text: string;
  readonly words: readonly string[];
}

export function readTypedText(text: string): TypedText | undefined {
  const words = wordsOf(text);
  return words.length === 0 ? undefined : { text: folded(text.trim()), words };
}

/** The order of what fits: the better rank, then the shorter name, then the code. */
export function compareFound(
  a: { readonly rank: number; readonly entry: Prepared },
  b: { readonly rank: number; readonly entry: Prepared },
): number {
  if (a.rank !== b.rank) return b.rank - a.rank;
  if (a.entry.length !== b.entry.length) return a.entry.length - b.entry.length;
  return a.entry.code < b.entry.code ? -1 : 1;
}

function begins(typed: readonly string[], words: readonly string[]): boolean {
  return typed.every((word) => words.some((part) => part.startsWith(word)));
}

function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

function wordsOf(text: string): string[] {
  return folded(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
