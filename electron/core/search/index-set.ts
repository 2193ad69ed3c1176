import { isCode, wordsOf } from '../../../shared/search/words.ts';
import { Dictionary, type DictionaryData, type TypedWord } from './dictionary.ts';
import { type IndexName, indexNames, orderOfIndex } from './indexes.ts';
import { WordIndex, type WordIndexData } from './word-index.ts';
import { maximumTypedWords } from './word-search.ts';

/** Ids found, by index, best first. */
export type IndexHits = Partial<Record<IndexName, string[]>>;

/** What the indexes are stored and restored by. */
export interface IndexSetData {
  readonly labs: string[];
  readonly dictionary: DictionaryData;
  readonly indexes: Readonly<Record<IndexName, WordIndexData>>;
}

/** All word indexes with the dictionary they share: words of a patient's name stand in three of them. */
export class IndexSet {
  private readonly dictionary = new Dictionary();
  private readonly indexes: Readonly<Record<IndexName, WordIndex>>;
  private readonly labs: string[] = [];
  private marks = new Uint16Array(1024);

  constructor(data?: IndexSetData) {
    this.indexes = Object.fromEntries(
      indexNames.map((name) => [name, new WordIndex(orderOfIndex[name], data?.indexes[name])]),
    ) as Record<IndexName, WordIndex>;
    if (!data) return;
    this.labs.push(...data.labs);
    this.dictionary.import(data.dictionary);
    this.tidy(true);
  }

  /** Documents in each index. */
  get sizes(): Record<IndexName, number> {
    return Object.fromEntries(indexNames.map((name) => [name, this.indexes[name].size])) as Record<IndexName, number>;
  }

  get words(): number {
    return this.dictionary.size;
  }

  get bytes(): number {
    return indexNames.reduce((sum, name) => sum + this.indexes[name].bytes, 0);
  }

  /** Makes a document findable by the words of its text; false when it was already, by the same ones. */
  set(name: IndexName, id: string, labId: string, text: string): boolean {
    return this.indexes[name].set(id, this.labNumber(labId), this.dictionary.numbersOf(text));
  }

  remove(name: IndexName, id: string): boolean {
    return this.indexes[name].remove(id);
  }

  /**
   * Documents of the lab that hold, for every word typed, a word that begins with it. Codes among the words are left to
   * the lookup keys; nothing is found for a text without words.
   */
  search(names: readonly IndexName[], labId: string, text: string, limit: number): IndexHits {
    const lab = this.labs.indexOf(labId);
    const words = [...new Set(wordsOf(text).filter((word) => !isCode(word)))].slice(0, maximumTypedWords);
    if (lab < 0 || words.length === 0) return {};
    const typed: TypedWord[] = words.map((word) => this.dictionary.typed(word));
    if (typed.some(({ matching }) => matching.length === 0)) return {};
    if (this.marks.length < this.dictionary.size) this.marks = new Uint16Array(this.dictionary.size * 2);
    return Object.fromEntries(names.map((name) => [name, this.indexes[name].search(typed, lab, limit, this.marks)]));
  }

  /** Puts the indexes in order that need it, or all; see WordIndex.tidy. */
  tidy(all = false): void {
    for (const name of indexNames) if (all || this.indexes[name].untidy) this.indexes[name].tidy(this.dictionary.size);
  }

  /** Everything that restores it, as it is now; nothing may be changed before the promise is fulfilled. */
  async data(): Promise<IndexSetData> {
    const dictionary = await this.dictionary.export();
    return {
      labs: [...this.labs],
      dictionary: { ...dictionary, words: [...dictionary.words] },
      indexes: Object.fromEntries(
        indexNames.map((name) => [name, this.indexes[name].data()]),
      ) as IndexSetData['indexes'],
    };
  }

  /** Labs in one process are few; 65 534 is what an entry has room for. */
  private labNumber(labId: string): number {
    const known = this.labs.indexOf(labId);
    return known >= 0 ? known : this.labs.push(labId) - 1;
  }
}
