import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until `condition` gives something truthy and returns it; what it throws counts as "not yet". Fails with the last
 * error, or the condition's own words, after `timeout` milliseconds.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeout = 10_000, every = 10 }: { timeout?: number; every?: number } = {},
): Promise<NonNullable<T>> {
  const end = performance.now() + timeout;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) break;
    await pause(every);
  }
  throw new Error(`Not within ${timeout} ms: ${condition.toString()}`, { cause: last });
}
