import { type SeededRandom, seededRandom } from '../../electron/demo/data/random.ts';
import {
  type AnswerContext,
  candidatesOf,
  type Driver,
  deviceMessageSchema,
  drivers,
  findDriver,
  readErrorSchema,
} from '../../shared/devices/index.ts';
import { type Corpus, openCorpus } from './corpus.ts';
import { AttackedLine, machines } from './line.ts';
import { mutated, randomBytes } from './mutate.ts';

export interface FuzzOptions {
  /** Inputs in all. */
  readonly runs: number;
  /** Ends earlier when so many seconds are over. */
  readonly seconds?: number;
  readonly seed: number;
  /** Told now and then. */
  readonly progress?: (done: number) => void;
}

export interface FuzzFailure {
  readonly run: number;
  readonly target: string;
  readonly problem: string;
  /** The input, one character a byte. */
  readonly input: string;
}

export interface FuzzReport {
  readonly runs: number;
  readonly captures: number;
  readonly seconds: number;
  readonly failures: readonly FuzzFailure[];
  /** In processor time. */
  readonly slowest: { readonly ms: number; readonly target: string; readonly bytes: number };
  /** Heap in use after a collection, in bytes, when a tenth was done and at the end; only where the collector can be called. */
  readonly heap: { readonly early: number; readonly late: number } | undefined;
  /** Inputs that drivers could read, and how many results they held. */
  readonly read: number;
  readonly results: number;
}

/** Above this an input takes too long: processor time, so that a busy machine is no failure. */
const mostMs = 250;
/** The heap may grow by so much: caches of the engine, not of ours. */
export const mostGrowth = 24 * 1024 * 1024;
const mostFailures = 20;
/** Every so many readings what comes out is checked against the schemas it is stored by. */
const schemaEvery = 50;

const context: AnswerContext = { now: '20240105120000', controlId: 'c1', sender: 'ALIQUOT' };

declare const global: { readonly gc?: () => void };

function heapNow(): number | undefined {
  if (!global.gc) return undefined;
  global.gc();
  return process.memoryUsage().heapUsed;
}

/** Throws mutated and random input at every protocol machine and every driver. Deterministic for a seed but for times. */
export function fuzz({ runs, seconds = Number.POSITIVE_INFINITY, seed, progress }: FuzzOptions): FuzzReport {
  const corpus = openCorpus();
  const random = seededRandom(seed);
  const lines = machines.map((machine, index) => new AttackedLine(machine, seed + index));
  const failures: FuzzFailure[] = [];
  const counts = { read: 0, results: 0, readings: 0 };
  let slowest = { ms: 0, target: '', bytes: 0 };
  let early: number | undefined;
  const start = performance.now();
  let run = 0;
  for (; run < runs && failures.length < mostFailures; run++) {
    if (run % 100 === 0 && performance.now() - start > seconds * 1000) break;
    if (run === Math.floor(runs / 10)) early = heapNow();
    if (run % 50_000 === 0) progress?.(run);
    const onLine = random.chance(0.4);
    const machine = random.integer(0, machines.length - 1);
    const driver = random.pick(drivers);
    const target = onLine ? (machines[machine]?.name ?? '') : `driver ${driver.id}`;
    const input = inputFor(corpus, onLine ? machines[machine]?.format : undefined, driver.format, random);
    const attempt = () => {
      if (onLine) lines[machine]?.attack(input);
      else read(driver.id, input, counts);
    };
    try {
      const began = process.cpuUsage();
      attempt();
      const { user, system } = process.cpuUsage(began);
      const ms = (user + system) / 1000;
      if (ms > mostMs) throw new Error(`it takes ${Math.round(ms)} ms of processor time`);
      if (ms > slowest.ms) slowest = { ms, target, bytes: input.length };
    } catch (error) {
      const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failures.push({ run, target, problem, input: Buffer.from(input).toString('latin1') });
    }
  }
  const late = heapNow();
  return {
    runs: run,
    captures: corpus.captures,
    seconds: (performance.now() - start) / 1000,
    failures,
    slowest,
    heap: early !== undefined && late !== undefined ? { early, late } : undefined,
    read: counts.read,
    results: counts.results,
  };
}

/** For a line, or for a driver, which now and then gets a message of another format. */
function inputFor(
  corpus: Corpus,
  line: Driver['format'] | undefined,
  format: Driver['format'],
  random: SeededRandom,
): Uint8Array {
  if (random.chance(0.1)) return randomBytes(random, 2_000);
  if (line) return mutated(random, corpus.lines[line]);
  return mutated(
    random,
    corpus.texts[random.chance(0.9) ? format : random.pick(['astm', 'hl7', 'vidas', 'table'] as const)],
  );
}

/** Everything that is done with a message: reading, answering its queries, showing its places. */
function read(id: string, input: Uint8Array, counts: { read: number; results: number; readings: number }): void {
  const driver = findDriver(id);
  if (!driver) throw new Error(`no driver ${id}`);
  const outcome = driver.read(input);
  counts.readings++;
  const check = counts.readings % schemaEvery === 0;
  if (check) candidatesOf(driver, input);
  if (!outcome.ok) {
    if (check) readErrorSchema.parse(outcome.error);
    return;
  }
  counts.read++;
  counts.results += outcome.message.results.length;
  if (check) deviceMessageSchema.parse(outcome.message);
  for (const query of outcome.message.queries.slice(0, 20)) {
    const order = { sampleId: query.sampleIds[0] ?? '', codes: ['A'], priority: 'stat', action: 'new' } as const;
    driver.answer?.(query, [order], context);
  }
}
