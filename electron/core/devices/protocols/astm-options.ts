export interface AstmLinkOptions {
  /** Who yields when both ask at once: the laboratory (`host`) does; the analyzer asks again after a second. */
  readonly role: 'host' | 'instrument';
  /** `tolerant` takes frames whatever their number, for instruments that do not count as the standard says. */
  readonly frameNumbers: 'strict' | 'tolerant';
  /** A message counts as whole only with its terminator record; off for instruments that never send one. */
  readonly requireTerminator: boolean;
  readonly maxFrameBytes: number;
  readonly maxMessageBytes: number;
  readonly receiveTimeoutMs: number;
  readonly replyTimeoutMs: number;
  /** Pause after a contention lost (host 20 s, instrument 1 s). */
  readonly contentionWaitMs: number;
  readonly busyWaitMs: number;
  /** Transmissions of one frame after the first, and of an ENQ. */
  readonly retries: number;
  readonly frameLayout: 'record' | 'message';
  readonly maxFrameText: number;
  /** The standard gives a message up when a reply does not come; some instruments send the frame again instead. */
  readonly resendOnTimeout: boolean;
  readonly trailerWaitMs: number;
  readonly controlQuietMs: number;
  readonly frameQuietMs: number;
}

/** LIS1-A (E1381): times of 6.5.2, retries of 6.5.1.2; the silences are ours. */
export const astmLinkDefaults: AstmLinkOptions = {
  role: 'host',
  frameNumbers: 'strict',
  requireTerminator: true,
  maxFrameBytes: 1024 * 1024,
  maxMessageBytes: 8 * 1024 * 1024,
  receiveTimeoutMs: 30_000,
  replyTimeoutMs: 15_000,
  contentionWaitMs: 20_000,
  busyWaitMs: 10_000,
  retries: 6,
  frameLayout: 'record',
  maxFrameText: 240,
  resendOnTimeout: false,
  trailerWaitMs: 250,
  controlQuietMs: 2_000,
  frameQuietMs: 10_000,
};
