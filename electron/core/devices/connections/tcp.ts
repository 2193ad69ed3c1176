import { BlockList, connect, createServer, isIP, isIPv6, type Server, type Socket } from 'node:net';
import type { DeviceConnection } from '../../../../shared/setup/schema.ts';
import { backOffMs } from './back-off.ts';
import type { Line, LineEvents, Transport } from './transport.ts';

/** The analyzers call this PC. */
export function listen(
  connection: Extract<DeviceConnection, { kind: 'tcpServer' }>,
  keepAlive: number | undefined,
  events: LineEvents,
): Transport {
  const allowed = peersOf(connection.allowedPeers);
  const sockets = new Set<Socket>();
  let failures = 0;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  const server: Server = createServer((socket) => {
    const address = plainAddress(socket.remoteAddress);
    if (allowed && !allowed.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) {
      socket.destroy();
      events.waiting(`Refused a connection from ${address}: it is not on the list of allowed addresses.`);
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    attach(socket, withPort(address, socket.remotePort), keepAlive, events);
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

/** This PC calls the analyzer. */
export function dial(
  connection: Extract<DeviceConnection, { kind: 'tcpClient' }>,
  keepAlive: number | undefined,
  events: LineEvents,
): Transport {
  const peer = withPort(connection.host, connection.port);
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
      attach(attempt, peer, keepAlive, events);
    });
    attempt.on('error', (error) => events.waiting(`Cannot reach ${peer}: ${error.message}. It is tried again.`));
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

function attach(socket: Socket, peer: string, keepAlive: number | undefined, events: LineEvents): void {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, (keepAlive ?? 30) * 1000);
  const line: Line = {
    peer,
    write: (bytes) => {
      if (socket.destroyed) return;
      // What is written in one turn goes out in one packet.
      if (socket.writableCorked === 0) {
        socket.cork();
        process.nextTick(() => socket.uncork());
      }
      socket.write(bytes);
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => {
      reason = 'closed here';
      socket.destroy();
    },
  };
  let reason = 'the analyzer closed the connection';
  socket.on('error', (error) => {
    reason = error.message;
  });
  socket.once('close', () => events.closed(line, reason));
  events.opened(line);
  socket.on('data', (bytes: Buffer) => events.bytes(line, bytes));
}

/** The addresses and networks that may connect; undefined for all. What is no address allows nobody. */
function peersOf(allowed: readonly string[]): BlockList | undefined {
  if (allowed.length === 0) return undefined;
  const list = new BlockList();
  for (const entry of allowed) {
    const [address = '', prefix] = entry.trim().split('/');
    if (!isIP(address)) continue;
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Math.min(Number(prefix) || 0, family === 'ipv6' ? 128 : 32), family);
  }
  return list;
}

function withPort(address: string, port: number | undefined): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

/** IPv4 addresses arrive at a dual-stack server as `::ffff:192.0.2.1`. */
function plainAddress(address = ''): string {
  return address.replace(/^::ffff:/, '');
}
