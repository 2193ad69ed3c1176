import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { astmFrames } from '../../support/analyzer-line.ts';

/**
 * An analyzer at full speed: sends numbered messages, each until it was acknowledged, over and over the same as real ones
 * do; calls again when the line is gone. Its cable is cut now and then, with or without a word to the other end.
 */
export class LossAnalyzer {
  /** Messages it holds for delivered. */
  readonly acknowledged: string[] = [];
  /** Every message of which it sent a byte. */
  readonly begun = new Set<string>();
  readonly name: string;
  readonly protocol: 'astm' | 'mllp';
  private readonly port: number;
  private readonly random: () => number;
  private socket: Socket | undefined;
  private received: Buffer = Buffer.alloc(0);
  private wake: () => void = () => undefined;
  private stopped = false;

  constructor(name: string, protocol: 'astm' | 'mllp', port: number, random: () => number) {
    this.name = name;
    this.protocol = protocol;
    this.port = port;
    this.random = random;
  }

  async run(): Promise<void> {
    for (let number = 1; !this.stopped; number++) {
      const sample = `${this.name}-${number}`;
      this.begun.add(sample);
      while (!this.stopped && !(await this.deliver(sample))) this.hangUp();
    }
    this.socket?.destroy();
  }

  stop(): void {
    this.stopped = true;
  }

  private async deliver(sample: string): Promise<boolean> {
    if (!(await this.connected())) return false;
    const delivered = this.protocol === 'astm' ? await this.sendAstm(sample) : await this.sendHl7(sample);
    if (delivered) this.acknowledged.push(sample);
    return delivered;
  }

  private async sendAstm(sample: string): Promise<boolean> {
    const frames = astmFrames([
      `H|\\^&|||${this.name}|||||||P|1`,
      'P|1',
      `O|1|${sample}||^^^GLU`,
      'R|1|^^^GLU|5.4|mmol/L||N||F',
      'L|1|N',
    ]);
    for (const bytes of [Uint8Array.of(0x05), ...frames]) {
      this.received = Buffer.alloc(0);
      this.socket?.write(bytes);
      if (this.isCut()) return false;
      if (!(await this.answer((got) => got.length > 0)) || this.received[0] !== 0x06) return false;
    }
    this.socket?.write(Uint8Array.of(0x04));
    return true;
  }

  private async sendHl7(sample: string): Promise<boolean> {
    const message = [
      `MSH|^~\\&|${this.name}|Maker|||20260624120000||ORU^R01|${sample}|P|2.3.1`,
      `OBR|1||${sample}`,
      'OBX|1|NM|GLU||5.4|mmol/L|||||F',
      '',
    ].join('\r');
    this.received = Buffer.alloc(0);
    this.socket?.write(`\x0b${message}\x1c\r`);
    if (this.isCut()) return false;
    return (await this.answer((got) => got.includes(0x1c))) && this.received.includes(`MSA|AA|${sample}`);
  }

  private isCut(): boolean {
    return this.random() < 0.003;
  }

  private async connected(): Promise<boolean> {
    if (this.socket && !this.socket.destroyed) return true;
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => this.wake());
    socket.on('data', (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
      this.wake();
    });
    if (!open) await pause(50 + this.random() * 100);
    else this.socket = socket;
    return open;
  }

  /** Waits for bytes; false when the line is gone or nobody answers. */
  private answer(enough: (got: Buffer) => boolean): Promise<boolean> {
    const { socket } = this;
    return new Promise((resolve) => {
      const done = (outcome: boolean) => {
        clearTimeout(timer);
        this.wake = () => undefined;
        resolve(outcome);
      };
      const timer = setTimeout(() => done(false), 15_000);
      this.wake = () => {
        if (enough(this.received)) done(true);
        else if (!socket || socket.destroyed) done(false);
      };
      this.wake();
    });
  }

  /** Gives the line up: now and then without a word, so that the other end finds out by its time-out alone. */
  private hangUp(): void {
    if (this.socket && this.random() < 0.5) this.socket.removeAllListeners('data').pause();
    else this.socket?.destroy();
    this.socket?.unref();
    this.socket = undefined;
  }
}
