import {
  control,
  type DeviceLink,
  encodeVidasFrame,
  type LinkAction,
  type LinkEvent,
  type LinkMessage,
  type LinkState,
} from '../../core/devices/protocols/index.ts';
import { bytesOf, type Instrument, nextMessageId, type SimulatedTimes } from './instrument.ts';
import { measurePanel, measureWord } from './measurements.ts';

const mostAttempts = 7;

/** The sending side of bioMérieux's protocol: ENQ, ACK, one frame, ACK, EOT; a frame refused or not answered is sent again. */
class VidasSender implements DeviceLink {
  readonly #replyTimeoutMs: number;
  readonly #messages: LinkMessage[] = [];
  #phase: 'idle' | 'asking' | 'sending' = 'idle';
  #attempts = 0;
  #replyBy = 0;
  #actions: LinkAction[] = [];

  constructor(replyTimeoutMs: number) {
    this.#replyTimeoutMs = replyTimeoutMs;
  }

  get state(): LinkState {
    return this.#phase;
  }

  get bufferedBytes(): number {
    return this.#messages.reduce((sum, { text }) => sum + text.length, 0);
  }

  input(event: LinkEvent, nowMs: number): readonly LinkAction[] {
    this.#actions = [];
    switch (event.kind) {
      case 'send':
        this.#messages.push(event.message);
        break;
      case 'bytes':
        for (const byte of event.bytes) this.#reply(byte, nowMs);
        break;
      case 'time':
        if (this.#phase !== 'idle' && nowMs >= this.#replyBy) this.#again(nowMs);
        break;
      case 'closed':
        this.#phase = 'idle';
        this.#attempts = 0;
        for (const { id } of this.#messages.splice(0))
          this.#actions.push({ kind: 'sendFailed', id, reason: event.reason, again: true });
        break;
      default:
        break;
    }
    if (this.#phase === 'idle' && this.#messages.length > 0) this.#write('asking', nowMs);
    this.#actions.push({ kind: 'timer', at: this.#phase === 'idle' ? null : this.#replyBy });
    return this.#actions;
  }

  #reply(byte: number, now: number): void {
    if (byte === control.NAK) this.#again(now);
    if (byte !== control.ACK) return;
    if (this.#phase === 'asking') this.#write('sending', now);
    else if (this.#phase === 'sending') this.#end((id) => ({ kind: 'sent', id }));
  }

  #again(now: number): void {
    this.#attempts++;
    if (this.#attempts < mostAttempts) this.#write(this.#phase === 'sending' ? 'sending' : 'asking', now);
    else this.#end((id) => ({ kind: 'sendFailed', id, reason: 'the laboratory does not answer', again: true }));
  }

  #write(phase: 'asking' | 'sending', now: number): void {
    const message = this.#messages[0];
    if (!message) return;
    this.#phase = phase;
    this.#replyBy = now + this.#replyTimeoutMs;
    const bytes = phase === 'asking' ? Uint8Array.of(control.ENQ) : encodeVidasFrame(message.text);
    this.#actions.push({ kind: 'send', bytes });
  }

  #end(outcome: (id: string) => LinkAction): void {
    const message = this.#messages.shift();
    this.#phase = 'idle';
    this.#attempts = 0;
    this.#actions.push({ kind: 'send', bytes: Uint8Array.of(control.EOT) });
    if (message) this.#actions.push(outcome(message.id));
  }
}

const two = (number: number) => String(number).padStart(2, '0');

/** bioMérieux mini VIDAS: one test in a message, words in French, a decimal comma. It takes no orders. */
export function vidasAnalyzer(seed: number, times: SimulatedTimes): Instrument {
  return {
    link: new VidasSender(times.replyTimeoutMs ?? 15_000),
    results: (sampleId, codes, now) => {
      const at = new Date(now);
      const message = (test: string, name: string, word: string, number: string): LinkMessage => {
        const fields = [
          'mtrsl',
          'pi',
          'pn',
          'si',
          `ci${sampleId}`,
          `rt${test}`,
          `rn${name}`,
          `tt${two(at.getHours())}:${two(at.getMinutes())}`,
          `td${two(at.getMonth() + 1)}/${two(at.getDate())}/${two(at.getFullYear() % 100)}`,
          `ql${word}`,
          `qn${number}`,
        ];
        return { id: nextMessageId(), text: bytesOf(fields.map((field) => `\x1e${field}|`).join('')) };
      };
      const hormones = measurePanel('hormones', sampleId, codes, seed, { TSH: 'TSH', HCG: 'HCG' }).map((one) =>
        message(one.code, one.name, '', `${one.value.replace('.', ',')}${one.unit}`),
      );
      if (codes !== undefined && !codes.includes('HBCT')) return hormones;
      const word = measureWord(sampleId, 'HBCT', ['N\xe9gatif', 'Positif'], seed);
      return [...hormones, message('HBCT', 'Anti-HBc Total II', word, word === 'Positif' ? '0,05' : '1,92')];
    },
    received: () => ({}),
  };
}
