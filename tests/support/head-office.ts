import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait-for.ts';

/** A CouchDB-compatible server in a process of its own, in memory. */
export interface TestHeadOffice {
  readonly url: string;
  readonly port: number;
  /** Ends the process as a power cut does; its memory is gone. */
  kill(): Promise<void>;
}

/** Starts pouchdb-server on loopback, on a free port unless one is named. */
export async function startHeadOffice(port?: number): Promise<TestHeadOffice> {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-office-'));
  const chosen = port ?? (await freePort());
  const server = createRequire(import.meta.url).resolve('pouchdb-server/bin/pouchdb-server');
  const options = ['--in-memory', '--no-stdout-logs', '--host', '127.0.0.1', '--port', String(chosen)];
  const child: ChildProcess = spawn(process.execPath, [server, ...options], { cwd: folder, stdio: 'ignore' });
  const url = `http://127.0.0.1:${chosen}`;
  await waitFor(async () => (await fetch(url)).ok, { timeout: 20_000, every: 50 });
  return {
    url,
    port: chosen,
    async kill() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What stands in the way of a request; undefined lets it through. */
export type Obstacle = (
  request: IncomingMessage,
  response: ServerResponse,
) => 'handled' | undefined | Promise<'handled' | undefined>;

/** The line to head office: an HTTP proxy that can be cut, slow, or answer for it. */
export interface OfficeLine {
  readonly url: string;
  obstacle: Obstacle | undefined;
  /** Requests that went through, newest last. */
  readonly requests: { method: string; path: string; body: string }[];
  /** Pulls the cable: open connections break, new ones are refused. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

export async function startOfficeLine(target: () => string): Promise<OfficeLine> {
  const sockets = new Set<Socket>();
  const requests: OfficeLine['requests'] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', async () => {
      const body = Buffer.concat(chunks);
      requests.push({ method: incoming.method ?? '', path: incoming.url ?? '', body: body.toString('utf8') });
      if ((await line.obstacle?.(incoming, response)) === 'handled') return;
      // pouchdb-server would look the user up among its own; who may pass is the obstacle's matter here.
      const {
        method,
        headers: { authorization, ...headers },
      } = incoming;
      const onward = request(new URL(incoming.url ?? '/', target()), { method, headers }, (reply) => {
        response.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(response);
        reply.on('error', () => response.destroy());
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      onward.end(body);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = async () => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const line: OfficeLine = {
    url: `http://127.0.0.1:${port}`,
    obstacle: undefined,
    requests,
    cut,
    mend: () => listen(port),
    close: cut,
  };
  return line;
}

/** An obstacle that lets in who has the password, as CouchDB does. */
export function passwordGate(user: string, password: string): Obstacle {
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return (incoming, response) => {
    if (incoming.headers.authorization === expected) return undefined;
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end('{"error":"unauthorized","reason":"Name or password is incorrect."}');
    return 'handled';
  };
}
