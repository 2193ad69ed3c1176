import { connect, type Socket } from 'node:net';
import { astmFramesOf, control } from '../../electron/core/devices/protocols/index.ts';
import { waitFor } from './wait-for.ts';

/** The analyzer's end of a TCP line, driven byte by byte: for tests that must see each answer. */
export class AnalyzerLine {
  readonly socket: Socket;
  private received: number[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => this.received.push(...bytes));
    socket.on('error', () => undefined);
  }

  /** @param from the address of the analyzer */
  static async open(port: number, from = '127.0.0.1', host = '127.0.0.1'): Promise<AnalyzerLine> {
    const socket = connect({ port, host, localAddress: from });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.setNoDelay(true);
    return new AnalyzerLine(socket);
  }

  send(bytes: Uint8Array | string): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** The next byte that came. */
  async byte(timeout = 10_000): Promise<number> {
    await waitFor(() => this.received.length > 0, { timeout });
    return this.received.shift() ?? -1;
  }

  /** Everything up to and with this byte. */
  async until(last: number, timeout = 10_000): Promise<string> {
    await waitFor(() => this.received.includes(last), { timeout });
    const bytes = this.received.splice(0, this.received.indexOf(last) + 1);
    return Buffer.from(bytes).toString('latin1');
  }

  /** A whole ASTM session: ENQ, each frame until its ACK, EOT. Throws when something else than ACK comes. */
  async sendAstm(frames: readonly Uint8Array[]): Promise<void> {
    await this.acknowledged(Uint8Array.of(control.ENQ));
    for (const frame of frames) await this.acknowledged(frame);
    this.send(Uint8Array.of(control.EOT));
  }

  /** Sends and waits for the ACK. */
  async acknowledged(bytes: Uint8Array): Promise<void> {
    this.send(bytes);
    const answer = await this.byte();
    if (answer !== control.ACK) throw new Error(`0x${answer.toString(16)} came where an ACK was due`);
  }

  /** An HL7 message over MLLP; resolves with the acknowledgement's text. */
  async sendHl7(message: string): Promise<string> {
    this.send(`\x0b${message}\x1c\r`);
    const answer = await this.until(control.FS);
    await this.until(control.CR);
    return answer.slice(1, -1);
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Frames of an ASTM message given as records. */
export function astmFrames(records: readonly string[]): Uint8Array[] {
  return astmFramesOf(Buffer.from(records.map((record) => `${record}\r`).join(''), 'latin1'), 'record');
}
