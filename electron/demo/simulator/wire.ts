import { connect, createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SerialPort } from 'serialport';

/** Where the other end of the cable is. */
export type CableEnd =
  /** The instrument dials the laboratory. */
  | { readonly kind: 'client'; readonly host: string; readonly port: number }
  /** It waits to be dialled. */
  | { readonly kind: 'server'; readonly host: string; readonly port: number }
  /** A serial port or pseudo-terminal. */
  | { readonly kind: 'serial'; readonly path: string; readonly baudRate: number }
  /** Anything else that carries bytes; asked for anew whenever the cable is plugged in. */
  | { readonly kind: 'stream'; readonly open: () => Duplex };

export interface WireOptions {
  readonly end: CableEnd;
  readonly opened: () => void;
  readonly bytes: (bytes: Uint8Array) => void;
  readonly closed: (reason: string) => void;
  /** First pause before dialling again; it doubles up to thirty times that. */
  readonly redialMs: number;
}

/** The instrument's end of a cable. It is plugged in again by itself. */
export class Wire {
  readonly #options: WireOptions;
  #stream: Duplex | undefined;
  #server: Server | undefined;
  #serial: SerialPort | undefined;
  #redial: NodeJS.Timeout | undefined;
  #failures = 0;
  #stopped = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: WireOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#stream !== undefined;
  }

  /** Starts to connect. In server mode resolves with the port when it listens; otherwise at once. */
  async start(): Promise<number> {
    const { end } = this.#options;
    if (end.kind !== 'server') {
      this.#dial();
      return end.kind === 'client' ? end.port : 0;
    }
    const server = createServer((socket) => {
      this.#stream?.destroy();
      socket.setNoDelay(true);
      this.#attach(socket);
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(end.port, end.host, resolve);
    });
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : end.port;
  }

  /** Writes in order; `slowly` one byte at a time. Bytes for a cable that is out are lost, as they are in life. */
  write(bytes: Uint8Array, slowly: boolean): void {
    const stream = this.#stream;
    if (!slowly) {
      this.#writing = this.#writing.then(() => put(stream, bytes));
      return;
    }
    for (const byte of bytes) {
      this.#writing = this.#writing.then(async () => {
        put(stream, Uint8Array.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      });
    }
  }

  /** Pulls the cable once what was written before is out. */
  cut(): void {
    const stream = this.#stream;
    const serial = this.#serial;
    this.#writing = this.#writing.then(() => (serial ? closed(serial) : pulled(stream)));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#redial);
    if (this.#serial) await closed(this.#serial);
    else this.#stream?.destroy();
    const server = this.#server;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #dial(): void {
    if (this.#stopped) return;
    const { end } = this.#options;
    const opened = (stream: Duplex) => {
      this.#failures = 0;
      this.#attach(stream);
    };
    switch (end.kind) {
      case 'client': {
        const socket = connect({ host: end.host, port: end.port });
        socket.setNoDelay(true);
        socket.setKeepAlive(true, 30_000);
        socket.once('connect', () => opened(socket));
        this.#watch(socket);
        break;
      }
      case 'serial':
        void this.#openSerial(end.path, end.baudRate, opened);
        break;
      case 'stream': {
        const stream = end.open();
        this.#watch(stream);
        opened(stream);
        break;
      }
      case 'server':
        break;
      default:
        end satisfies never;
    }
  }

  async #openSerial(path: string, baudRate: number, opened: (port: SerialPort) => void): Promise<void> {
    // Loaded only where it is needed: most simulations run over TCP.
    const { SerialPort } = await import('serialport');
    const port = new SerialPort({ path, baudRate, autoOpen: false });
    this.#serial = port;
    port.open((error) => {
      if (error) {
        this.#dialLater();
        return;
      }
      this.#watch(port);
      opened(port);
    });
  }

  #watch(stream: Duplex): void {
    stream.once('error', () => undefined);
    stream.once('close', () => this.#dialLater());
  }

  #dialLater(): void {
    if (this.#stopped) return;
    const wait = this.#options.redialMs * Math.min(30, 2 ** this.#failures);
    this.#failures++;
    this.#redial = setTimeout(() => this.#dial(), wait * (0.8 + Math.random() * 0.4));
  }

  #attach(stream: Duplex): void {
    this.#stream = stream;
    this.#writing = Promise.resolve();
    let reason = 'the laboratory closed the connection';
    stream.on('data', (bytes: Uint8Array) => this.#options.bytes(bytes));
    stream.on('error', (error) => {
      reason = error.message;
    });
    stream.once('end', () => stream.destroy());
    stream.once('close', () => {
      if (this.#stream !== stream) return;
      this.#stream = undefined;
      this.#options.closed(reason);
    });
    this.#options.opened();
  }
}

function put(stream: Duplex | undefined, bytes: Uint8Array): void {
  if (stream && !stream.destroyed && stream.writable) stream.write(Buffer.from(bytes));
}

/** Resolves when the stream is closed and what was written to it is out. */
function pulled(stream: Duplex | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (!stream || stream.destroyed) {
      resolve();
      return;
    }
    stream.once('close', () => resolve());
    stream.end(() => stream.destroy());
  });
}

/** The same for a serial port, which is not closed by ending its stream. */
function closed(port: SerialPort): Promise<void> {
  return new Promise((resolve) => {
    if (port.isOpen) port.drain(() => port.close(() => resolve()));
    else resolve();
  });
}
