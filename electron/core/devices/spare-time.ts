import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';

/** The analyzers count as quiet when no byte came for this long. */
const quietMs = 20;
const pauseMs = 4;
/** While they send, each stretch of background work is followed by so many times its length in which there is none. */
const restFactor = 9;
const longestRestMs = 250;

/**
 * Who may work on the core's thread beside the analyzers: what is on disk can wait, an analyzer that waits for its ACK
 * cannot. Work is done at once while the lines are quiet; while analyzers send without a pause it gets a tenth of the
 * time, so that it goes on all the same.
 */
export class SpareTime {
  private lastByte = Number.NEGATIVE_INFINITY;
  private notBefore = 0;

  /** A byte passed on some line. */
  heard(): void {
    this.lastByte = performance.now();
  }

  /** No analyzer is sending. */
  get isQuiet(): boolean {
    return performance.now() - this.lastByte >= quietMs;
  }

  /** Runs a short stretch of work when it is its turn. */
  async take<T>(work: () => T): Promise<T> {
    // What came while the thread was busy is heard in the next turn of the event loop.
    await turn();
    while (!this.isQuiet && performance.now() < this.notBefore) await pause(pauseMs);
    const start = performance.now();
    try {
      return work();
    } finally {
      const end = performance.now();
      // Nothing can be heard meanwhile, so this time says nothing about the lines.
      this.lastByte += end - start;
      this.notBefore = end + Math.min(longestRestMs, (end - start) * restFactor);
    }
  }
}
