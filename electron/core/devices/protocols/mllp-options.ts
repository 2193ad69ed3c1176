export interface MllpLinkOptions {
  /** A longer message is refused (AE) and not kept. */
  readonly maxMessageBytes: number;
  /** Received and not yet on disk; beyond it the transport is paused, beyond twice that messages are refused. */
  readonly maxPendingBytes: number;
  readonly replyTimeoutMs: number;
  /** Transmissions of a message that is not acknowledged. */
  readonly attempts: number;
  /** Message types (`QRY^Q02`) that the driver's answer acknowledges. */
  readonly answeredByDriver: readonly string[];
  /** Header fields given back in acknowledgements besides the usual ones. */
  readonly acknowledgeEchoes: readonly number[];
  /** `YYYYMMDDHHMMSS` for the headers of acknowledgements. */
  readonly localTime: (nowMs: number) => string;
}

export const mllpLinkDefaults: MllpLinkOptions = {
  maxMessageBytes: 8 * 1024 * 1024,
  maxPendingBytes: 8 * 1024 * 1024,
  replyTimeoutMs: 30_000,
  attempts: 3,
  answeredByDriver: [],
  acknowledgeEchoes: [],
  localTime: stampOf,
};

/** `YYYYMMDDHHMMSS` by this computer's time zone. */
export function stampOf(nowMs: number): string {
  const at = new Date(nowMs);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  return `${day}${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
}
