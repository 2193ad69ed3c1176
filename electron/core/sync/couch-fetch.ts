import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Connection, Question } from './connection.ts';
import { HeadOfficeError, HeadOfficeSilence } from './head-office-error.ts';
import type { JsonReply } from './http.ts';
import type { CouchDocument, Incoming } from './incoming.ts';

/** What RxDB asks for. Each fails and recovers by itself: a pull that works does not mean that pushing does. */
export type Operation = 'pull' | 'stream' | 'compare' | 'push';

/** What the fetch of one collection needs. */
export interface CouchFetchParts {
  readonly connection: Connection;
  /** The database at head office; RxDB is given `<database>/` as its URL. */
  readonly database: string;
  readonly incoming: Incoming;
  /** Whether the database is known to be the right one since the line was last found; false when it had to be asked. */
  readonly verified: () => Promise<boolean>;
  /** Called with every failure of an operation and, without an error, every success of it. */
  readonly onOutcome: (operation: Operation, error?: HeadOfficeError) => void;
  /** Without a heartbeat on the live stream for so long, head office is asked whether it is still there. */
  readonly streamIdleMs: number;
}

const firstDelayMs = 500;
const longestDelayMs = 30_000;

const sequenceSchema = z.union([z.string().max(20_000), z.number()]);
const changesSchema = z.object({
  results: z.array(z.object({ doc: z.unknown().optional() })),
  last_seq: sequenceSchema,
});
const allDocsSchema = z.object({
  rows: z.array(z.object({ key: z.string(), id: z.string().optional(), doc: z.unknown().optional() })),
});
const bulkDocsSchema = z.array(
  z.object({ id: z.string(), ok: z.boolean().optional(), error: z.string().optional(), reason: z.string().optional() }),
);

type Sequence = z.infer<typeof sequenceSchema>;

/**
 * The `fetch` that RxDB's CouchDB replication talks through. RxDB takes every answer for a good one: it retries a 401
 * for ever without a word, breaks on a body of another shape, and its live stream begins at "now", with a gap after each
 * interruption. So here every answer is checked, every document is parsed, failures are told and spaced out, and the
 * stream goes on where the last answer ended.
 */
export function couchFetch(parts: CouchFetchParts): typeof fetch {
  const session = new FetchSession(parts);
  return (url, init) => session.fetch(String(url), init);
}

class FetchSession {
  private readonly parts: CouchFetchParts;
  private readonly failures: Record<Operation, number> = { pull: 0, stream: 0, compare: 0, push: 0 };
  /** Where the last answer of the changes feed ended. */
  private position: Sequence | undefined;
  /** Resolves when the first pull came to the end of the feed. */
  private readonly caughtUp = Promise.withResolvers<void>();

  constructor(parts: CouchFetchParts) {
    this.parts = parts;
  }

  async fetch(url: string, init: RequestInit | undefined): Promise<Response> {
    const { connection, onOutcome } = this.parts;
    const operation = operationOf(url);
    try {
      const json = await this.answer(operation, url, init);
      this.failures[operation] = 0;
      onOutcome(operation);
      return { json: async () => json } as unknown as Response;
    } catch (error) {
      connection.signal.throwIfAborted();
      const trouble = asTrouble(error, operation);
      onOutcome(operation, trouble);
      await this.slowDown(operation, trouble);
      throw trouble;
    }
  }

  private ask(path: string, question: Question): Promise<JsonReply> {
    return this.parts.connection.ask(path, { ...question, ready: this.parts.verified });
  }

  /** RxDB tries again at once; while head office is offline the connection's gate does the waiting. */
  private async slowDown(operation: Operation, { state }: HeadOfficeError): Promise<void> {
    if (state === 'offline') return;
    const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** this.failures[operation]++);
    await pause(delay, undefined, { signal: this.parts.connection.signal, ref: false });
  }

  private answer(operation: Operation, url: string, init: RequestInit | undefined): Promise<unknown> {
    const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
    const path = url.slice(0, url.indexOf('?'));
    const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined;
    switch (operation) {
      case 'pull':
        return this.changesSince(path, query);
      case 'stream':
        return this.nextChanges(path, query);
      case 'compare':
        return this.statesAtHeadOffice(path, query, body);
      case 'push':
        return this.write(path, body as { docs: { _id: string }[] });
      default:
        return operation satisfies never;
    }
  }

  /**
   * One batch of the pull. Documents that were kept aside leave gaps which are filled from further on, since RxDB takes a
   * short batch for the end of the feed.
   */
  private async changesSince(path: string, query: URLSearchParams): Promise<unknown> {
    const limit = Number(query.get('limit'));
    const results: { doc: CouchDocument }[] = [];
    let since: Sequence = query.get('since') ?? 0;
    for (;;) {
      const left = limit - results.length;
      const page = await this.changes(path, query, { since, limit: left });
      for (const doc of await this.parts.incoming.admit(page.results.map((row) => row.doc))) results.push({ doc });
      since = page.last_seq;
      if (page.results.length < left) {
        this.caughtUp.resolve();
        break;
      }
      if (results.length === limit) break;
    }
    this.position = since;
    return { results, last_seq: since };
  }

  /** The live stream: waits at head office until something changes. */
  private async nextChanges(path: string, query: URLSearchParams): Promise<unknown> {
    await Promise.race([this.caughtUp.promise, ended(this.parts.connection.signal)]);
    this.parts.connection.signal.throwIfAborted();
    const asked = query.get('since') ?? 'now';
    const since = asked === 'now' ? (this.position ?? 0) : asked;
    const started = performance.now();
    const waiting = { live: true, idleMs: this.parts.streamIdleMs, onOpen: () => this.parts.onOutcome('stream') };
    const page = await this.changes(path, query, { since, limit: Number(query.get('limit')) }, waiting).catch(
      (error) => {
        // Head office is there, so nothing changed: something on the way keeps its heartbeats back.
        if (error instanceof HeadOfficeSilence) return { results: [], last_seq: since };
        throw error;
      },
    );
    // A server that does not wait would otherwise be asked as fast as it answers.
    if (page.results.length === 0 && performance.now() - started < 1000) {
      await pause(1000, undefined, { signal: this.parts.connection.signal, ref: false });
    }
    const documents = await this.parts.incoming.admit(page.results.map((row) => row.doc));
    this.position = page.last_seq;
    return { results: documents.map((doc) => ({ doc })), last_seq: page.last_seq };
  }

  private async changes(
    path: string,
    query: URLSearchParams,
    { since, limit }: { since: Sequence; limit: number },
    waiting: Pick<Question, 'live' | 'idleMs' | 'onOpen'> = {},
  ): Promise<z.infer<typeof changesSchema>> {
    const asked = new URLSearchParams(query);
    asked.set('since', String(since));
    asked.set('limit', String(limit));
    asked.set('seq_interval', String(limit));
    const what = purposes.stream;
    const { json } = await this.ask(`${path}?${asked}`, { what, ...waiting });
    const page = readAs(changesSchema, json, what);
    if (page.results.length > limit)
      throw garbage(what, `${page.results.length} changes where ${limit} were asked for`);
    return page;
  }

  /** What head office has of some documents, before they are pushed, or after a conflict. */
  private async statesAtHeadOffice(path: string, query: URLSearchParams, body: unknown): Promise<unknown> {
    const { keys } = (body ?? { keys: JSON.parse(query.get('keys') ?? '[]') }) as { keys: string[] };
    const what = purposes.compare;
    // Hundreds of ids in an address are more than many servers take: always as a body.
    const question = { method: 'POST', body: { keys, include_docs: true, deleted: 'ok' }, what } as const;
    const { json } = await this.ask(`${path}?include_docs=true`, question);
    const { rows } = readAs(allDocsSchema, json, what);
    const wanted = new Set(keys);
    const wrong = rows.find(({ key, id, doc }) => {
      if (!wanted.delete(key)) return true;
      return doc ? id !== key || (doc as { _id?: unknown })._id !== key : false;
    });
    if (wrong || wanted.size > 0) throw garbage(what, 'other documents than were asked for');
    return { rows };
  }

  /** Pushes. Every document has to be confirmed or in conflict; anything else is told and tried again. */
  private async write(path: string, body: { docs: { _id: string }[] }): Promise<unknown> {
    if (body.docs.length === 0) return [];
    const what = purposes.push;
    const { json } = await this.ask(path, { method: 'POST', body, what });
    const answers = readAs(bulkDocsSchema, json, what);
    const refused = answers.find((answer) => answer.error !== undefined && answer.error !== 'conflict');
    if (refused) {
      const message = `Head office refuses the document ${refused.id}: ${refused.reason ?? refused.error}.`;
      const remedy = 'Head office has to look at the validation rules of its database. It is tried again by itself.';
      throw new HeadOfficeError('error', message.slice(0, 500), remedy);
    }
    const answered = new Set(answers.filter((answer) => answer.ok || answer.error).map((answer) => answer.id));
    if (!body.docs.every((document) => answered.has(document._id))) throw garbage(what, 'not every document confirmed');
    return answers;
  }
}

function operationOf(url: string): Operation {
  if (url.includes('/_changes?')) return url.includes('feed=longpoll') ? 'stream' : 'pull';
  if (url.includes('/_all_docs?')) return 'compare';
  if (url.includes('/_bulk_docs?')) return 'push';
  throw new Error(`RxDB asked for ${url}, which is not known here`);
}

function readAs<T>(schema: z.ZodType<T>, json: unknown, what: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw garbage(what, `${issue?.path.join('.') || 'answer'}: ${issue?.message}`);
}

function garbage(what: string, detail: string): HeadOfficeError {
  const message = `Head office answers something else than a CouchDB does when asked to ${what} (${detail}).`;
  return new HeadOfficeError(
    'error',
    message,
    'It is tried again by itself. If it stays, head office has to look at its server.',
  );
}

/** What completes "when asked to …". */
const purposes: Readonly<Record<Operation, string>> = {
  pull: 'tell what changed',
  stream: 'tell what changed',
  compare: 'show documents',
  push: 'store documents',
};

function asTrouble(error: unknown, operation: Operation): HeadOfficeError {
  if (error instanceof HeadOfficeSilence) return error.asTrouble(purposes[operation]);
  return error instanceof HeadOfficeError ? error : unexpected(error);
}

function unexpected(error: unknown): HeadOfficeError {
  const words = error instanceof Error ? error.message : String(error);
  return new HeadOfficeError('error', `Replication failed: ${words}`, 'It is tried again by itself; the log has more.');
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
