import { BestHits } from './best-hits.ts';
import type { TypedWord } from './dictionary.ts';

/** How many typed words count; more only slow the search down. A word has a bit of its own among sixteen. */
export const maximumTypedWords = 8;
const exactShift = 8;
/** Of longer texts it does not matter which is longer. */
export const longestLength = 255;
/** What a whole word counts. */
const wholeScore = 1024;

/** What a search reads: the entries of a WordIndex and where each word leads to. */
export interface Postings {
  readonly order: 'relevance' | 'recent';
  /** Of each entry its lab. */
  readonly labs: Uint16Array;
  /** Of each entry where its words begin in `terms`; the next one's beginning is its end. */
  readonly starts: Uint32Array;
  readonly terms: Uint32Array;
  /** Of each word where its entries begin in `list`, best first for this word alone (or newest first). */
  readonly base: { readonly offsets: Uint32Array; readonly list: Uint32Array };
  /** Entries that came since, by word, the oldest first. */
  readonly recent: ReadonlyMap<number, readonly number[]>;
}

/** What the lists of words are gone through with, when several words are typed. */
interface Round {
  /** Entries with one of these bits were offered before. */
  readonly offered: number;
  /** How many typed words an entry can hold whole. */
  readonly whole: number;
  /** The bit of the typed word whose lists are gone through; 0 while it is one list alone. */
  readonly driver: number;
  /** Whether an entry can begin with a typed word when it is reached by one that stands further on. */
  readonly begins: boolean;
}

/** One search: the entries of a lab that hold a word for each of the typed ones, best first. */
export class WordSearch {
  private readonly postings: Postings;
  private readonly lab: number;
  private readonly marks: Uint16Array;
  private readonly best: BestHits;

  /** @param marks one number for each word of the dictionary, all 0; used and left so */
  constructor(postings: Postings, lab: number, limit: number, marks: Uint16Array) {
    this.postings = postings;
    this.lab = lab;
    this.marks = marks;
    this.best = new BestHits(limit);
  }

  /** Numbers of entries. */
  search(typed: readonly TypedWord[]): readonly number[] {
    const counts = typed.map((word) => word.matching.reduce((sum, number) => sum + this.frequency(number), 0));
    const fewest = Math.min(...counts);
    const driver = counts.indexOf(fewest);
    const from = typed[driver];
    if (!from || fewest === 0) return [];
    this.collectAll(typed, driver, fewest);
    return this.best.entries;
  }

  private frequency(word: number): number {
    const { base, recent } = this.postings;
    return endOf(base, word) - startOf(base, word) + (recent.get(word)?.length ?? 0);
  }

  /**
   * Goes through the lists of the typed word that begins the fewest entries, and leaves each as soon as nothing better follows
   * in it. An entry with a word that was typed whole can stand anywhere in them: where these are the fewer, their own lists
   * are gone through before, so that the others need not be gone through for them.
   */
  private collectAll(typed: readonly TypedWord[], driver: number, fewest: number): void {
    const { marks } = this;
    for (const [bit, { matching, exact }] of typed.entries()) {
      for (const number of matching) marks[number] = (marks[number] as number) | (1 << bit);
      if (exact >= 0) marks[exact] = (marks[exact] as number) | (1 << (bit + exactShift));
    }
    const all = (1 << typed.length) - 1;
    const wholes = typed.filter(({ exact }) => exact >= 0);
    let whole = wholes.length;
    let offered = 0;
    const more = wholes.reduce((sum, { exact }) => sum + this.frequency(exact), 0);
    if (this.postings.order === 'relevance' && more <= fewest) {
      for (const [bit, { exact }] of typed.entries()) {
        if (exact < 0) continue;
        this.collect(exact, all, { offered, whole, driver: 0, begins: true });
        offered |= 1 << (bit + exactShift);
        whole--;
      }
    }
    // With a single typed word, an entry that begins with it is reached by its first word.
    const round = { offered, whole, driver: 1 << driver, begins: typed.length > 1 };
    for (const number of typed[driver]?.matching ?? []) this.collect(number, all, round);
    for (const { matching } of typed) for (const number of matching) marks[number] = 0;
  }

  /** Offers those entries of one word that can still get in. */
  private collect(word: number, all: number, round: Round): void {
    const { base, recent, order } = this.postings;
    const lately = recent.get(word) ?? [];
    for (let at = lately.length - 1; at >= 0; at--) {
      const entry = lately[at] as number;
      if (order === 'recent' && this.best.closedTo(entry, 0)) return;
      this.consider(entry, word, all, round);
    }
    const end = endOf(base, word);
    let at = startOf(base, word);
    // Each of the two parts of a list is in order for itself; newest first is one part.
    for (; at < end; at++) {
      const entry = base.list[at] as number;
      if (order === 'relevance' && !this.beginsWith(entry, word)) break;
      if (this.best.closedTo(entry, this.mostOf(entry, round, true))) break;
      this.consider(entry, word, all, round);
    }
    if (at === end || order === 'recent' || this.best.closedTo(Number.MAX_SAFE_INTEGER, mostBehind(round))) return;
    for (at = this.firstBehind(word, at, end); at < end; at++) {
      const entry = base.list[at] as number;
      if (this.best.closedTo(entry, this.mostOf(entry, round, round.begins))) return;
      this.consider(entry, word, all, round);
    }
  }

  private beginsWith(entry: number, word: number): boolean {
    const { starts, terms } = this.postings;
    return terms[starts[entry] as number] === word;
  }

  /** The best score that the entry can have. */
  private mostOf(entry: number, { whole }: Round, begins: boolean): number {
    const { starts, order } = this.postings;
    if (order === 'recent') return 0;
    return whole * wholeScore + scoreOf(0, begins, (starts[entry + 1] as number) - (starts[entry] as number));
  }

  /** Where in a word's list the entries begin that hold it further on than at their beginning. */
  private firstBehind(word: number, from: number, end: number): number {
    let low = from;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.beginsWith(this.postings.base.list[middle] as number, word)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private consider(entry: number, word: number, all: number, { offered, driver }: Round): void {
    const { labs, starts, terms, order } = this.postings;
    const { marks } = this;
    if (labs[entry] !== this.lab) return;
    const from = starts[entry] as number;
    const to = starts[entry + 1] as number;
    let found = 0;
    for (let at = from; at < to; at++) {
      const term = terms[at] as number;
      const mark = marks[term] as number;
      // An entry with two words for the driving one is reached twice; the first of its words counts.
      if (mark & driver && !(found & driver) && term !== word) return;
      found |= mark;
    }
    if ((found & all) !== all || found & offered) return;
    const begins = marks[terms[from] as number] !== 0;
    this.best.offer(entry, order === 'recent' ? 0 : scoreOf(found >> exactShift, begins, to - from));
  }
}

function startOf({ offsets }: Postings['base'], word: number): number {
  return word + 1 < offsets.length ? (offsets[word] as number) : 0;
}

function endOf({ offsets }: Postings['base'], word: number): number {
  return word + 1 < offsets.length ? (offsets[word + 1] as number) : 0;
}

/** The best score of an entry that holds the word further on: it has two words at least. */
function mostBehind({ whole, begins }: Round): number {
  return whole * wholeScore + scoreOf(0, begins, 2);
}

/** Whole words before beginnings of words, then names that begin with what was typed, then short ones. */
function scoreOf(exact: number, begins: boolean, length: number): number {
  let whole = 0;
  for (let bits = exact; bits > 0; bits &= bits - 1) whole++;
  return whole * wholeScore + (begins ? 512 : 0) + longestLength - cappedLength(length);
}

/** A length as the score counts it. */
export function cappedLength(length: number): number {
  return Math.min(longestLength, length);
}
