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
  /** All words, each after a blank: what does not hold a typed word after a blank cannot fit. */
  readonly all: string;
}

export function prepare({ code, name, aliases }: Findable): Prepared {
  return {
    code: folded(code),
    aliases: aliases.map(folded),
    name: wordsOf(name),
    aliasWords: aliases.map(wordsOf),
    all: ` ${[code, name, ...aliases].flatMap(wordsOf).join(' ')}`,
  };
}

/**
 * How well an entry fits what is typed, 0 for not at all: the code or an alias itself; a code that begins with it; an alias
 * that begins with it; a name, then an alias, of which every typed word begins a word; then both together (`hb var` finds
 * an alias `Hb electrophoresis` of `Haemoglobin variant`). Letters count without case and accents.
 */
function rankOf(entry: Prepared, typed: TypedText): number {
  for (const word of typed.words) if (!entry.all.includes(` ${word}`)) return 0;
  if (entry.code === typed.text || entry.aliases.includes(typed.text)) return 6;
  if (entry.code.startsWith(typed.text)) return 5;
  if (entry.aliases.some((alias) => alias.startsWith(typed.text))) return 4;
  if (begins(typed.words, entry.name)) return 3;
  if (entry.aliasWords.some((words) => begins(typed.words, words))) return 2;
  return 1;
}

/** What was typed, made ready once; undefined for nothing. */
interface TypedText {
  readonly text: string;
  readonly words: readonly string[];
}

function readTypedText(text: string): TypedText | undefined {
  const words = wordsOf(text);
  return words.length === 0 ? undefined : { text: folded(text.trim()), words };
}

/** What fits, the better rank first; of one rank in the order of `rows`, so that nothing is sorted while one types. */
export function best<R extends { readonly entry: Prepared }>(rows: readonly R[], text: string): R[] {
  const typed = readTypedText(text);
  if (!typed) return [];
  const ranks: R[][] = [[], [], [], [], [], [], []];
  for (const row of rows) ranks[rankOf(row.entry, typed)]?.push(row);
  return ranks.slice(1).reverse().flat();
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
