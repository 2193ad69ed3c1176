import { type ELDHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Logger } from 'pino';

/** How long the core's thread was blocked, in milliseconds, in the window that is open now. */
export interface ThreadState {
  p99Ms: number;
  maxMs: number;
}

const resolutionMs = 4;
const windowMs = 60_000;
/** The longest block that is not worth a line in the log (quality.md). */
const alarmMs = 50;

/** Watches the budget of the core's thread: an analyzer waiting for its ACK never waits for a chart. */
export class ThreadWatch {
  private readonly histogram: ELDHistogram;
  private readonly timer: NodeJS.Timeout;

  constructor(log: Logger) {
    this.histogram = monitorEventLoopDelay({ resolution: resolutionMs });
    this.histogram.enable();
    this.timer = setInterval(() => {
      const state = this.state();
      if (state.maxMs > alarmMs) log.warn(state, 'the core thread was blocked for long');
      this.histogram.reset();
    }, windowMs);
    this.timer.unref();
  }

  /** The histogram counts from the timer's own interval, which is taken off. */
  state(): ThreadState {
    const milliseconds = (nanoseconds: number) =>
      Number.isFinite(nanoseconds) ? Math.max(0, Math.round((nanoseconds / 1e6 - resolutionMs) * 10) / 10) : 0;
    return { p99Ms: milliseconds(this.histogram.percentile(99)), maxMs: milliseconds(this.histogram.max) };
  }

  close(): void {
    clearInterval(this.timer);
    this.histogram.disable();
  }
}
