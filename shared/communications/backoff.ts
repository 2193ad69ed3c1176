const firstDelayMs = 30_000;

/** No waiting job waits longer than this for its next attempt. */
export const longestDelayMs = 3_600_000;

/**
 * How long a job waits after its `failures`-th failed attempt, in milliseconds: 30 s, doubled each time, at most 1 h,
 * less up to a quarter at random, so that jobs that failed together do not come back together.
 * @param random 0 ≤ random < 1
 */
export function retryDelayMs(failures: number, random: number): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full * (1 - random / 4));
}
