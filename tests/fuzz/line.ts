import {
  createAstmLink,
  createMllpLink,
  createVidasLink,
  type DeviceLink,
  type LinkAction,
  type LinkEvent,
} from '../../electron/core/devices/protocols/index.ts';
import { type SeededRandom, seededRandom } from '../../electron/demo/data/random.ts';
import type { Driver } from '../../shared/devices/index.ts';

const maxFrameBytes = 4_096;
const maxMessageBytes = 16_384;

interface Machine {
  readonly name: string;
  readonly format: Driver['format'];
  readonly create: () => DeviceLink;
  /** What the machine may hold at most, with the limits it is made with. */
  readonly mostBytes: number;
}

const astm = { maxFrameBytes, maxMessageBytes };
/** A session, what waits for the disk, and frames at either end; the sender's queue is what the test puts in. */
const astmMost = 2 * maxMessageBytes + 4 * maxFrameBytes + 4_096;

/** Every protocol machine, with limits small enough to be reached. */
export const machines: readonly Machine[] = [
  { name: 'ASTM host', format: 'astm', create: () => createAstmLink(astm), mostBytes: astmMost },
  {
    name: 'ASTM host, frame numbers tolerated',
    format: 'astm',
    create: () => createAstmLink({ ...astm, frameNumbers: 'tolerant', requireTerminator: false }),
    mostBytes: astmMost,
  },
  {
    name: 'ASTM instrument',
    format: 'astm',
    create: () => createAstmLink({ ...astm, role: 'instrument', resendOnTimeout: true }),
    mostBytes: astmMost,
  },
  {
    name: 'MLLP',
    format: 'hl7',
    create: () =>
      createMllpLink({ maxMessageBytes, maxPendingBytes: maxMessageBytes, answeredByDriver: ['QRY^Q02', 'ORM^O01'] }),
    mostBytes: 6 * maxMessageBytes,
  },
  {
    name: 'VIDAS',
    format: 'vidas',
    create: () => createVidasLink({ maxFrameBytes }),
    // A hundred frames may wait for the disk.
    mostBytes: 102 * maxFrameBytes,
  },
];

/**
 * One connection under attack: plays socket, disk and clock around a machine, all of them badly, and holds it to its contract
 * (`DeviceLink`). Throws, with the reason, when it breaks it.
 */
export class AttackedLine {
  readonly #machine: Machine;
  readonly #random: SeededRandom;
  #link: DeviceLink;
  #now = 1_000_000;
  #timer: number | null = null;
  #stores: number[] = [];
  #stored = new Set<number>();
  #sends = 0;

  constructor(machine: Machine, seed: number) {
    this.#machine = machine;
    this.#random = seededRandom(seed);
    this.#link = machine.create();
  }

  /** Bytes arrive in pieces, with whatever else happens in between. */
  attack(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const length = this.#random.chance(0.5) ? bytes.length : this.#random.integer(1, 200);
      this.#feed({ kind: 'bytes', bytes: bytes.subarray(at, at + length) });
      at += length;
      this.#between();
    }
    while (this.#stores.length > 0 && this.#random.chance(0.8)) this.#answerStore();
    if (this.#random.chance(0.02)) this.#close();
  }

  #between(): void {
    while (this.#stores.length > 0 && this.#random.chance(0.6)) this.#answerStore();
    if (this.#random.chance(0.1)) this.#wait(this.#random.integer(0, 40_000));
    if (this.#random.chance(0.03)) this.#feed({ kind: 'ready', ready: this.#random.chance(0.7) });
    if (this.#random.chance(0.03)) {
      const text = Uint8Array.from('H|\\^&\rL|1|I\r', (sign) => sign.charCodeAt(0));
      const id = String(this.#sends++);
      this.#feed({ kind: 'send', message: { id, text, expectsReply: this.#random.chance(0.5), controlId: id } });
    }
  }

  #wait(ms: number): void {
    const until = this.#now + ms;
    // A timer that is due again at once, time after time, would hang the core.
    for (let fired = 0; this.#timer !== null && this.#timer <= until; fired++) {
      if (fired > 1000) throw new Error('its timer fires without end');
      this.#now = Math.max(this.#now, this.#timer);
      this.#timer = null;
      this.#feed({ kind: 'time' });
    }
    this.#now = until;
  }

  #answerStore(): void {
    const token = this.#stores.shift();
    if (token === undefined) return;
    if (this.#random.chance(0.1)) this.#feed({ kind: 'storeFailed', token, reason: 'disk full' });
    else {
      this.#stored.add(token);
      this.#feed({ kind: 'stored', token, duplicate: this.#random.chance(0.05) });
    }
  }

  #close(): void {
    this.#feed({ kind: 'closed', reason: 'cut' });
    this.#link = this.#machine.create();
    this.#stores = [];
    this.#stored = new Set();
    this.#timer = null;
  }

  #feed(event: LinkEvent): void {
    for (const action of this.#link.input(event, this.#now)) this.#look(action, event);
    const { bufferedBytes } = this.#link;
    if (bufferedBytes > this.#machine.mostBytes || bufferedBytes < 0)
      throw new Error(`it holds ${bufferedBytes} bytes, ${this.#machine.mostBytes} are allowed`);
  }

  #look(action: LinkAction, event: LinkEvent): void {
    if (action.kind === 'timer') this.#timer = action.at;
    if (action.kind === 'store') this.#stores.push(action.token);
    if (action.kind !== 'message') return;
    // What is handed on was stored before; at the end of a connection it may still be on its way to disk.
    for (const token of action.tokens) {
      if (!this.#stored.delete(token) && event.kind !== 'closed')
        throw new Error(`message of a token never stored: ${token}`);
    }
  }
}
