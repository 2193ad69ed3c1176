import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/**
 * What a page of the app may do. Inline styles are Mantine's; blob: frames are the preview of printed documents.
 * Nothing comes from anywhere but the app itself.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  'frame-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const MIME: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** The headers of every answer. Hashed assets never change, so only they are kept by the browser. */
function headersFor(pathname: string, type: string): Record<string, string> {
  return {
    'Content-Type': type,
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cache-Control': pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
}

/** A page made by main itself, with the same headers as a file. */
export function pageResponse(html: string): Response {
  return new Response(html, { headers: headersFor('/', MIME['.html'] ?? '') });
}

/**
 * The file inside `root` that a URL path names, or undefined when the path is malformed or leads out of `root`.
 * A path without an extension is a screen's address, which the page itself resolves: it gets index.html.
 */
export function fileFor(root: string, pathname: string): string | undefined {
  const decoded = decode(pathname);
  if (decoded === undefined || decoded.includes('\0') || decoded.includes('\\')) return undefined;
  if (decoded.split('/').includes('..')) return undefined;
  const file = join(root, extname(decoded) === '' ? 'index.html' : decoded);
  return file.startsWith(root.endsWith(sep) ? root : root + sep) ? file : undefined;
}

/**
 * Answers one request of a page with a file of `root`, or 404. Only GET and HEAD; only file types of the list above.
 * @param root absolute folder of the built renderer
 */
export async function serveFile(root: string, method: string, url: string): Promise<Response> {
  if (method !== 'GET' && method !== 'HEAD') return refusal(405);
  const { pathname } = new URL(url);
  const file = fileFor(root, pathname);
  const type = file === undefined ? undefined : MIME[extname(file).toLowerCase()];
  if (file === undefined || type === undefined) return refusal(404);
  try {
    const body = new Uint8Array(await readFile(file));
    return new Response(method === 'HEAD' ? null : body, { headers: headersFor(pathname, type) });
  } catch {
    return refusal(404);
  }
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: { 'Content-Security-Policy': CONTENT_SECURITY_POLICY } });
}

function decode(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
}
