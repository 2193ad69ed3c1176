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
  /** The same, each once. */
  readonly words: readonly string[];
}

export function prepare({ code, name, aliases }: Findable): Prepared {
  const all = [code, name, ...aliases].flatMap(wordsOf);
  return {
    code: folded(code),
    aliases: aliases.map(folded),
    name: wordsOf(name),
    aliasWords: aliases.map(wordsOf),
    all: ` ${all.join(' ')}`,
    words: [...new Set(all)],
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

/** Whether a text is an entry's code, or else one of its aliases, without case and accents. */
export function isCodeOrAlias({ code, aliases }: Findable, text: string): boolean {
  const typed = folded(text.trim());
  return folded(code) === typed || aliases.some((alias) => folded(alias) === typed);
}

/** Rows made ready to be searched while one types: every word, in order, with the rows that have it. */
export interface FindTable<R> {
  readonly rows: readonly R[];
  readonly words: readonly string[];
  /** Where the places of each word begin; one more than there are words. */
  readonly begins: Uint32Array;
  /** Of rows, word by word, ascending within each. */
  readonly places: Uint32Array;
  /** Answers to one or two typed letters, which many rows fit and every search begins with. */
  readonly short: Map<string, readonly R[]>;
}

/** Answers to so few letters are kept, at most so many rows of each. */
const shortText = 2;
const mostKept = 50;

/** Reads every row once, so that what is typed later costs only what begins with it. */
export function findTable<R extends { readonly entry: Prepared }>(rows: readonly R[]): FindTable<R> {
  const byWord = new Map<string, number[]>();
  rows.forEach(({ entry }, place) => {
    for (const word of entry.words) {
      const places = byWord.get(word);
      if (places) places.push(place);
      else byWord.set(word, [place]);
    }
  });
  const words = [...byWord.keys()].sort();
  const begins = new Uint32Array(words.length + 1);
  const places = new Uint32Array([...byWord.values()].reduce((sum, list) => sum + list.length, 0));
  let end = 0;
  words.forEach((word, index) => {
    const list = byWord.get(word) ?? [];
    places.set(list, end);
    end += list.length;
    begins[index + 1] = end;
  });
  return { rows, words, begins, places, short: new Map() };
}

/** The `limit` rows that fit best, as `best` orders them. */
export function bestOf<R extends { readonly entry: Prepared }>(
  table: FindTable<R>,
  text: string,
  limit: number,
): readonly R[] {
  const typed = readTypedText(text);
  if (!typed) return [];
  if (typed.text.length > shortText || limit > mostKept) return rankedRows(table, typed).slice(0, limit);
  let found = table.short.get(typed.text);
  if (!found) {
    found = rankedRows(table, typed).slice(0, mostKept);
    // What nothing fits is not kept: anything may be typed.
    if (found.length > 0) table.short.set(typed.text, found);
  }
  return found.slice(0, limit);
}

/** Only rows with the rarest of the typed words are looked at. */
function rankedRows<R extends { readonly entry: Prepared }>(table: FindTable<R>, typed: TypedText): R[] {
  const found = typed.words.map((word) => placesOf(table, word));
  const rarest = found.reduce((least, places) => (places.length < least.length ? places : least));
  // A row stands there once for each word that begins as typed; in order it comes once, and in the order of rows.
  const candidates = rarest.slice().sort();
  const ranks: R[][] = [[], [], [], [], [], [], []];
  for (const [index, place] of candidates.entries()) {
    const row = table.rows[place];
    if (row && place !== candidates[index - 1]) ranks[rankOf(row.entry, typed)]?.push(row);
  }
  return ranks.slice(1).reverse().flat();
}

/** The places of all words that begin with one. */
function placesOf(
  { words, begins, places }: Pick<FindTable<unknown>, 'words' | 'begins' | 'places'>,
  word: string,
): Uint32Array {
  const from = firstAtLeast(words, word);
  const to = firstAtLeast(words, `${word}\u{ffff}`);
  return places.subarray(begins[from], begins[to]);
}

function firstAtLeast(sorted: readonly string[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
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
