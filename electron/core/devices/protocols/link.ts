import type { Hl7Header } from '../../../../shared/devices/hl7/header.ts';

/**
 * A link is the state machine of one connection: bytes in, actions out. It knows no socket, no disk and no clock; whoever
 * drives it hands in the time with every event and carries out the actions in the order given.
 *
 * The driver's contract:
 * - a `store` is answered, once and in order, by `stored` or `storeFailed` with its token. The link sends an acknowledgement
 *   only on `stored`: a byte that was acknowledged is on disk;
 * - `timer` replaces the timer set before (`null` clears it); when it is due, the link gets a `time` event;
 * - all actions of one event are carried out before the next event is handed in;
 * - after `pause` no more bytes are read from the transport until `resume`.
 */
export interface DeviceLink {
  input(event: LinkEvent, nowMs: number): readonly LinkAction[];
  /** For the live view. */
  readonly state: LinkState;
  /** Bytes held in memory now; never above the limits given at creation. */
  readonly bufferedBytes: number;
}

export type LinkState = 'idle' | 'receiving' | 'storing' | 'asking' | 'sending' | 'waiting';

export type LinkEvent =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** `duplicate`: these bytes were on disk before (same device, same message id); acknowledge, do not hand on again. */
  | { readonly kind: 'stored'; readonly token: number; readonly duplicate?: boolean }
  | { readonly kind: 'storeFailed'; readonly token: number; readonly reason: string }
  | { readonly kind: 'time' }
  | { readonly kind: 'send'; readonly message: LinkMessage }
  /** Whether the laboratory can take messages now; while it cannot, an analyzer that asks is told to wait. */
  | { readonly kind: 'ready'; readonly ready: boolean }
  /** The transport is gone; the link is as new afterwards. */
  | { readonly kind: 'closed'; readonly reason: string };

/** A message to be sent. */
export interface LinkMessage {
  /** Comes back in `sent` or `sendFailed`. */
  readonly id: string;
  /** Message text without framing. */
  readonly text: Uint8Array;
  /** HL7: wait for the acknowledgement of `controlId`. Otherwise the message counts as sent once it is written. */
  readonly expectsReply?: boolean;
  readonly controlId?: string;
}

export type LinkAction =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** Bytes to be made durable: an ASTM or VIDAS frame as on the wire, or an HL7 message without its framing. */
  | {
      readonly kind: 'store';
      readonly token: number;
      readonly what: 'frame' | 'message';
      readonly bytes: Uint8Array;
      /** The message's own id, by which a repetition is known; empty where it has none, absent where a second one is none (queries). */
      readonly messageId?: string;
    }
  /** A whole message; everything in it is stored, under `tokens` in order. */
  | {
      readonly kind: 'message';
      readonly tokens: readonly number[];
      readonly text: Uint8Array;
      readonly tolerated: readonly string[];
      /** HL7 only. */
      readonly header?: Hl7Header;
      /** HL7 only: the link sent no acknowledgement; the driver's `answer` is one. */
      readonly unanswered?: boolean;
    }
  /** A message that broke off. What was stored of it is under `tokens` (the last may still be on its way to disk). */
  | {
      readonly kind: 'incomplete';
      readonly tokens: readonly number[];
      readonly text: Uint8Array;
      readonly reason: string;
      readonly tolerated: readonly string[];
      /** All of the message is there; only the session's end is not, so that the analyzer may send it again. */
      readonly whole?: boolean;
    }
  | { readonly kind: 'timer'; readonly at: number | null }
  /** Something worth showing in the live view that is no error of ours. */
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'sent'; readonly id: string }
  /** `again`: the cause may pass (busy, no reply); otherwise the analyzer refused the message itself. */
  | { readonly kind: 'sendFailed'; readonly id: string; readonly reason: string; readonly again: boolean }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' };

/** Control characters of the frames (ISO/IEC 646). */
export const control = {
  STX: 0x02,
  ETX: 0x03,
  EOT: 0x04,
  ENQ: 0x05,
  ACK: 0x06,
  LF: 0x0a,
  VT: 0x0b,
  CR: 0x0d,
  NAK: 0x15,
  ETB: 0x17,
  FS: 0x1c,
  GS: 0x1d,
  RS: 0x1e,
} as const;

const names = new Map<number, string>(Object.entries(control).map(([name, byte]) => [byte, name]));

/** Name of a control character for notes and the live view: `<ENQ>`; other bytes as `<0x41>`. */
export function nameOfByte(byte: number): string {
  return `<${names.get(byte) ?? `0x${byte.toString(16).padStart(2, '0').toUpperCase()}`}>`;
}

/** Concatenates byte strings. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
