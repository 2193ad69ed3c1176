import { HeadOfficeError, HeadOfficeSilence, networkTrouble } from './head-office-error.ts';

/** A request with a JSON body, or none. */
export interface JsonRequest {
  readonly method?: 'GET' | 'PUT' | 'POST';
  readonly body?: unknown;
  /** Default 30 000: milliseconds without a single byte until head office counts as gone. */
  readonly idleMs?: number;
  /**
   * The answer comes bit by bit while it goes on, with signs of life between. It is asked for uncompressed: a server that
   * compresses keeps the signs of life back until they fill a block, and the line would count as cut.
   */
  readonly live?: boolean;
  /** Called when a successful answer begins, which may be long before it ends. */
  readonly onOpen?: () => void;
  readonly signal: AbortSignal;
  /** The value of the Authorization header. */
  readonly authorization?: string;
}

/** An answer whose body was JSON, or undefined when it was something else. */
export interface JsonReply {
  readonly status: number;
  readonly json: unknown;
}

const mostBytes = 128 * 1024 * 1024;

/**
 * One HTTP exchange with bounded memory and patience. The idle time counts from byte to byte, so that a slow line may
 * take its time and a cut cable does not go unnoticed: then it throws `HeadOfficeSilence`. Redirects are not followed, so that the password goes nowhere
 * else. Throws `HeadOfficeError` when there is no answer.
 */
export async function requestJson(url: string, request: JsonRequest): Promise<JsonReply> {
  const { idleMs = 30_000 } = request;
  const silence = new AbortController();
  const tooQuiet = () => silence.abort(new HeadOfficeSilence(idleMs));
  let timer = setTimeout(tooQuiet, idleMs);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(tooQuiet, idleMs);
  };
  try {
    const response = await fetch(url, {
      method: request.method ?? 'GET',
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(request.live ? { 'accept-encoding': 'identity' } : {}),
        ...(request.authorization ? { authorization: request.authorization } : {}),
      },
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      signal: AbortSignal.any([request.signal, silence.signal]),
    });
    heard();
    if (response.ok) request.onOpen?.();
    return { status: response.status, json: parsed(await readAll(response, heard)) };
  } catch (error) {
    throw networkTrouble(error);
  } finally {
    clearTimeout(timer);
  }
}

async function readAll(response: Response, heard: () => void): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // A reader instead of `for await`: the body of Node's fetch has no typed async iterator in the DOM library.
  const reader = response.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) break;
    heard();
    size += part.value.byteLength;
    if (size > mostBytes) {
      await reader?.cancel();
      const remedy = 'Head office has to look at its server.';
      throw new HeadOfficeError('error', `Head office sent more than ${mostBytes} bytes in one answer.`, remedy);
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** CouchDB's own words for why it refuses (`reason`, else `error`). */
export function reasonOf(json: unknown): string {
  const { reason, error } = (json ?? {}) as { reason?: unknown; error?: unknown };
  const said = typeof reason === 'string' ? reason : typeof error === 'string' ? error : '';
  return said.replace(/\.$/, '').slice(0, 300);
}
