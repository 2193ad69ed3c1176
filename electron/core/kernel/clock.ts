/** Where the core takes the time from, so that tests and simulations can set it. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** The clock's time as it stands in documents. */
export function isoNow(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
