import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Question } from './connection.ts';
import { garbage, readAs } from './garbage.ts';
import type { JsonReply } from './http.ts';
import type { CouchDocument, Incoming } from './incoming.ts';
import type { OwnRevisions } from './own-revisions.ts';

export interface ChangesFeedParts {
  readonly database: string;
  readonly incoming: Incoming;
  readonly own: OwnRevisions;
  readonly ask: (path: string, question: Question) => Promise<JsonReply>;
  readonly signal: AbortSignal;
  /** The live stream is open. */
  readonly onOpen: () => void;
}

/** The server sends a line break this often while there is nothing to tell. */
const heartbeatMs = 4_000;
/** Without one for so long the line is cut, even if nobody said so. */
const longpollIdleMs = 12_000;
/** So many of its own changes may pass a station by before it notes how far the feed is. */
const ownBetweenCheckpoints = 100;

const sequenceSchema = z.union([z.string().max(20_000), z.number()]);
type Sequence = z.infer<typeof sequenceSchema>;

const pageSchema = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      changes: z.array(z.object({ rev: z.string() })),
      deleted: z.boolean().optional(),
      doc: z.unknown().optional(),
    }),
  ),
  last_seq: sequenceSchema,
});
type ChangesPage = z.infer<typeof pageSchema>;

/** An answer in the form that RxDB reads. */
interface Batch {
  readonly results: { doc: CouchDocument }[];
  readonly last_seq: Sequence;
}

/**
 * The changes of a database: all since a checkpoint for the pull, then live. RxDB's live stream begins at "now", with a gap
 * after every interruption; here it goes on where the last answer ended.
 */
export class ChangesFeed {
  private readonly parts: ChangesFeedParts;
  /** Where the last answer ended. */
  private position: Sequence | undefined;
  /** Resolves when the first pull came to the end of the feed. */
  private readonly caughtUp = Promise.withResolvers<void>();
  /** Own changes since the last batch that RxDB could take its checkpoint from. */
  private passedBy = 0;

  constructor(parts: ChangesFeedParts) {
    this.parts = parts;
  }

  /**
   * One batch of the pull. Documents that were kept aside leave gaps which are filled from further on, since RxDB takes a
   * short batch for the end of the feed.
   */
  async pull(query: URLSearchParams): Promise<Batch> {
    const limit = Number(query.get('limit'));
    const results: Batch['results'] = [];
    let since: Sequence = query.get('since') ?? 0;
    for (;;) {
      const left = limit - results.length;
      const page = await this.page({ since, limit: left, feed: 'normal', documents: true });
      results.push(...(await this.admitted(page.results)));
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

  /** What comes next in the live stream: waits at head office until something changes. */
  async next(query: URLSearchParams): Promise<Batch> {
    const { signal, own } = this.parts;
    await Promise.race([this.caughtUp.promise, ended(signal)]);
    signal.throwIfAborted();
    const asked = query.get('since') ?? 'now';
    const since = asked === 'now' ? (this.position ?? 0) : asked;
    const started = performance.now();
    const heads = await this.page({ since, limit: Number(query.get('limit')), feed: 'longpoll', documents: false });
    // A server that does not wait would otherwise be asked as fast as it answers.
    if (heads.results.length === 0 && performance.now() - started < 1000) {
      await pause(1000, undefined, { signal, ref: false });
    }
    const foreign = await own.foreign(heads.results);
    const batch = foreign.length > 0 ? await this.foreignChanges(since, heads) : await this.ownChanges(heads);
    this.position = batch.last_seq;
    return batch;
  }

  /** The same stretch of the feed again, with the documents. */
  private async foreignChanges(since: Sequence, heads: ChangesPage): Promise<Batch> {
    const page = await this.page({ since, limit: heads.results.length, feed: 'normal', documents: true });
    this.passedBy = 0;
    return { results: await this.admitted(await this.parts.own.foreign(page.results)), last_seq: page.last_seq };
  }

  /**
   * Nothing but echoes of what was pushed from here. RxDB takes a checkpoint from documents only, so now and then one of
   * them is shown to it: without, a station that only sends would fetch everything again after a restart.
   */
  private async ownChanges({ results, last_seq }: ChangesPage): Promise<Batch> {
    this.passedBy += results.length;
    const shown = this.passedBy >= ownBetweenCheckpoints && results.findLast((row) => !row.deleted);
    if (!shown) return { results: [], last_seq };
    this.passedBy = 0;
    const path = `${this.parts.database}/${encodeURIComponent(shown.id)}`;
    const { json } = await this.parts.ask(path, { what: 'show a document', accept: [404] });
    return { results: await this.admitted([{ doc: json }]), last_seq };
  }

  private async admitted(rows: readonly { doc?: unknown }[]): Promise<Batch['results']> {
    const documents = await this.parts.incoming.admit(rows.map((row) => row.doc));
    return documents.map((doc) => ({ doc }));
  }

  private async page(asked: {
    since: Sequence;
    limit: number;
    feed: 'normal' | 'longpoll';
    documents: boolean;
  }): Promise<ChangesPage> {
    const { since, limit, feed, documents } = asked;
    const live = feed === 'longpoll' ? { idleMs: longpollIdleMs, onOpen: this.parts.onOpen } : {};
    const query = new URLSearchParams({
      style: 'all_docs',
      feed,
      include_docs: String(documents),
      since: String(since),
      limit: String(limit),
      seq_interval: String(limit),
      ...(feed === 'longpoll' ? { heartbeat: String(heartbeatMs) } : {}),
    });
    const what = 'tell what changed';
    const { json } = await this.parts.ask(`${this.parts.database}/_changes?${query}`, { what, ...live });
    const page = readAs(pageSchema, json, what);
    if (page.results.length <= limit) return page;
    throw garbage(what, `${page.results.length} changes where ${limit} were asked for`);
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
