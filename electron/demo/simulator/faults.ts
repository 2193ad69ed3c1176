import { control } from '../../core/devices/protocols/index.ts';
import { type SeededRandom, seededRandom } from '../data/random.ts';

/** What can go wrong between an instrument and a laboratory. */
export const faults = [
  'bad-checksum',
  'lost-ack',
  'cut-cable',
  'slow-bytes',
  'garbage',
  'duplicate',
  'contention',
] as const;
export type Fault = (typeof faults)[number];

export function isFault(name: string): name is Fault {
  return faults.some((fault) => fault === name);
}

/** What to do with bytes that are about to go out. */
export interface Outgoing {
  readonly bytes: Uint8Array;
  /** Pull the cable when these are written. */
  readonly cut: boolean;
  /** One at a time. */
  readonly slowly: boolean;
}

/**
 * Spoils the traffic of one connection in one way, once for each message, so that a link that recovers gets on and one that does
 * not is found out.
 */
export class FaultyWire {
  readonly #fault: Fault | undefined;
  readonly #random: SeededRandom;
  #due = false;
  #sentText = false;

  constructor(fault: Fault | undefined, seed: number) {
    this.#fault = fault;
    this.#random = seededRandom(seed);
  }

  /** A new message is on its way: the fault is due again. Contention needs an answer, so only a question calls for it. */
  arm(message: 'question' | 'results'): void {
    if (this.#fault === 'contention' && message === 'results') return;
    this.#due = this.#fault !== undefined;
    this.#sentText = false;
  }

  outgoing(bytes: Uint8Array): Outgoing {
    const plain = { bytes, cut: false, slowly: this.#fault === 'slow-bytes' };
    const first = bytes[0];
    const carriesText = first === control.STX || first === control.VT;
    if (carriesText) this.#sentText = true;
    if (!this.#due) return plain;
    switch (this.#fault) {
      case 'bad-checksum':
        return first === control.STX ? this.#once({ ...plain, bytes: withWrongChecksum(bytes) }) : plain;
      case 'cut-cable': {
        if (!carriesText) return plain;
        const until = this.#random.integer(1, Math.max(1, bytes.length - 1));
        return this.#once({ ...plain, bytes: bytes.subarray(0, until), cut: true });
      }
      case 'garbage': {
        if (first !== control.ENQ && first !== control.VT) return plain;
        // Noise of a bad line, without the characters that mean something.
        const noise = Uint8Array.from({ length: this.#random.integer(3, 40) }, () => this.#random.integer(0x20, 0xff));
        return this.#once({ ...plain, bytes: Uint8Array.from([...noise, ...bytes]) });
      }
      default:
        return plain;
    }
  }

  /** Whether these bytes get lost on their way to the instrument: the first acknowledgement of what was sent. */
  loses(bytes: Uint8Array): boolean {
    if (!this.#due || !this.#sentText || this.#fault !== 'lost-ack') return false;
    const isReply = bytes[0] === control.ACK || bytes[0] === control.VT;
    if (isReply) this.#due = false;
    return isReply;
  }

  /** Whether the instrument asks to send just when the laboratory does. */
  contends(bytes: Uint8Array): boolean {
    if (this.#fault !== 'contention' || !this.#due || bytes[0] !== control.ENQ) return false;
    this.#due = false;
    return true;
  }

  #once(outgoing: Outgoing): Outgoing {
    this.#due = false;
    return outgoing;
  }
}

/** The last of the checksum's two digits is before CR LF in ASTM, before ETX in VIDAS. */
function withWrongChecksum(frame: Uint8Array): Uint8Array {
  const spoilt = frame.slice();
  const at = spoilt.length - (spoilt.at(-1) === control.ETX ? 3 : 4);
  spoilt[at] = spoilt[at] === 0x30 ? 0x31 : 0x30;
  return spoilt;
}
