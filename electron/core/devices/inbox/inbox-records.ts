/**
 * What is known of a message when it becomes durable.
 * - `received`: whole;
 * - `doubtful`: whole too, but the analyzer may not know that it was taken and send it again;
 * - `incomplete`: its session was cut;
 * - `sent`: ours.
 */
export type InboxState = 'received' | 'doubtful' | 'incomplete' | 'sent';

/** One frame of a session, as received. */
export interface StoredFrame {
  readonly kind: 'frame';
  readonly id: number;
  readonly deviceId: string;
  readonly peer: string;
  readonly bytes: Uint8Array;
}

/** A whole message. */
export interface StoredMessage {
  readonly kind: 'message';
  readonly journalId: string;
  readonly deviceId: string;
  readonly peer: string;
  /** Milliseconds since 1970, UTC: the time of receipt. */
  readonly at: number;
  readonly state: InboxState;
  readonly messageId: string | undefined;
  readonly digest: string;
  readonly tolerated: readonly string[];
  readonly reason: string | undefined;
  readonly bytes: Uint8Array;
  readonly wire: Uint8Array | undefined;
  /** Ids of the frames it was made of. */
  readonly frames: readonly number[];
}

type Frame = Omit<StoredFrame, 'bytes'>;
type Message = Omit<StoredMessage, 'bytes' | 'wire'> & { readonly length: number; readonly wire: boolean };

const lengthBytes = 4;

/** A record: length of the JSON, the JSON, then the bytes (and of a message the wire) as they are. */
export function encodeFrame({ bytes, ...frame }: StoredFrame): Uint8Array[] {
  return [...headOf(frame), bytes];
}

export function encodeMessage({ bytes, wire, ...rest }: StoredMessage): Uint8Array[] {
  const message: Message = { ...rest, length: bytes.length, wire: wire !== undefined };
  return wire ? [...headOf(message), bytes, wire] : [...headOf(message), bytes];
}

/** The reverse of both; its bytes are views of the payload. */
export function decodeRecord(payload: Buffer): StoredFrame | StoredMessage {
  const start = lengthBytes + payload.readUInt32LE(0);
  const head = JSON.parse(payload.toString('utf8', lengthBytes, start)) as Frame | Message;
  if (head.kind === 'frame') return { ...head, bytes: payload.subarray(start) };
  const { length, wire, ...message } = head;
  return {
    ...message,
    messageId: message.messageId,
    reason: message.reason,
    bytes: payload.subarray(start, start + length),
    wire: wire ? payload.subarray(start + length) : undefined,
  };
}

function headOf(head: Frame | Message): [Uint8Array, Uint8Array] {
  const json = Buffer.from(JSON.stringify(head), 'utf8');
  const length = Buffer.allocUnsafe(lengthBytes);
  length.writeUInt32LE(json.length, 0);
  return [length, json];
}
