import type { DeviceLink, LinkMessage } from '../../core/devices/protocols/index.ts';

/** What the laboratory answered to a query: codes by sample id; empty when it wants nothing. */
export type OrdersBySample = ReadonlyMap<string, readonly string[]>;

/** One kind of simulated instrument: how it words things. Connection, faults and waiting are the same for all. */
export interface Instrument {
  readonly link: DeviceLink;
  /** Asks for the orders of a sample, or of all. Absent where the instrument takes no orders. */
  readonly query?: ((sampleId: string | undefined, now: number) => LinkMessage) | undefined;
  /** The results of a sample: the parameters asked for, or all it measures. One message, or one for each test. */
  results(sampleId: string, codes: readonly string[] | undefined, now: number): readonly LinkMessage[];
  /**
   * Takes a message of the laboratory. Returns its orders once the answer to a query is complete, and what the instrument has to
   * write back, if anything.
   */
  received(text: Uint8Array, now: number): { readonly orders?: OrdersBySample; readonly reply?: Uint8Array };
}

/** Times of the protocol that a test may shorten, in milliseconds. */
export interface SimulatedTimes {
  readonly replyTimeoutMs?: number;
  readonly contentionWaitMs?: number;
  readonly busyWaitMs?: number;
}

let messages = 0;

/** A number for messages, unique in this process. */
export function nextMessageId(): string {
  messages++;
  return String(messages);
}

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}
