import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer } from 'ws';
import { connectionContext, requestContext } from '../core/api/context.ts';
import type { Lab } from '../core/lab.ts';
import { accessCookie, equal, refuse } from './access.ts';
import { securityHeaders, sendFile } from './static-files.ts';

/** The largest request body: a file of 20 MB in base64, and its fields. */
const largestBody = 30 * 1024 * 1024;

/** The core behind HTTP and WebSocket. */
export interface HeadlessServer {
  readonly port: number;
  /** With the token: what a person opens in the browser. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves the API at `/api/<procedure>` and `/ws`, and the built screens, on loopback. Rejects when the port is taken.
 * @param root folder of the built renderer
 */
export async function serve(lab: Lab, options: { port: number; token: string; root: string }): Promise<HeadlessServer> {
  const { token, root } = options;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const given = url.searchParams.get('token');
    if (given !== null && url.pathname === '/' && equal(given, token)) {
      response.writeHead(303, { ...securityHeaders, 'set-cookie': accessCookie(token), location: '/' }).end();
      return;
    }
    const refusal = refuse(request, token);
    if (refusal) {
      response
        .writeHead(refusal.status, { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8' })
        .end(refusal.message);
      return;
    }
    if (url.pathname.startsWith('/api/')) void answer(lab, request, response, url.pathname.slice('/api/'.length));
    else sendFile(response, root, url.pathname);
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestBody });
  applyWSSHandler({
    wss: sockets,
    router: lab.router,
    createContext: connectionContext(lab.kernel),
    keepAlive: { enabled: true, pingMs: 20_000, pongWaitMs: 10_000 },
  });
  server.on('upgrade', (request, socket, head) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const refusal = pathname === '/ws' ? refuse(request, token) : { status: 403, message: 'Only /ws is a WebSocket' };
    if (refusal) {
      socket.end(`HTTP/1.1 ${refusal.status} Refused\r\nconnection: close\r\n\r\n${refusal.message}`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });
  const port = await listen(server, options.port);
  return {
    port,
    address: `http://localhost:${port}/?token=${token}`,
    async close() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(lab: Lab, request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const context = requestContext(lab.kernel, request.headers['x-aliquot-session']);
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  await nodeHTTPRequestHandler({
    router: lab.router,
    req: request,
    res: response,
    path,
    maxBodySize: largestBody,
    createContext: () => context,
    responseMeta: () => ({
      headers: {
        'x-aliquot-statements': String(context.counter.statements),
        'x-aliquot-rows': String(context.counter.rows),
      },
    }),
  });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
