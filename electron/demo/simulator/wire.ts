import { connect, createServer, type Server, type Socket } from 'node:net';

export interface WireOptions {
  readonly host: string;
  readonly port: number;
  /** `client`: the instrument dials the laboratory. `server`: it waits to be dialled. */
  readonly mode: 'client' | 'server';
  readonly opened: () => void;
  readonly bytes: (bytes: Uint8Array) => void;
  readonly closed: (reason: string) => void;
  /** First pause before dialling again; it doubles up to thirty times that. */
  readonly redialMs: number;
}

/** The instrument's end of a TCP cable. It is plugged in again by itself. */
export class Wire {
  readonly #options: WireOptions;
  #socket: Socket | undefined;
  #server: Server | undefined;
  #redial: NodeJS.Timeout | undefined;
  #failures = 0;
  #stopped = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: WireOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /** Starts to connect. In server mode resolves with the port when it listens; as a client at once. */
  async start(): Promise<number> {
    const { host, port, mode } = this.#options;
    if (mode === 'client') {
      this.#dial();
      return port;
    }
    const server = createServer((socket) => {
      this.#socket?.destroy();
      this.#attach(socket);
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Writes in order; `slowly` one byte at a time. Bytes for a cable that is out are lost, as they are in life. */
  write(bytes: Uint8Array, slowly: boolean): void {
    const socket = this.#socket;
    if (!slowly) {
      this.#writing = this.#writing.then(() => put(socket, bytes));
      return;
    }
    for (const byte of bytes) {
      this.#writing = this.#writing.then(async () => {
        put(socket, Uint8Array.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      });
    }
  }

  /** Pulls the cable once what was written before is out. */
  cut(): void {
    const socket = this.#socket;
    this.#writing = this.#writing.then(
      () =>
        new Promise((resolve) => {
          if (!socket || socket.destroyed) {
            resolve();
            return;
          }
          socket.once('close', () => resolve());
          socket.end(() => socket.destroy());
        }),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#redial);
    this.#socket?.destroy();
    const server = this.#server;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #dial(): void {
    if (this.#stopped) return;
    const socket = connect({ host: this.#options.host, port: this.#options.port });
    socket.once('connect', () => {
      this.#failures = 0;
      this.#attach(socket);
    });
    socket.once('error', () => undefined);
    socket.once('close', () => {
      if (this.#stopped) return;
      const wait = this.#options.redialMs * Math.min(30, 2 ** this.#failures);
      this.#failures++;
      this.#redial = setTimeout(() => this.#dial(), wait * (0.8 + Math.random() * 0.4));
    });
  }

  #attach(socket: Socket): void {
    this.#socket = socket;
    this.#writing = Promise.resolve();
    let reason = 'the laboratory closed the connection';
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    socket.on('data', (bytes) => this.#options.bytes(bytes));
    socket.on('error', (error) => {
      reason = error.message;
    });
    socket.once('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#options.closed(reason);
    });
    this.#options.opened();
  }
}

function put(socket: Socket | undefined, bytes: Uint8Array): void {
  if (socket && !socket.destroyed && socket.writable) socket.write(bytes);
}
