import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';

/** The analyzers count as quiet when no byte came for this long. */
const quietMs = 20;
const pauseMs = 4;
const longestRestMs = 250;
/**
 * What part of the thread's time background work gets while analyzers send: half of it when bytes pass rarely, next to
 * nothing when they pass without a pause, since then each stretch of work makes some analyzer wait for its ACK.
 */
const share = { least: 0.05, most: 0.5, mostFromGapMs: 5 };
/** How much the newest gap between two pieces of bytes counts in their average. */
const newest = 0.05;
/** How long a stretch of work may take while the lines are quiet: whoever calls meanwhile waits as long. */
const stretchMs = 25;

/**
 * Who may work on the core's thread beside the analyzers: what is on disk can wait, an analyzer that waits for its ACK
 * cannot. Work is done at once while the lines are quiet, and goes on, more slowly, while analyzers send without a pause.
 */
export class SpareTime {
  private lastByte = Number.NEGATIVE_INFINITY;
  private gap = quietMs;
  private notBefore = 0;

  /** A byte passed on some line. */
  heard(): void {
    const now = performance.now();
    this.gap += (Math.min(quietMs, now - this.lastByte) - this.gap) * newest;
    this.lastByte = now;
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
      const part = Math.max(share.least, share.most * Math.min(1, this.gap / share.mostFromGapMs));
      this.notBefore = end + Math.min(longestRestMs, (end - start) * (1 / part - 1));
    }
  }
}

export interface StretchSizes {
  /** How many at once while analyzers send. */
  readonly busy: number;
  /** How many at once while they are quiet: at least, however long that takes, and at most. */
  readonly least: number;
  readonly most: number;
}

/** How many pieces of one kind of work fit into a stretch, by what they took so far. */
export class StretchOf {
  private readonly spareTime: SpareTime;
  private readonly sizes: StretchSizes;
  private eachMs: number;

  constructor(spareTime: SpareTime, sizes: StretchSizes) {
    this.spareTime = spareTime;
    this.sizes = sizes;
    this.eachMs = stretchMs / sizes.least;
  }

  get size(): number {
    const { busy, least, most } = this.sizes;
    if (!this.spareTime.isQuiet) return busy;
    return Math.max(least, Math.min(most, Math.floor(stretchMs / this.eachMs)));
  }

  /** Says what some of them took. */
  took(milliseconds: number, count: number): void {
    if (count > 0) this.eachMs += (milliseconds / count - this.eachMs) / 4;
  }
}
