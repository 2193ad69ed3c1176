/**
 * A failed connection is tried again after 1 s, then twice as long, up to `longest`, each time with up to a fifth more or
 * less, so that devices behind one cable do not all knock at once.
 */
export function backOffMs(failures: number, longest = 30_000): number {
  const pause = Math.min(longest, 1000 * 2 ** Math.min(failures, 10));
  return Math.round(pause * (0.8 + Math.random() * 0.4));
}
