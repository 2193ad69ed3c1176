import type { DeviceLink, LinkAction, LinkEvent, LinkMessage } from '../../../electron/core/devices/protocols/index.ts';

export const STX = 0x02;
export const ETX = 0x03;
export const EOT = 0x04;
export const ENQ = 0x05;
export const ACK = 0x06;
export const NAK = 0x15;

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

type Of<K extends LinkAction['kind']> = Extract<LinkAction, { kind: K }>;

/** Drives a link as the core does: answers stores (unless told to hold them), fires timers, keeps all actions. */
export class Driven {
  readonly link: DeviceLink;
  readonly actions: LinkAction[] = [];
  readonly held: number[] = [];
  now = 1_000_000;
  /** Stores are answered at once; otherwise the test does it. */
  storing: 'at once' | 'held' | 'failing' = 'at once';
  #timer: number | null = null;
  #events: LinkEvent[] = [];
  #busy = false;

  constructor(link: DeviceLink) {
    this.link = link;
  }

  /** Feeds an event; returns what it brought about, stores answered included. */
  feed(event: LinkEvent): LinkAction[] {
    const from = this.actions.length;
    this.#events.push(event);
    if (this.#busy) return [];
    this.#busy = true;
    for (let next = this.#events.shift(); next; next = this.#events.shift()) {
      const actions = this.link.input(next, this.now);
      this.actions.push(...actions);
      for (const action of actions) this.#perform(action);
    }
    this.#busy = false;
    return this.actions.slice(from);
  }

  bytes(...parts: (Uint8Array | number | string)[]): LinkAction[] {
    const bytes = parts.flatMap((part) =>
      typeof part === 'number' ? [part] : typeof part === 'string' ? [...ascii(part)] : [...part],
    );
    return this.feed({ kind: 'bytes', bytes: Uint8Array.from(bytes) });
  }

  send(text: string, more: Partial<LinkMessage> = {}): LinkAction[] {
    return this.feed({ kind: 'send', message: { id: 'm1', text: ascii(text), ...more } });
  }

  /** Lets time pass; timers fire when they are due. */
  wait(ms: number): LinkAction[] {
    const from = this.actions.length;
    const until = this.now + ms;
    while (this.#timer !== null && this.#timer <= until) {
      this.now = Math.max(this.now, this.#timer);
      this.#timer = null;
      this.feed({ kind: 'time' });
    }
    this.now = until;
    return this.actions.slice(from);
  }

  of<K extends LinkAction['kind']>(kind: K): Of<K>[] {
    return this.actions.filter((action): action is Of<K> => action.kind === kind);
  }

  /** All bytes the link wrote. */
  get written(): number[] {
    return this.of('send').flatMap(({ bytes }) => [...bytes]);
  }

  get messages(): string[] {
    return this.of('message').map(({ text }) => textOf(text));
  }

  #perform(action: LinkAction): void {
    if (action.kind === 'timer') this.#timer = action.at;
    if (action.kind !== 'store') return;
    if (this.storing === 'held') this.held.push(action.token);
    else if (this.storing === 'failing')
      this.#events.push({ kind: 'storeFailed', token: action.token, reason: 'disk full' });
    else this.#events.push({ kind: 'stored', token: action.token });
  }
}

/** What the actions of a step wrote. */
export function writtenIn(actions: readonly LinkAction[]): number[] {
  return actions.flatMap((action) => (action.kind === 'send' ? [...action.bytes] : []));
}
