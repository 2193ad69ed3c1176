import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The helper's own side of a helper program: where it can be told things (HTTP on loopback, with the token it was started
 * with), and the one line by which it says that it is ready.
 */
export interface Control {
  readonly port: number;
}

/** Answers a control request with JSON; undefined: no such thing. */
export type ControlHandler = (method: string, path: string, body: unknown) => unknown | Promise<unknown>;

/** Opens the control port. `token` comes from the command line. */
export async function openControl(token: string, handle: ControlHandler): Promise<Control> {
  const server = createServer((request, response) => void respond(request, response, token, handle));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port };
}

/** Tells whoever started this program that it is ready, and with what. */
export function sayReady(facts: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify({ ready: facts })}\n`);
}

/** A token for a helper about to be started. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
  handle: ControlHandler,
): Promise<void> {
  if (request.headers.authorization !== `Bearer ${token}`) {
    response.writeHead(401).end();
    return;
  }
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const answer = await handle(
      request.method ?? 'GET',
      request.url ?? '/',
      text === '' ? undefined : JSON.parse(text),
    );
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? null));
  } catch (error) {
    response.writeHead(400).end(JSON.stringify({ error: String(error) }));
  }
}
