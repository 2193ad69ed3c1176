import { connect, createServer, type Server, type Socket } from 'node:net';

/** A cable with a switch: a TCP relay that can be cut like one that is pulled out. */
export interface Line {
  readonly port: number;
  readonly up: boolean;
  /** Cutting drops every connection at once and refuses new ones; mending listens again on the same port. */
  setUp(up: boolean): Promise<void>;
}

/** Opens a line to a port on loopback. */
export async function openLine(target: number): Promise<Line> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  const listen = async () => {
    const opened = createServer((near) => relay(near, target, sockets));
    await new Promise<void>((resolve, reject) => opened.once('error', reject).listen(port, '127.0.0.1', resolve));
    server = opened;
    const address = opened.address();
    port = address !== null && typeof address === 'object' ? address.port : 0;
  };
  const cut = async () => {
    const closing = server;
    server = undefined;
    for (const socket of sockets) socket.destroy();
    if (closing) await new Promise((resolve) => closing.close(resolve));
  };
  await listen();
  return {
    get port() {
      return port;
    },
    get up() {
      return server !== undefined;
    },
    async setUp(up) {
      if (up && !server) await listen();
      if (!up && server) await cut();
    },
  };
}

function relay(near: Socket, target: number, sockets: Set<Socket>): void {
  const far = connect(target, '127.0.0.1');
  for (const socket of [near, far]) {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      near.destroy();
      far.destroy();
    });
  }
  near.pipe(far);
  far.pipe(near);
}
