import type { LinkAction, LinkEvent, LinkMessage } from '../../core/devices/protocols/index.ts';
import { type Fault, FaultyWire } from './faults.ts';
import type { Instrument, OrdersBySample, SimulatedTimes } from './instrument.ts';
import { instruments } from './instruments.ts';
import { type CableEnd, Wire } from './wire.ts';

/** Drivers whose instruments can be simulated. */
export const simulatedDrivers: readonly string[] = Object.keys(instruments);

export interface SimulationOptions {
  /** One of `simulatedDrivers`. */
  readonly driver: string;
  /** Where the laboratory is. An instrument that dials does so again when the line goes. */
  readonly end: CableEnd;
  /**
   * Measured by themselves one after another. Without them the instrument asks the laboratory for all its orders, or measures
   * samples of its own invention where it takes no orders.
   */
  readonly accessions?: readonly string[];
  /** Milliseconds between samples (or between questions). Without it the instrument does only what it is told. */
  readonly everyMs?: number;
  readonly fault?: Fault;
  /** Other values for the same samples. */
  readonly seed?: number;
  readonly times?: SimulatedTimes;
  /** First pause before dialling again, in milliseconds. */
  readonly redialMs?: number;
  readonly log?: (line: string) => void;
}

export interface SimulatedAnalyzer {
  /** Where it listens, in server mode; otherwise the laboratory's port, or 0 where there is none. */
  readonly port: number;
  readonly isConnected: boolean;
  /** Whether it can ask for orders. */
  readonly asksForOrders: boolean;
  /**
   * Measures a sample and sends the results: the parameters named, or all. Resolves when the laboratory has acknowledged all of it;
   * sends again, over a new connection if need be, until then. Rejects when the laboratory refuses it, or when stopped.
   */
  sendFor(sampleId: string, codes?: readonly string[]): Promise<void>;
  /**
   * Asks for the orders of a sample, or of all. Resolves with the codes by sample id; empty when there are none. Rejects when the
   * laboratory does not answer, and where the instrument takes no orders.
   */
  ask(sampleId?: string): Promise<OrdersBySample>;
  stop(): Promise<void>;
}

interface Waiting {
  readonly message: LinkMessage;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const askTimeoutMs = 60_000;
/** A refusal (ORR with AR) is an answer: its contents come a moment after it. */
const refusalWaitMs = 1000;
/** Samples an instrument left to itself remembers to have measured. */
const mostRemembered = 10_000;

/** Starts a simulated analyzer over a real socket. Throws for a driver it cannot play and for a port it cannot listen on. */
export async function startSimulatedAnalyzer(options: SimulationOptions): Promise<SimulatedAnalyzer> {
  const create = instruments[options.driver];
  if (!create) throw new Error(`No simulation of ${options.driver}; there are ${simulatedDrivers.join(', ')}.`);
  const simulation = new Simulation(options, create(options.seed ?? 1, options.times ?? {}));
  await simulation.start();
  return simulation;
}

/** A sample id for an instrument that is told none. */
export function inventedSample(number: number): string {
  return `SIM-${String(number).padStart(6, '0')}`;
}

class Simulation implements SimulatedAnalyzer {
  readonly #options: SimulationOptions;
  readonly #instrument: Instrument;
  readonly #faulty: FaultyWire;
  readonly #wire: Wire;
  readonly #waiting = new Map<string, Waiting>();
  #asking: ((orders: OrdersBySample | Error) => void) | undefined;
  #questions: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #working: NodeJS.Timeout | undefined;
  readonly #measured = new Set<string>();
  #next = 0;
  #stopped = false;
  port = 0;

  constructor(options: SimulationOptions, instrument: Instrument) {
    this.#options = options;
    this.#instrument = instrument;
    this.#faulty = new FaultyWire(options.fault, options.seed ?? 1);
    this.#wire = new Wire({
      end: options.end,
      redialMs: options.redialMs ?? 1000,
      opened: () => {
        this.#log('connected');
        for (const { message } of [...this.#waiting.values()]) this.#feed({ kind: 'send', message });
      },
      bytes: (bytes) => this.#received(bytes),
      closed: (reason) => {
        this.#log(`disconnected: ${reason}`);
        this.#feed({ kind: 'closed', reason });
      },
    });
  }

  get isConnected(): boolean {
    return this.#wire.isOpen;
  }

  get asksForOrders(): boolean {
    return this.#instrument.query !== undefined;
  }

  async start(): Promise<void> {
    this.port = await this.#wire.start();
    if (this.#options.everyMs !== undefined) this.#workLater();
  }

  async sendFor(sampleId: string, codes?: readonly string[]): Promise<void> {
    const messages = this.#instrument.results(sampleId, codes, Date.now());
    const times = this.#options.fault === 'duplicate' ? 2 : 1;
    for (const message of messages) {
      for (let time = 0; time < times; time++) {
        this.#faulty.arm('results');
        await this.#send({ ...message, id: `${message.id}.${time}` });
      }
    }
    this.#log(`sent results of ${sampleId}`);
  }

  ask(sampleId?: string): Promise<OrdersBySample> {
    const asked = this.#questions.then(() => this.#ask(sampleId));
    this.#questions = asked.catch(() => undefined);
    return asked;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#working);
    const stopped = new Error('the simulated analyzer was stopped');
    this.#asking?.(stopped);
    for (const { reject } of this.#waiting.values()) reject(stopped);
    this.#waiting.clear();
    await this.#wire.stop();
  }

  async #ask(sampleId: string | undefined): Promise<OrdersBySample> {
    const query = this.#instrument.query?.(sampleId, Date.now());
    if (!query) throw new Error('this instrument takes no orders');
    this.#faulty.arm('question');
    const answer = new Promise<OrdersBySample>((resolve, reject) => {
      const timer = setTimeout(() => settle(new Error('the laboratory did not answer the query')), askTimeoutMs);
      const settle = (orders: OrdersBySample | Error) => {
        clearTimeout(timer);
        this.#asking = undefined;
        if (orders instanceof Error) reject(orders);
        else resolve(orders);
      };
      this.#asking = settle;
    });
    this.#send(query).catch((error: Error) => {
      const asking = this.#asking;
      setTimeout(() => {
        if (this.#asking === asking) asking?.(error);
      }, refusalWaitMs).unref();
    });
    return answer;
  }

  #send(message: LinkMessage): Promise<void> {
    if (this.#stopped) return Promise.reject(new Error('the simulated analyzer was stopped'));
    return new Promise((resolve, reject) => {
      this.#waiting.set(message.id, { message, resolve, reject });
      if (this.#wire.isOpen) this.#feed({ kind: 'send', message });
    });
  }

  #received(bytes: Uint8Array): void {
    if (this.#faulty.loses(bytes)) {
      this.#log('an acknowledgement is lost');
      return;
    }
    const next = this.#faulty.contends(bytes) ? this.#options.accessions?.[0] : undefined;
    if (next !== undefined) {
      this.#log('asks to send at the same time as the laboratory');
      this.sendFor(next).catch((error: unknown) => this.#log(String(error)));
    }
    this.#feed({ kind: 'bytes', bytes });
  }

  #feed(event: LinkEvent): void {
    if (this.#stopped) return;
    for (const action of this.#instrument.link.input(event, Date.now())) this.#perform(action);
  }

  #perform(action: LinkAction): void {
    switch (action.kind) {
      case 'send':
        this.#write(action.bytes);
        break;
      case 'store':
        // An instrument keeps nothing: what arrives is as good as stored.
        queueMicrotask(() => this.#feed({ kind: 'stored', token: action.token }));
        break;
      case 'message': {
        const { orders, reply } = this.#instrument.received(action.text, Date.now());
        if (reply) this.#write(reply);
        if (orders) this.#asking?.(orders);
        break;
      }
      case 'timer':
        clearTimeout(this.#timer);
        if (action.at !== null)
          this.#timer = setTimeout(() => this.#feed({ kind: 'time' }), Math.max(0, action.at - Date.now()));
        break;
      case 'sent':
        this.#waiting.get(action.id)?.resolve();
        this.#waiting.delete(action.id);
        break;
      case 'sendFailed':
        this.#failed(action.id, action.reason, action.again);
        break;
      case 'note':
        this.#log(action.text);
        break;
      case 'incomplete':
        this.#log(`a message of the laboratory broke off: ${action.reason}`);
        break;
      case 'pause':
      case 'resume':
        break;
      default:
        action satisfies never;
    }
  }

  #failed(id: string, reason: string, again: boolean): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#log(`not sent: ${reason}`);
    if (!again) {
      this.#waiting.delete(id);
      waiting.reject(new Error(reason));
    } else if (this.#wire.isOpen) queueMicrotask(() => this.#feed({ kind: 'send', message: waiting.message }));
  }

  #write(bytes: Uint8Array): void {
    const outgoing = this.#faulty.outgoing(bytes);
    this.#wire.write(outgoing.bytes, outgoing.slowly);
    if (!outgoing.cut) return;
    this.#log('the cable is pulled');
    this.#wire.cut();
  }

  #workLater(): void {
    if (this.#stopped || this.#options.everyMs === undefined) return;
    this.#working = setTimeout(() => {
      this.#work()
        .catch((error: unknown) => this.#log(error instanceof Error ? error.message : String(error)))
        .finally(() => this.#workLater());
    }, this.#options.everyMs);
  }

  /** One turn of an instrument left to itself: the next sample of its list, or what the laboratory wants that was not measured yet. */
  async #work(): Promise<void> {
    if (!this.#wire.isOpen) return;
    const { accessions } = this.#options;
    if (accessions && accessions.length > 0) {
      const sampleId = accessions[this.#next % accessions.length] ?? '';
      this.#next++;
      const orders = this.asksForOrders ? await this.ask(sampleId) : undefined;
      await this.sendFor(sampleId, orders?.get(sampleId));
      return;
    }
    if (!this.asksForOrders) {
      this.#next++;
      await this.sendFor(inventedSample(this.#next));
      return;
    }
    for (const [sampleId, codes] of await this.ask()) {
      const task = `${sampleId} ${codes.join(' ')}`;
      if (this.#measured.has(task) || codes.length === 0 || this.#stopped) continue;
      await this.sendFor(sampleId, codes);
      if (this.#measured.size >= mostRemembered) this.#measured.clear();
      this.#measured.add(task);
    }
  }

  #log(line: string): void {
    this.#options.log?.(line);
  }
}
