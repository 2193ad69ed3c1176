/*
 * What Electron 25 (Node 18.15, Chromium 114) lacks of the language and library that the product uses, for end-to-end
 * tests only: the product runs on Electron 45 and Node 24. Loaded before any bundle, in pages too, so no Node imports.
 */

type Anything = Record<PropertyKey, unknown>;

/** Defines what is not there yet, not enumerable, as the real thing would be. */
function provide(target: object, members: Record<PropertyKey, unknown>): void {
  for (const name of Reflect.ownKeys(members)) {
    if (name in target) continue;
    Object.defineProperty(target, name, { value: members[name], writable: true, configurable: true });
  }
}

provide(Symbol, { dispose: Symbol.for('Symbol.dispose'), asyncDispose: Symbol.for('Symbol.asyncDispose') });

provide(Promise, {
  withResolvers<T>() {
    let resolve: (value: T | PromiseLike<T>) => void = () => {};
    let reject: (reason?: unknown) => void = () => {};
    const promise = new Promise<T>((onResolve, onReject) => {
      resolve = onResolve;
      reject = onReject;
    });
    return { promise, resolve, reject };
  },
  try<T>(body: (...args: unknown[]) => T, ...args: unknown[]) {
    return new Promise<T>((resolve) => resolve(body(...args)));
  },
});

provide(Array.prototype, {
  toSorted(this: unknown[], compare?: (a: unknown, b: unknown) => number) {
    return [...this].sort(compare);
  },
  toReversed(this: unknown[]) {
    return [...this].reverse();
  },
  toSpliced(this: unknown[], start: number, count: number, ...items: unknown[]) {
    const copy = [...this];
    copy.splice(start, count, ...items);
    return copy;
  },
  with(this: unknown[], index: number, value: unknown) {
    const copy = [...this];
    copy[index < 0 ? copy.length + index : index] = value;
    return copy;
  },
});

provide(Array, {
  async fromAsync(items: AsyncIterable<unknown> | Iterable<unknown>, map?: (item: unknown, index: number) => unknown) {
    const result: unknown[] = [];
    for await (const item of items) result.push(map ? await map(item, result.length) : item);
    return result;
  },
});

provide(Object, {
  groupBy<T>(items: Iterable<T>, keyOf: (item: T, index: number) => PropertyKey) {
    const groups: Record<PropertyKey, T[]> = Object.create(null);
    let index = 0;
    for (const item of items) {
      const key = keyOf(item, index++);
      const group = groups[key] ?? [];
      group.push(item);
      groups[key] = group;
    }
    return groups;
  },
});

provide(Map, {
  groupBy<K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K) {
    const groups = new Map<K, T[]>();
    let index = 0;
    for (const item of items) {
      const key = keyOf(item, index++);
      const group = groups.get(key) ?? [];
      group.push(item);
      groups.set(key, group);
    }
    return groups;
  },
});

/** What the set methods ask of their argument. */
interface SetLike {
  readonly size: number;
  has(value: unknown): boolean;
  keys(): Iterator<unknown>;
}

function keysOf(other: SetLike): Iterable<unknown> {
  return { [Symbol.iterator]: () => other.keys() };
}

provide(Set.prototype, {
  union(this: Set<unknown>, other: SetLike) {
    return new Set([...this, ...keysOf(other)]);
  },
  intersection(this: Set<unknown>, other: SetLike) {
    return new Set([...this].filter((value) => other.has(value)));
  },
  difference(this: Set<unknown>, other: SetLike) {
    return new Set([...this].filter((value) => !other.has(value)));
  },
  symmetricDifference(this: Set<unknown>, other: SetLike) {
    const added = [...keysOf(other)].filter((value) => !this.has(value));
    return new Set([...[...this].filter((value) => !other.has(value)), ...added]);
  },
  isSubsetOf(this: Set<unknown>, other: SetLike) {
    return [...this].every((value) => other.has(value));
  },
  isSupersetOf(this: Set<unknown>, other: SetLike) {
    return [...keysOf(other)].every((value) => this.has(value));
  },
  isDisjointFrom(this: Set<unknown>, other: SetLike) {
    return ![...this].some((value) => other.has(value));
  },
});

const iteratorPrototype: Anything = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

provide(iteratorPrototype, {
  *map(this: IterableIterator<unknown>, body: (item: unknown, index: number) => unknown) {
    let index = 0;
    for (const item of this) yield body(item, index++);
  },
  *filter(this: IterableIterator<unknown>, body: (item: unknown, index: number) => boolean) {
    let index = 0;
    for (const item of this) if (body(item, index++)) yield item;
  },
  *take(this: IterableIterator<unknown>, limit: number) {
    let left = limit;
    if (left <= 0) return;
    for (const item of this) {
      yield item;
      if (--left === 0) return;
    }
  },
  *drop(this: IterableIterator<unknown>, count: number) {
    let left = count;
    for (const item of this) if (left-- <= 0) yield item;
  },
  *flatMap(this: IterableIterator<unknown>, body: (item: unknown, index: number) => Iterable<unknown>) {
    let index = 0;
    for (const item of this) yield* body(item, index++);
  },
  toArray(this: IterableIterator<unknown>) {
    return [...this];
  },
  forEach(this: IterableIterator<unknown>, body: (item: unknown, index: number) => void) {
    let index = 0;
    for (const item of this) body(item, index++);
  },
  reduce(this: IterableIterator<unknown>, ...args: Parameters<unknown[]['reduce']>) {
    return [...this].reduce(...args);
  },
  some(this: IterableIterator<unknown>, body: (item: unknown, index: number) => boolean) {
    return [...this].some(body);
  },
  every(this: IterableIterator<unknown>, body: (item: unknown, index: number) => boolean) {
    return [...this].every(body);
  },
  find(this: IterableIterator<unknown>, body: (item: unknown, index: number) => boolean) {
    return [...this].find(body);
  },
});

provide(String.prototype, {
  isWellFormed(this: string) {
    return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(this);
  },
  toWellFormed(this: string) {
    return this.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
  },
});

provide(RegExp, {
  escape: (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, (character) => `\\${character}`),
});

provide(AbortSignal, {
  any(signals: Iterable<AbortSignal>) {
    const controller = new AbortController();
    for (const signal of signals) {
      if (signal.aborted) controller.abort(signal.reason);
      else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
    }
    return controller.signal;
  },
});

provide(Uint8Array.prototype, {
  toHex(this: Uint8Array) {
    return [...this].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  },
  toBase64(this: Uint8Array) {
    return btoa(String.fromCharCode(...this));
  },
});

provide(Uint8Array, {
  fromHex: (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
  fromBase64: (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
});
