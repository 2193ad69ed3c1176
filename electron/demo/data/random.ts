/** A stream of numbers that is the same for the same seed, so that every demo laboratory and test sees the same people. */
export interface SeededRandom {
  /** From 0, inclusive, to 1, exclusive. */
  next(): number;
  /** A whole number from `from` to `to`, both inclusive. */
  integer(from: number, to: number): number;
  /** True in `share` of the cases, 0 to 1. */
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** One item, each as likely as its weight says. */
  weighted<T extends { readonly weight: number }>(items: readonly T[]): T;
  /** So many decimal digits. */
  digits(count: number): string;
}

/** The mulberry32 generator (T. Ettinger, public domain): 32 bits of state, enough for demo data, not for secrets. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const integer = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[integer(0, items.length - 1)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  };
  return {
    next,
    integer,
    pick,
    chance: (share) => next() < share,
    weighted: (items) => {
      let left = next() * items.reduce((sum, item) => sum + item.weight, 0);
      for (const item of items) {
        left -= item.weight;
        if (left < 0) return item;
      }
      return pick(items);
    },
    digits: (count) => Array.from({ length: count }, () => integer(0, 9)).join(''),
  };
}
