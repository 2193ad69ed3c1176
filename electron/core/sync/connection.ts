import type { Logger } from 'pino';
import type { HeadOffice } from '../../../shared/setup/schema.ts';
import { HeadOfficeError, HeadOfficeSilence, networkTrouble, statusTrouble } from './head-office-error.ts';
import { type JsonReply, type JsonRequest, reasonOf, requestJson } from './http.ts';

/** Where head office is and who asks. */
export interface HeadOfficeAddress extends Pick<HeadOffice, 'url' | 'username'> {
  readonly password?: string;
}

/** A question to head office; `what` completes "asked to …" in words for people. */
export interface Question extends Omit<JsonRequest, 'signal' | 'authorization'> {
  readonly what: string;
  /** Statuses besides 2xx that the caller understands. */
  readonly accept?: readonly number[];
  /**
   * Called once the line is up, before the question is asked. Answers false when it had to ask something itself: the line
   * may have been cut meanwhile, so it is called again.
   */
  readonly ready?: () => Promise<boolean>;
}

export interface ConnectionOptions {
  readonly address: HeadOfficeAddress;
  /** A database whose access is part of the probe, since CouchDB greets strangers too. */
  readonly probeDatabase: string;
  readonly log: Logger;
  /** The first time between two probes of an unreachable head office, doubled up to ten times; default 500 ms. */
  readonly probeMs?: number;
  /** How long head office may be silent under a question, unless the question says otherwise; default 30 000 ms. */
  readonly answerMs?: number;
}

/** A wrong password or address is looked at again this often: somebody may put it right at the other end. */
const patientProbeMs = 60_000;
/** How long a greeting may take, which costs head office nothing. */
const greetingMs = 8_000;

/**
 * The way to head office, shared by all collections. While it is cut all requests wait at one gate and a single probe
 * looks for head office, so that an outage of days costs nothing and its end is noticed at once.
 */
export class Connection {
  /** Goes up each time head office is found again; what was known of its databases has to be checked then. */
  epoch = 0;
  private trouble: HeadOfficeError | undefined;
  private found = false;
  private readonly options: ConnectionOptions;
  private readonly ending = new AbortController();
  private gate = Promise.withResolvers<void>();
  private probing = false;
  private checking: Promise<void> | undefined;
  private probes = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: ConnectionOptions) {
    this.options = options;
    this.probe();
  }

  /** What is wrong with the connection; undefined while it is up or being looked for. */
  get problem(): HeadOfficeError | undefined {
    return this.trouble;
  }

  get address(): HeadOfficeAddress {
    return this.options.address;
  }

  get isUp(): boolean {
    return this.found;
  }

  /** Aborts when the connection is closed. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /**
   * Asks head office, as soon as it is there. Throws `HeadOfficeError` for whatever is not an expected JSON answer, and
   * `HeadOfficeSilence` when this answer alone stays away: head office answers other questions.
   * @param path without a leading slash
   */
  async ask(path: string, question: Question): Promise<JsonReply> {
    do await this.open();
    while (question.ready && !(await question.ready()));
    const { epoch } = this;
    const { address, answerMs = 30_000 } = this.options;
    try {
      return await exchange(address, path, { idleMs: answerMs, ...question }, this.ending.signal);
    } catch (error) {
      this.ending.signal.throwIfAborted();
      if (error instanceof HeadOfficeSilence) await this.check();
      else this.note(networkTrouble(error), epoch);
      throw networkTrouble(error);
    }
  }

  /** Whether head office is there after all, asked once for all who wait; throws and counts as lost when it is not. */
  private async check(): Promise<void> {
    const { epoch } = this;
    this.checking ??= this.greet().finally(() => {
      this.checking = undefined;
    });
    try {
      await this.checking;
    } catch (error) {
      this.ending.signal.throwIfAborted();
      const trouble = networkTrouble(error);
      this.note(trouble, epoch);
      throw trouble;
    }
  }

  /** A late failure from before the line was found again says nothing about now. */
  private note(trouble: HeadOfficeError, epoch: number): void {
    if (concernsAll(trouble) && epoch === this.epoch) this.lose(trouble);
  }

  /** Looks for head office now instead of at the next probe. */
  retryNow(): void {
    this.probes = 0;
    if (!this.found) this.probe();
  }

  close(): void {
    clearTimeout(this.timer);
    this.ending.abort(new HeadOfficeError('offline', 'Replication was stopped.', ''));
  }

  /** Resolves when the line is up; rejects when the connection is closed. */
  private async open(): Promise<void> {
    const { signal } = this.ending;
    while (!this.found) {
      signal.throwIfAborted();
      await Promise.race([this.gate.promise, aborted(signal)]);
    }
    signal.throwIfAborted();
  }

  private lose(trouble: HeadOfficeError): void {
    if (this.found) {
      this.found = false;
      this.gate = Promise.withResolvers<void>();
      this.probes = 0;
    }
    this.trouble = trouble;
    this.options.log.info({ state: trouble.state }, 'head office lost');
    this.probeLater();
  }

  private probeLater(): void {
    clearTimeout(this.timer);
    const { probeMs = 500 } = this.options;
    const soon = probeMs * Math.min(10, 2 ** this.probes++);
    const hopeless = this.trouble?.state === 'refused' || this.trouble?.state === 'wrongUrl';
    this.timer = setTimeout(() => this.probe(), hopeless ? patientProbeMs : soon);
    this.timer.unref();
  }

  private probe(): void {
    if (this.probing || this.ending.signal.aborted) return;
    clearTimeout(this.timer);
    this.probing = true;
    this.greet()
      .then(
        () => this.find(),
        (error: unknown) => {
          if (!this.ending.signal.aborted) this.lose(networkTrouble(error));
        },
      )
      .finally(() => {
        this.probing = false;
      });
  }

  private greet(): Promise<void> {
    const { address, probeDatabase, answerMs = greetingMs } = this.options;
    return checkHeadOffice(address, probeDatabase, this.ending.signal, Math.min(greetingMs, answerMs));
  }

  private find(): void {
    if (this.ending.signal.aborted) return;
    this.trouble = undefined;
    this.found = true;
    this.epoch++;
    this.options.log.info('head office found');
    this.gate.resolve();
  }
}

/** Whether a failure is one of the line as a whole: a single database may be forbidden while the others are well. */
export function concernsAll({ state, status }: HeadOfficeError): boolean {
  return state === 'offline' || state === 'wrongUrl' || status === 401;
}

/**
 * Whether this is a CouchDB that lets this user in: its greeting, then one of the laboratory's databases. Throws
 * `HeadOfficeError` that says precisely what is wrong.
 */
export async function checkHeadOffice(
  address: HeadOfficeAddress,
  database: string,
  signal: AbortSignal,
  idleMs = greetingMs,
): Promise<void> {
  const { json } = await exchange(address, '', { what: 'greet', idleMs, accept: [400, 404, 405, 501] }, signal);
  // pouchdb-server greets as express-pouchdb.
  if (json === null || typeof json !== 'object' || !('couchdb' in json || 'express-pouchdb' in json)) {
    const remedy = 'Enter the address of the CouchDB of head office, for example https://couch.example.org.';
    throw new HeadOfficeError('wrongUrl', 'Something answers at this address, but it is not a CouchDB.', remedy);
  }
  const question = { what: 'open a database of this laboratory', idleMs, accept: [404] };
  await exchange(address, encodeURIComponent(database), question, signal);
}

async function exchange(
  { url, username, password }: HeadOfficeAddress,
  path: string,
  { what, accept = [], ready: _, ...request }: Question,
  signal: AbortSignal,
): Promise<JsonReply> {
  const credentials = Buffer.from(`${username}:${password ?? ''}`).toString('base64');
  const authorization = username ? `Basic ${credentials}` : undefined;
  const reply = await requestJson(`${url.replace(/\/+$/, '')}/${path}`, { ...request, authorization, signal });
  const success = reply.status >= 200 && reply.status < 300;
  if (!success && !accept.includes(reply.status)) throw statusTrouble(reply.status, reasonOf(reply.json), what);
  if (success && reply.json === undefined && path !== '') {
    const remedy = 'Check the address; a proxy or log-in page may stand between this station and head office.';
    throw new HeadOfficeError(
      'error',
      `Head office answers with something that is not JSON when asked to ${what}.`,
      remedy,
    );
  }
  return reply;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
