import type { SqlRow } from './contract.ts';
import { parseDocument } from './reads.ts';
import type { Statements } from './statements.ts';
import type { DocumentTable, StoredDocument } from './tables.ts';

/** Characters of JSON that each of the two generations holds: some 25 MB of objects. */
const GENERATION_SIZE = 8_000_000;
/** A longer document is not worth the place of many others. */
const LONGEST = 32_000;
/** Answers of queries that are kept between two commits. */
const MOST_ANSWERS = 1000;

/**
 * Parsed documents by sequence number. A number stands for one version of one document for ever, so an entry is never wrong and nothing
 * has to be invalidated. What it gives out is frozen, since it is given out more than once. What was not asked for
 * during a whole generation is forgotten.
 */
export class DocumentCache {
  #young = new Map<number, StoredDocument>();
  #old = new Map<number, StoredDocument>();
  #size = 0;
  readonly #answers = new Map<object, Map<string, readonly number[]>>();
  #answered = 0;
  #commits = -1;

  /**
   * The sequence numbers that a query answers, found once between two commits: a screen that asks again while nothing was written
   * costs no statement. `commits` is how many there were; `query` stands for the shape, `parameters` for its values.
   */
  answer(commits: number, query: object, parameters: string, find: () => readonly number[]): readonly number[] {
    if (commits !== this.#commits || this.#answered >= MOST_ANSWERS) {
      this.#answers.clear();
      this.#answered = 0;
      this.#commits = commits;
    }
    let known = this.#answers.get(query);
    if (known === undefined) {
      known = new Map();
      this.#answers.set(query, known);
    }
    let sequences = known.get(parameters);
    if (sequences === undefined) {
      sequences = find();
      known.set(parameters, sequences);
      this.#answered++;
    }
    return sequences;
  }

  /** The documents of rows of one table, in order; those not here are read in one statement. */
  find(statements: Statements, table: DocumentTable, sequences: readonly number[]): StoredDocument[] {
    const documents: StoredDocument[] = [];
    for (const sequence of sequences) {
      const document = this.#get(sequence);
      if (document === undefined) return this.#findMissing(statements, table, sequences);
      documents.push(document);
    }
    return documents;
  }

  #findMissing(statements: Statements, table: DocumentTable, sequences: readonly number[]): StoredDocument[] {
    const found = new Map<number, StoredDocument>();
    const missing: number[] = [];
    for (const sequence of sequences) {
      const document = this.#get(sequence);
      if (document === undefined) missing.push(sequence);
      else found.set(sequence, document);
    }
    const sql = `SELECT seq, data FROM ${table.name} WHERE seq IN (SELECT value FROM json_each(?))`;
    for (const row of statements.all(sql, [JSON.stringify(missing)])) found.set(row.seq as number, this.#add(row));
    return sequences.flatMap((sequence) => found.get(sequence) ?? []);
  }

  #get(sequence: number): StoredDocument | undefined {
    const young = this.#young.get(sequence);
    if (young !== undefined) return young;
    const old = this.#old.get(sequence);
    if (old !== undefined) this.#young.set(sequence, old);
    return old;
  }

  #add(row: SqlRow): StoredDocument {
    const document = freeze(parseDocument(row));
    const { length } = row.data as string;
    if (length > LONGEST) return document;
    this.#size += length;
    if (this.#size > GENERATION_SIZE) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#size = length;
    }
    this.#young.set(row.seq as number, document);
    return document;
  }
}

function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) freeze(member);
  return Object.freeze(value);
}
