import { connect, createServer, type Server, type Socket } from 'node:net';
import { SerialPort } from 'serialport';
import type { DeviceConnection } from '../../../shared/setup/schema.ts';

/** One open line to an analyzer, whatever it runs over. */
export interface Line {
  /** Who is at the other end: an address, or the path of a serial port. */
  readonly peer: string;
  write(bytes: Uint8Array): void;
  pause(): void;
  resume(): void;
  close(): void;
}

/** What a transport tells its device. */
export interface LineEvents {
  opened(line: Line): void;
  bytes(line: Line, bytes: Uint8Array): void;
  closed(line: Line, reason: string): void;
  /** The transport waits for the analyzer, or has a trouble that a person can see to. */
  waiting(message: string | undefined): void;
}

/** A connection that keeps itself up until it is closed. */
export interface Transport {
  /** The port a TCP server listens on, once it does. */
  readonly port: number | undefined;
  close(): Promise<void>;
}

/** A failed connection is tried again after 1 s, then twice as long, up to 30 s, each time with up to a fifth more or less. */
export function backOffMs(failures: number): number {
  const pause = Math.min(30_000, 1000 * 2 ** Math.min(failures, 10));
  return Math.round(pause * (0.8 + Math.random() * 0.4));
}

/** Opens what a device's connection says. Errors never throw: they are told by `waiting`, and it is tried again. */
export function openTransport(connection: DeviceConnection, events: LineEvents): Transport {
  switch (connection.kind) {
    case 'tcpServer':
      return listen(connection, events);
    case 'tcpClient':
      return dial(connection, events);
    case 'serial':
      return openSerial(connection, events);
    default:
      return connection satisfies never;
  }
}

function listen(connection: Extract<DeviceConnection, { kind: 'tcpServer' }>, events: LineEvents): Transport {
  const sockets = new Set<Socket>();
  let failures = 0;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  const server: Server = createServer((socket) => {
    const address = plainAddress(socket.remoteAddress);
    if (connection.allowedPeers.length > 0 && !connection.allowedPeers.includes(address)) {
      socket.destroy();
      events.waiting(`Refused a connection from ${address}: it is not on the list of allowed addresses.`);
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    attach(socket, `${address}:${socket.remotePort}`, events);
  });
  const start = () => {
    if (!closed) server.listen(connection.port, connection.host);
  };
  server.on('listening', () => {
    failures = 0;
    events.waiting(undefined);
  });
  server.on('error', (error: NodeJS.ErrnoException) => {
    events.waiting(
      error.code === 'EADDRINUSE'
        ? `Port ${connection.port} is used by another program. Choose another port or close that program.`
        : `Cannot listen on ${connection.host}:${connection.port}: ${error.message}`,
    );
    retry = setTimeout(start, backOffMs(failures++));
    retry.unref();
  });
  start();
  return {
    get port() {
      const address = server.address();
      return address !== null && typeof address === 'object' ? address.port : undefined;
    },
    close: () =>
      new Promise((resolve) => {
        closed = true;
        clearTimeout(retry);
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function dial(connection: Extract<DeviceConnection, { kind: 'tcpClient' }>, events: LineEvents): Transport {
  let failures = 0;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  let socket: Socket | undefined;
  const start = () => {
    const attempt = connect({ host: connection.host, port: connection.port });
    socket = attempt;
    attempt.setTimeout(10_000, () => {
      if (attempt.connecting) attempt.destroy(new Error('no answer within 10 seconds'));
    });
    attempt.once('connect', () => {
      failures = 0;
      attempt.setTimeout(0);
      events.waiting(undefined);
      attach(attempt, `${connection.host}:${connection.port}`, events);
    });
    attempt.on('error', (error) =>
      events.waiting(`Cannot reach ${connection.host}:${connection.port}: ${error.message}. It is tried again.`),
    );
    attempt.once('close', () => {
      if (closed) return;
      retry = setTimeout(start, backOffMs(failures++));
      retry.unref();
    });
  };
  start();
  return {
    port: undefined,
    async close() {
      closed = true;
      clearTimeout(retry);
      socket?.destroy();
    },
  };
}

function attach(socket: Socket, peer: string, events: LineEvents): void {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 30_000);
  const line: Line = {
    peer,
    write: (bytes) => {
      if (!socket.destroyed) socket.write(bytes);
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.destroy(),
  };
  let reason = 'the analyzer closed the connection';
  socket.on('error', (error) => {
    reason = error.message;
  });
  socket.once('close', () => events.closed(line, reason));
  events.opened(line);
  socket.on('data', (bytes: Buffer) => events.bytes(line, bytes));
}

function openSerial(connection: Extract<DeviceConnection, { kind: 'serial' }>, events: LineEvents): Transport {
  let failures = 0;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  let open: SerialPort | undefined;
  const again = () => {
    if (closed) return;
    retry = setTimeout(() => void start(), backOffMs(failures++));
    retry.unref();
  };
  const start = async () => {
    const path = await currentPath(connection);
    if (closed) return;
    const { serialNumber: _, ...settings } = connection.settings;
    const port = new SerialPort({ path, autoOpen: false, ...settings });
    open = port;
    port.open((error) => {
      if (error) {
        events.waiting(`Cannot open ${path}: ${error.message}. Check the cable; it is tried again.`);
        again();
        return;
      }
      failures = 0;
      events.waiting(undefined);
      const line: Line = {
        peer: path,
        write: (bytes) => void port.write(Buffer.from(bytes)),
        pause: () => void port.pause(),
        resume: () => void port.resume(),
        close: () => port.close(() => undefined),
      };
      let reason = 'the port was closed';
      port.on('error', (failure) => {
        reason = failure.message;
      });
      port.once('close', () => {
        events.closed(line, reason);
        events.waiting(`${path} went away. It is looked for again.`);
        again();
      });
      events.opened(line);
      port.on('data', (bytes: Buffer) => events.bytes(line, bytes));
    });
  };
  void start();
  return {
    port: undefined,
    close: () =>
      new Promise((resolve) => {
        closed = true;
        clearTimeout(retry);
        if (open?.isOpen) open.close(() => resolve());
        else resolve();
      }),
  };
}

/** A USB adapter that came back under another path is found by its serial number. */
async function currentPath({ path, settings }: Extract<DeviceConnection, { kind: 'serial' }>): Promise<string> {
  if (!settings.serialNumber) return path;
  const ports = await SerialPort.list().catch(() => []);
  return ports.find((port) => port.serialNumber === settings.serialNumber)?.path ?? path;
}

/** IPv4 addresses arrive at a dual-stack server as `::ffff:192.0.2.1`. */
function plainAddress(address = ''): string {
  return address.replace(/^::ffff:/, '');
}
