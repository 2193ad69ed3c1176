import type { SqlRow } from './contract.ts';
import type { Statements } from './statements.ts';
import type { DocumentTable, StoredDocument } from './tables.ts';

/** Characters of JSON that each of the two generations holds: some 25 MB of objects. */
const GENERATION_SIZE = 8_000_000;
/** A longer document is not worth the place of many others. */
const LONGEST = 32_000;

/**
 * Parsed documents by sequence number. A number stands for one version of one document for ever, so an entry is never wrong and nothing
 * has to be invalidated. What it gives out is frozen, since it is given out more than once. What was not asked for
 * during a whole generation is forgotten.
 */
export class DocumentCache {
  #young = new Map<number, StoredDocument>();
  #old = new Map<number, StoredDocument>();
  #size = 0;

  /** The documents of rows of one table, in order; those not here are read in one statement. */
  find(statements: Statements, table: DocumentTable, sequences: readonly number[]): StoredDocument[] {
    const missing = sequences.filter((sequence) => this.#get(sequence) === undefined);
    const fresh = new Map<number, StoredDocument>();
    if (missing.length > 0) {
      const sql = `SELECT seq, data FROM ${table.name} WHERE seq IN (SELECT value FROM json_each(?))`;
      for (const row of statements.all(sql, [JSON.stringify(missing)])) fresh.set(row.seq as number, this.#add(row));
    }
    return sequences.flatMap((sequence) => this.#get(sequence) ?? fresh.get(sequence) ?? []);
  }

  #get(sequence: number): StoredDocument | undefined {
    const young = this.#young.get(sequence);
    if (young !== undefined) return young;
    const old = this.#old.get(sequence);
    if (old !== undefined) this.#young.set(sequence, old);
    return old;
  }

  #add({ seq, data }: SqlRow): StoredDocument {
    const text = data as string;
    const document = freeze(JSON.parse(text) as StoredDocument);
    if (text.length > LONGEST) return document;
    this.#size += text.length;
    if (this.#size > GENERATION_SIZE) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#size = text.length;
    }
    this.#young.set(seq as number, document);
    return document;
  }
}

function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) freeze(member);
  return Object.freeze(value);
}
