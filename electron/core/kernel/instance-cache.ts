import { LRUCache } from 'lru-cache';
import type { CollectionName, Documents } from './documents.ts';
import type { CommitSummary, SqliteEngine } from './storage/index.ts';

/** Hits and misses since the start, and what is held now. */
export interface CacheStatistics {
  hits: number;
  misses: number;
  entries: number;
  /** Hits over reads, 0 to 1; 0 before the first read. */
  hitRate: number;
}

type CachedDocument<N extends CollectionName> = Readonly<Documents[N] & { _rev: string }>;

/**
 * The instance cache (reference: CustomRedisClusterCache and BaseModel.get_cached_instance). A key per model and centre,
 * within it the instances. It is invalidated by the commit itself, replicated changes included, so that no use case can
 * forget it; documents come out frozen, so that nobody can change what others read. Bounded by number of instances.
 */
export class InstanceCache {
  private readonly engine: SqliteEngine;
  private readonly allowed: ReadonlySet<CollectionName>;
  private readonly instances: LRUCache<string, CachedDocument<CollectionName>>;
  private readonly stop: () => void;
  private readonly labs = new Set<string>();
  private hits = 0;
  private misses = 0;

  /** @param allowed collections with allow_individual_instance_caching. */
  constructor(engine: SqliteEngine, allowed: Iterable<CollectionName>, maxEntries = 20_000) {
    this.engine = engine;
    this.allowed = new Set(allowed);
    this.instances = new LRUCache({ max: maxEntries });
    this.stop = engine.onCommit((summary) => this.invalidate(summary));
  }

  /** The reference's cache key of a model and centre. */
  static cacheKey(collection: CollectionName, labId: string): string {
    return `${collection}_CentreId${labId}_List`;
  }

  /** Reference: get_cached_instance. A live document of this lab, from the cache or the database; undefined when none. */
  getCachedInstance<N extends CollectionName>(collection: N, labId: string, id: string): CachedDocument<N> | undefined {
    return this.getCachedInstances(collection, labId, [id])[0];
  }

  /** The same for many, in the order of `ids`, missing ones left out; at most one statement. */
  getCachedInstances<N extends CollectionName>(
    collection: N,
    labId: string,
    ids: readonly string[],
  ): CachedDocument<N>[] {
    // After a write in a transaction the database holds what may be rolled back: nothing is read into the cache then.
    if (!this.allowed.has(collection) || this.engine.hasUncommitted) return this.fromDatabase(collection, labId, ids);
    const key = InstanceCache.cacheKey(collection, labId);
    const found = new Map<string, CachedDocument<N>>();
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const cached = this.instances.get(`${key}/${id}`) as unknown as CachedDocument<N> | undefined;
      if (cached) found.set(id, cached);
      else missing.push(id);
    }
    this.hits += found.size;
    this.misses += missing.length;
    if (missing.length > 0) this.labs.add(labId);
    for (const document of missing.length > 0 ? this.fromDatabase(collection, labId, missing) : []) {
      const frozen = deepFreeze(document);
      this.instances.set(`${key}/${document.id}`, frozen as unknown as CachedDocument<CollectionName>);
      found.set(document.id, frozen);
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  /** Reference: reset_cache_instance. Commits call it; a person can through the settings screen. */
  resetCacheInstance(collection: CollectionName, labId: string, id: string): void {
    this.instances.delete(`${InstanceCache.cacheKey(collection, labId)}/${id}`);
  }

  /** Reference: full cache clear on a settings change. */
  clear(): void {
    this.instances.clear();
  }

  statistics(): CacheStatistics {
    const reads = this.hits + this.misses;
    return {
      hits: this.hits,
      misses: this.misses,
      entries: this.instances.size,
      hitRate: reads === 0 ? 0 : this.hits / reads,
    };
  }

  close(): void {
    this.stop();
    this.clear();
  }

  private fromDatabase<N extends CollectionName>(
    collection: N,
    labId: string,
    ids: readonly string[],
  ): CachedDocument<N>[] {
    const documents = this.engine.findByIds<Documents[N]>(collection, ids) as unknown as CachedDocument<N>[];
    return documents.filter((document) => document.labId === labId);
  }

  private invalidate({ changes }: CommitSummary): void {
    if (this.instances.size === 0) return;
    // A settings change can alter how any instance is read; it is rare, so all goes (reference: "Settings change").
    if (changes.some((change) => change.collection === 'setup')) {
      this.clear();
      return;
    }
    const touched = new Set<string>();
    for (const change of changes) {
      if (this.allowed.has(change.collection as CollectionName)) touched.add(`${change.collection}/${change.id}`);
    }
    if (touched.size === 0) return;
    // A change does not name its lab, and one process serves few labs: the keys of all labs seen are dropped.
    for (const labId of this.labs) {
      for (const entry of touched) {
        const slash = entry.indexOf('/');
        this.resetCacheInstance(entry.slice(0, slash) as CollectionName, labId, entry.slice(slash + 1));
      }
    }
  }
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
