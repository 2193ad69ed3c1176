/** Crashes within this time count together, ms. */
const WINDOW_MS = 120_000;
/** So many crashes within the window, and restarting is no help any more. */
const MOST_CRASHES = 5;
/** Wait before the restart after the first, second, ... crash of the window, ms. */
const DELAYS_MS = [250, 1_000, 3_000, 8_000];

/** Decides whether a crashed process is started again, and when. */
export interface RestartPolicy {
  /**
   * Counts one crash.
   * @param now ms of a clock that never goes back (the wall clock may be set back)
   * @returns ms to wait before starting again, or 'give-up' after five crashes in two minutes
   */
  crashed(now: number): number | 'give-up';
  /** Forgets past crashes: a person asked to try again. */
  reset(): void;
}

/** A policy with a memory of its own. */
export function restartPolicy(): RestartPolicy {
  let crashes: number[] = [];
  return {
    crashed(now) {
      crashes = [...crashes.filter((at) => now - at < WINDOW_MS), now];
      return crashes.length >= MOST_CRASHES ? 'give-up' : (DELAYS_MS[crashes.length - 1] ?? WINDOW_MS);
    },
    reset() {
      crashes = [];
    },
  };
}
