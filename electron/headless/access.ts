import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';

const cookieName = 'aliquot';

/** The token that opens this installation to a browser or a script; kept in `<folder>/access-token`, mode 0600. */
export function accessToken(folder: string): string {
  const file = join(folder, 'access-token');
  if (existsSync(file)) {
    const token = readFileSync(file, 'utf8').trim();
    if (/^[\w-]{20,}$/.test(token)) return token;
  }
  const token = randomBytes(24).toString('base64url');
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return token;
}

/** Why a request is refused: status and words; undefined when it may pass. */
export type Refusal = { status: 401 | 403; message: string } | undefined;

/**
 * Who may talk to the core from outside its process: only with the token (cookie or `Authorization: Bearer`), only under
 * a loopback name (DNS rebinding), and from a page only when it is our own (cross-site requests).
 */
export function refuse(request: IncomingMessage, token: string): Refusal {
  const host = request.headers.host ?? '';
  if (!isLoopback(hostName(host))) {
    return {
      status: 403,
      message: `Aliquot does not answer under the name "${host}". Open it as http://localhost or http://127.0.0.1.`,
    };
  }
  const { origin } = request.headers;
  if (origin !== undefined && !sameOrigin(origin, host)) {
    return { status: 403, message: `Requests from ${origin} are not allowed` };
  }
  const given = bearer(request) ?? cookie(request);
  if (given === undefined || !equal(given, token)) {
    return {
      status: 401,
      message: 'Open Aliquot by the address that it printed when it started: it holds the access token.',
    };
  }
  return undefined;
}

/** The cookie that a browser keeps after it was opened with the token once. */
export function accessCookie(token: string): string {
  return `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`;
}

/** Compares in constant time whatever the lengths. */
export function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer ([\w-]+)$/.exec(request.headers.authorization ?? '')?.[1];
}

function cookie(request: IncomingMessage): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=');
    if (name === cookieName) return value;
  }
  return undefined;
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '127.0.0.1' || name === '::1';
}

function sameOrigin(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
