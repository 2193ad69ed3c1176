import { type MangoQuery, normalizeMangoQuery, prepareQuery, type RxDocumentData, type RxJsonSchema } from 'rxdb';
import type { Stored } from '../../../shared/kernel/document.ts';
import { balanceOf, balancesBetween } from './balances.ts';
import type { CollectionName, Documents } from './documents.ts';
import { notFound } from './errors.ts';
import type { InstanceCache } from './instance-cache.ts';
import { findByLookupKeys, findByLookupPrefix } from './lookups.ts';
import type { SqliteEngine } from './storage/index.ts';

/** A Mango query without the lab: the scope adds it. */
export type Find<N extends CollectionName> = Pick<
  MangoQuery<Documents[N]>,
  'selector' | 'sort' | 'skip' | 'limit' | 'index'
>;

/** What reads need from the open database. */
export interface ReadSource {
  readonly engine: SqliteEngine;
  readonly cache: InstanceCache;
  readonly schemas: Readonly<Record<CollectionName, RxJsonSchema<RxDocumentData<unknown>>>>;
}

/**
 * Reads of one lab. Whatever a caller names, documents of another lab are not there for it. Everything here is
 * synchronous and meant for short reads (a page, some ids); long ones go to the read worker. Inside a unit of work it
 * sees what the unit wrote.
 */
export class ScopedReads {
  readonly labId: string;
  protected readonly source: ReadSource;

  constructor(source: ReadSource, labId: string) {
    this.source = source;
    this.labId = labId;
  }

  /** The document, or undefined when it is not there, deleted or another lab's. */
  get<N extends CollectionName>(collection: N, id: string): Stored<Documents[N]> | undefined {
    return this.getMany(collection, [id])[0];
  }

  /** The document; a `notFound` error when it is not there. */
  need<N extends CollectionName>(collection: N, id: string): Stored<Documents[N]> {
    const document = this.get(collection, id);
    if (!document) throw notFound(collection, id);
    return document;
  }

  /** Documents in the order of `ids`, missing ones left out. One statement. */
  getMany<N extends CollectionName>(collection: N, ids: readonly string[]): Stored<Documents[N]>[] {
    if (ids.length === 0) return [];
    const documents = this.source.engine.findByIds<Documents[N]>(collection, ids) as unknown as Stored<Documents[N]>[];
    return documents.filter((document) => document.labId === this.labId);
  }

  /** The same by id, for joining one list to another without a query in a loop. */
  mapOf<N extends CollectionName>(collection: N, ids: Iterable<string | undefined>): Map<string, Stored<Documents[N]>> {
    const wanted = new Set<string>();
    for (const id of ids) if (id !== undefined) wanted.add(id);
    return new Map(this.getMany(collection, [...wanted]).map((document) => [document.id, document]));
  }

  /** Frozen documents through the instance cache, in the order of `ids`. */
  cached<N extends CollectionName>(collection: N, ids: readonly string[]): Readonly<Stored<Documents[N]>>[] {
    return this.source.cache.getCachedInstances(collection, this.labId, ids);
  }

  find<N extends CollectionName>(collection: N, query: Find<N>): Stored<Documents[N]>[] {
    return this.source.engine.query<Documents[N]>(collection, this.prepare(collection, query)) as unknown as Stored<
      Documents[N]
    >[];
  }

  first<N extends CollectionName>(collection: N, query: Find<N>): Stored<Documents[N]> | undefined {
    return this.find(collection, { ...query, limit: 1 })[0];
  }

  count<N extends CollectionName>(collection: N, query: Find<N>): number {
    return this.source.engine.count<Documents[N]>(collection, this.prepare(collection, query));
  }

  /**
   * Documents by exact lookup key (number, code, phone, accession), by key as given; at most `limit` where many may share a
   * key. Two statements.
   */
  byKeys<N extends CollectionName>(
    collection: N,
    keys: readonly string[],
    limit?: number,
  ): Map<string, Stored<Documents[N]>[]> {
    const ids = findByLookupKeys(this.source.engine, collection, this.labId, keys, limit);
    const documents = this.mapOf(collection, [...ids.values()].flat());
    return new Map([...ids].map(([key, found]) => [key, found.flatMap((id) => documents.get(id) ?? [])]));
  }

  /** Documents with a lookup key that begins with what was typed. Two statements. */
  byKeyPrefix<N extends CollectionName>(collection: N, prefix: string, limit: number): Stored<Documents[N]>[] {
    return this.getMany(collection, findByLookupPrefix(this.source.engine, collection, this.labId, prefix, limit));
  }

  /** A running sum of the collection; zero where nothing was booked. One statement. */
  balance(collection: CollectionName, account: string): number {
    return balanceOf(this.source.engine, collection, this.labId, account);
  }

  /** Running sums by name, from `from` up to `to`, which is not included; those of zero left out. One statement. */
  balancesBetween(collection: CollectionName, from: string, to: string): { account: string; amount: number }[] {
    return balancesBetween(this.source.engine, collection, this.labId, from, to);
  }

  private prepare<N extends CollectionName>(collection: N, query: Find<N>) {
    const schema = this.source.schemas[collection] as RxJsonSchema<RxDocumentData<Documents[N]>>;
    const selector = { ...query.selector, labId: { $eq: this.labId } };
    const filled = normalizeMangoQuery<Documents[N]>(schema, { ...query, selector } as MangoQuery<Documents[N]>);
    filled.selector = { ...filled.selector, _deleted: { $eq: false } } as typeof filled.selector;
    return prepareQuery<Documents[N]>(schema, filled);
  }
}
