import { connect, createServer, type Server } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import {
  createAstmLink,
  createMllpLink,
  createVidasLink,
  type DeviceLink,
  type LinkEvent,
} from '../../../electron/core/devices/protocols/index.ts';
import type { AnalyzerOrder, DeviceMessage, Driver } from '../../../shared/devices/index.ts';

/** A laboratory's end of the cable, as small as it can be: it stores in memory, reads with the driver and answers queries. */
export interface Laboratory {
  readonly port: number;
  /** Messages that were acknowledged whole, as the driver reads them. */
  readonly messages: DeviceMessage[];
  /** Reasons of messages that broke off. */
  readonly incomplete: string[];
  readonly notes: string[];
  readonly connections: number;
  /** What is wanted, by sample. */
  readonly orders: Map<string, readonly string[]>;
  /** Dials an analyzer that listens. */
  dial(port: number): void;
  /** The analyzer's end of a new cable without any network. */
  plug(): Duplex;
  close(): Promise<void>;
}

const quick = {
  replyTimeoutMs: 300,
  contentionWaitMs: 400,
  busyWaitMs: 50,
  frameQuietMs: 200,
  controlQuietMs: 50,
  trailerWaitMs: 30,
};

function linkFor(driver: Driver): DeviceLink {
  const { framing, frameNumbers = 'strict', answeredByDriver = [], acknowledgeEchoes = [] } = driver.protocol;
  if (framing === 'astm') return createAstmLink({ role: 'host', frameNumbers, ...quick });
  if (framing === 'vidas') return createVidasLink({ trailerWaitMs: quick.trailerWaitMs });
  return createMllpLink({ answeredByDriver, acknowledgeEchoes, replyTimeoutMs: 300 });
}

class TestLaboratory implements Laboratory {
  readonly #driver: Driver;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  readonly messages: DeviceMessage[] = [];
  readonly incomplete: string[] = [];
  readonly notes: string[] = [];
  readonly orders = new Map<string, readonly string[]>();
  connections = 0;
  port = 0;

  constructor(driver: Driver) {
    this.#driver = driver;
    this.#server = createServer((socket) => this.#attach(socket));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    this.port = typeof address === 'object' && address ? address.port : 0;
  }

  dial(port: number): void {
    this.#attach(connect({ host: '127.0.0.1', port }));
  }

  plug(): Duplex {
    const [near, far] = duplexPair();
    this.#attach(near);
    return far;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.port > 0) await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #attach(socket: Duplex): void {
    this.connections++;
    this.#sockets.add(socket);
    const link = linkFor(this.#driver);
    let timer: NodeJS.Timeout | undefined;
    let answers = 0;
    const feed = (event: LinkEvent) => {
      for (const action of link.input(event, Date.now())) {
        switch (action.kind) {
          case 'send':
            if (!socket.destroyed) socket.write(action.bytes);
            break;
          case 'store':
            setImmediate(() => feed({ kind: 'stored', token: action.token }));
            break;
          case 'timer':
            clearTimeout(timer);
            if (action.at !== null)
              timer = setTimeout(() => feed({ kind: 'time' }), Math.max(0, action.at - Date.now()));
            break;
          case 'message':
            queueMicrotask(() =>
              this.#read(action.text, (text) => feed({ kind: 'send', message: { id: String(answers++), ...text } })),
            );
            break;
          case 'incomplete':
            this.incomplete.push(action.reason);
            break;
          case 'note':
            this.notes.push(action.text);
            break;
          default:
            break;
        }
      }
    };
    socket.on('data', (bytes) => feed({ kind: 'bytes', bytes }));
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      feed({ kind: 'closed', reason: 'the connection closed' });
      clearTimeout(timer);
    });
  }

  #read(text: Uint8Array, send: (text: { text: Uint8Array; expectsReply: boolean; controlId?: string }) => void): void {
    const outcome = this.#driver.read(text);
    if (!outcome.ok) {
      this.incomplete.push(outcome.error.message);
      return;
    }
    const { message } = outcome;
    if (message.results.length > 0) this.messages.push(message);
    for (const query of message.queries) {
      const wanted = query.all ? [...this.orders.keys()] : query.sampleIds.filter((id) => this.orders.has(id));
      const orders = wanted.map(
        (sampleId): AnalyzerOrder => ({
          sampleId,
          codes: this.orders.get(sampleId) ?? [],
          priority: 'routine',
          action: 'new',
        }),
      );
      const context = { now: '20240105120000', controlId: 'c', sender: 'ALIQUOT' };
      for (const answer of this.#driver.answer?.(query, orders, context) ?? []) send(answer);
    }
  }
}

/** Opens a laboratory on a free port of this machine. */
export async function openLaboratory(driver: Driver): Promise<Laboratory> {
  const laboratory = new TestLaboratory(driver);
  await laboratory.listen();
  return laboratory;
}

/** A laboratory without a port: analyzers are plugged in. */
export function laboratoryInMemory(driver: Driver): Laboratory {
  return new TestLaboratory(driver);
}
