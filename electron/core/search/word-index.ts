import type { TypedWord } from './dictionary.ts';
import { GrowingList, integers, shorts } from './growing-list.ts';
import { IdTable, type IdTableData } from './id-table.ts';
import { cappedLength, longestLength, type Postings, WordSearch } from './word-search.ts';

/** Marks an entry that was replaced or removed, in place of its lab. */
const dead = 0xffff;

/** What an index is stored and restored by. */
export interface WordIndexData {
  readonly ids: IdTableData;
  readonly labs: Uint16Array;
  readonly starts: Uint32Array;
  readonly terms: Uint32Array;
}

/**
 * Which documents hold which words of the dictionary. An entry is a document with its words; a changed document becomes
 * a new entry and its old one is marked dead. Words lead to entries by `base`, sorted once for all entries that were
 * there then, and by `recent` for those that came since. All in typed arrays: they neither burden the garbage collector
 * nor need work to be stored.
 *
 * `base` lists the entries of a word best first, by the score that they have when nothing but this word is looked for (or
 * newest first, where that is the order): one letter typed over a million names looks at the head of each word's list.
 */
export class WordIndex {
  private readonly order: 'relevance' | 'recent';
  private ids: IdTable;
  private labs: GrowingList<Uint16Array>;
  private starts: GrowingList<Uint32Array>;
  private terms: GrowingList<Uint32Array>;
  private base = { entries: 0, offsets: new Uint32Array(1), list: new Uint32Array(0) };
  private recent = new Map<number, number[]>();
  private living = 0;

  constructor(order: 'relevance' | 'recent', data?: WordIndexData) {
    this.order = order;
    this.ids = new IdTable(data?.ids);
    this.labs = data ? GrowingList.of(shorts, data.labs) : new GrowingList(shorts);
    this.starts = data ? GrowingList.of(integers, data.starts) : new GrowingList(integers);
    this.terms = data ? GrowingList.of(integers, data.terms) : new GrowingList(integers);
    if (!data) this.starts.push(0);
    for (let entry = 0; entry < this.labs.length; entry++) if (this.labs.values[entry] !== dead) this.living++;
  }

  /** Living entries. */
  get size(): number {
    return this.living;
  }

  /** Bytes of its arrays. */
  get bytes(): number {
    const { list, offsets } = this.base;
    const postings = list.byteLength + offsets.byteLength;
    return this.ids.bytes + this.labs.bytes + this.starts.bytes + this.terms.bytes + postings;
  }

  /** Whether it is worth `tidy`: too many entries are dead, or found only through `recent`. */
  get untidy(): boolean {
    const waste = this.labs.length - this.living;
    const loose = this.labs.length - this.base.entries;
    return waste > 5_000 + this.living / 4 || loose > 20_000 + this.base.entries / 8;
  }

  /** Makes the document findable by these words (each once); false when that is how it was found already. */
  set(id: string, lab: number, words: readonly number[]): boolean {
    const before = this.ids.find(id);
    if (before >= 0 && this.labs.values[before] !== dead) {
      if (this.labs.values[before] === lab && this.holds(before, words)) return false;
      this.labs.values[before] = dead;
      this.living--;
    }
    const entry = this.ids.append(id);
    this.labs.push(lab);
    this.terms.append(words);
    this.starts.push(this.terms.length);
    this.living++;
    for (const word of words) {
      const list = this.recent.get(word);
      if (list) list.push(entry);
      else this.recent.set(word, [entry]);
    }
    return true;
  }

  /** Makes the document unfindable; false when it was. */
  remove(id: string): boolean {
    const entry = this.ids.find(id);
    if (entry < 0 || this.labs.values[entry] === dead) return false;
    this.labs.values[entry] = dead;
    this.living--;
    return true;
  }

  /**
   * Ids of a lab's documents that hold a word for each of the typed ones, best first.
   * @param marks one number for each word of the dictionary, all 0; used and left so
   */
  search(typed: readonly TypedWord[], lab: number, limit: number, marks: Uint16Array): string[] {
    const entries = new WordSearch(this.postings(), lab, limit, marks).search(typed);
    return entries.map((entry) => this.ids.idAt(entry));
  }

  /**
   * Sorts all entries by word and drops the dead ones where they are many. Takes some 150 ms for a million entries, so it
   * is called when nothing waits.
   * @param words how many words the dictionary has
   */
  tidy(words: number): void {
    if (this.labs.length - this.living > this.living / 4) this.dropDead();
    const entries = this.labs.length;
    const terms = this.terms.view();
    const offsets = new Uint32Array(words + 1);
    for (const term of terms) offsets[term + 1] = (offsets[term + 1] as number) + 1;
    for (let word = 0; word < words; word++)
      offsets[word + 1] = (offsets[word + 1] as number) + (offsets[word] as number);
    const next = offsets.slice();
    const list = new Uint32Array(terms.length);
    const starts = this.starts.values;
    const place = (entry: number, from: number, to: number) => {
      for (let at = from; at < to; at++) {
        const term = terms[at] as number;
        const free = next[term] as number;
        list[free] = entry;
        next[term] = free + 1;
      }
    };
    if (this.order === 'recent') {
      for (let entry = entries - 1; entry >= 0; entry--)
        place(entry, starts[entry] as number, starts[entry + 1] as number);
    } else {
      const ranked = this.byLength(entries);
      // Names that begin with the word come before those that hold it further on.
      for (const entry of ranked) {
        const from = starts[entry] as number;
        place(entry, from, Math.min(from + 1, starts[entry + 1] as number));
      }
      for (const entry of ranked) place(entry, (starts[entry] as number) + 1, starts[entry + 1] as number);
    }
    this.base = { entries, offsets, list };
    this.recent = new Map();
  }

  /** Everything that restores it, as it is now, also when the index changes while it is being written. */
  data(): WordIndexData {
    return {
      ids: this.ids.data(),
      labs: this.labs.view().slice(),
      starts: this.starts.view(),
      terms: this.terms.view(),
    };
  }

  /** Entries with fewer words first, newer ones first among equals. */
  private byLength(entries: number): Uint32Array {
    const starts = this.starts.values;
    const lengthOf = (entry: number) => cappedLength((starts[entry + 1] as number) - (starts[entry] as number));
    const next = new Uint32Array(longestLength + 2);
    for (let entry = 0; entry < entries; entry++) next[lengthOf(entry) + 1] = (next[lengthOf(entry) + 1] as number) + 1;
    for (let length = 0; length <= longestLength; length++) {
      next[length + 1] = (next[length + 1] as number) + (next[length] as number);
    }
    const ranked = new Uint32Array(entries);
    for (let entry = entries - 1; entry >= 0; entry--) {
      const length = lengthOf(entry);
      const free = next[length] as number;
      ranked[free] = entry;
      next[length] = free + 1;
    }
    return ranked;
  }

  private postings(): Postings {
    const { order, base, recent } = this;
    return {
      order,
      labs: this.labs.values,
      starts: this.starts.values,
      terms: this.terms.values,
      base,
      recent,
    };
  }

  private holds(entry: number, words: readonly number[]): boolean {
    const from = this.starts.values[entry] as number;
    const to = this.starts.values[entry + 1] as number;
    return to - from === words.length && words.every((word, index) => this.terms.values[from + index] === word);
  }

  private dropDead(): void {
    const kept = {
      ids: new IdTable(),
      labs: new GrowingList(shorts),
      starts: new GrowingList(integers),
      terms: new GrowingList(integers),
    };
    kept.starts.push(0);
    for (let entry = 0; entry < this.labs.length; entry++) {
      const lab = this.labs.values[entry] as number;
      if (lab === dead) continue;
      kept.ids.append(this.ids.idAt(entry));
      kept.labs.push(lab);
      kept.terms.append(this.terms.values.subarray(this.starts.values[entry], this.starts.values[entry + 1]));
      kept.starts.push(kept.terms.length);
    }
    this.ids = kept.ids;
    this.labs = kept.labs;
    this.starts = kept.starts;
    this.terms = kept.terms;
  }
}
