import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type SimulatedAnalyzer,
  type SimulationOptions,
  simulatedDrivers,
  startSimulatedAnalyzer,
} from '../../../electron/demo/simulator/analyzer.ts';
import { faults } from '../../../electron/demo/simulator/faults.ts';
import { measureBlood, measureSerum } from '../../../electron/demo/simulator/measurements.ts';
import { type DeviceReading, findDriver } from '../../../shared/devices/index.ts';
import { type Laboratory, openLaboratory } from './laboratory.ts';

const times = { replyTimeoutMs: 250, contentionWaitMs: 60, busyWaitMs: 60 };
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function laboratoryFor(driver: string): Promise<Laboratory> {
  const found = findDriver(driver);
  if (!found) throw new Error(`no driver ${driver}`);
  const laboratory = await openLaboratory(found);
  open.push(laboratory);
  return laboratory;
}

async function analyzerAt(options: Omit<SimulationOptions, 'host'>): Promise<SimulatedAnalyzer> {
  const analyzer = await startSimulatedAnalyzer({ host: '127.0.0.1', times, redialMs: 20, ...options });
  open.push({ close: () => analyzer.stop() });
  return analyzer;
}

/** The last frame is acknowledged before the session ends: the message is there a moment later. */
const received = (laboratory: Laboratory, count: number) =>
  vi.waitFor(() => expect(laboratory.messages).toHaveLength(count));

const valuesIn = (laboratory: Laboratory) =>
  laboratory.messages.map(({ results }) => results.map(({ code, rawValue }) => `${code} ${rawValue}`).join());

const distinct = (texts: readonly string[]) => texts.filter((text, index) => text !== texts[index - 1]);

const value = (reading: DeviceReading | undefined) =>
  reading?.value.kind === 'numeric' ? Number(reading.value.number) : Number.NaN;

describe.each(simulatedDrivers)('simulated %s', (driver) => {
  const some = driver === 'sysmex-xn' ? ['WBC', 'PLT'] : ['GLU', 'TSH'];

  it('sends results that its driver reads, and knows when they are acknowledged', async () => {
    const laboratory = await laboratoryFor(driver);
    const analyzer = await analyzerAt({ driver, port: laboratory.port });
    await analyzer.sendFor('AQ-1');
    await received(laboratory, 1);
    const [message] = laboratory.messages;
    expect(message?.notes).toEqual([]);
    expect(message?.results.length).toBeGreaterThan(15);
    for (const result of message?.results ?? []) {
      expect(result).toMatchObject({
        sampleId: 'AQ-1',
        kind: 'patient',
        value: { kind: 'numeric' },
        unit: expect.any(String),
      });
      expect(['L', 'N', 'H']).toContain(result.flags[0]);
      expect(result.resultAt?.local).toMatch(/^\d{4}-\d\d-\d\dT/);
    }
  });

  it('asks for orders and measures those alone', async () => {
    const laboratory = await laboratoryFor(driver);
    laboratory.orders.set('AQ-2', some);
    const analyzer = await analyzerAt({ driver, port: laboratory.port });
    expect(await analyzer.ask('AQ-2')).toEqual(new Map([['AQ-2', some]]));
    expect(await analyzer.ask('AQ-3')).toEqual(new Map());
    await analyzer.sendFor('AQ-2', some);
    await received(laboratory, 1);
    expect(laboratory.messages[0]?.results.map(({ code }) => code)).toEqual(some);
  });

  it('left to itself, measures what the laboratory wants, once', async () => {
    const laboratory = await laboratoryFor(driver);
    laboratory.orders.set('AQ-4', some);
    laboratory.orders.set('AQ-5', some);
    await analyzerAt({ driver, port: laboratory.port, everyMs: 20 });
    await vi.waitFor(() => expect(laboratory.messages).toHaveLength(2), { timeout: 5000 });
    laboratory.orders.set('AQ-6', some);
    await vi.waitFor(() => expect(laboratory.messages.length).toBeGreaterThan(2), { timeout: 5000 });
    expect(laboratory.messages.map(({ results }) => results[0]?.sampleId)).toEqual(['AQ-4', 'AQ-5', 'AQ-6']);
  });

  it('goes through its list of samples', async () => {
    const laboratory = await laboratoryFor(driver);
    await analyzerAt({ driver, port: laboratory.port, everyMs: 10, accessions: ['AQ-7', 'AQ-8'] });
    await vi.waitFor(() => expect(laboratory.messages.length).toBeGreaterThanOrEqual(3), { timeout: 5000 });
    expect(laboratory.messages.slice(0, 3).map(({ results }) => results[0]?.sampleId)).toEqual([
      'AQ-7',
      'AQ-8',
      'AQ-7',
    ]);
  });

  it.each(faults.filter((fault) => fault !== 'contention'))(
    'gets its results through in spite of %s',
    async (fault) => {
      const laboratory = await laboratoryFor(driver);
      const analyzer = await analyzerAt({ driver, port: laboratory.port, fault });
      await analyzer.sendFor('AQ-9');
      await analyzer.sendFor('AQ-10');
      const clean = await laboratoryFor(driver);
      const healthy = await analyzerAt({ driver, port: clean.port });
      await healthy.sendFor('AQ-9');
      await healthy.sendFor('AQ-10');
      await received(clean, 2);
      // A message may come twice: when the analyzer sends it twice, or again because its acknowledgement was lost.
      await vi.waitFor(() => expect(distinct(valuesIn(laboratory))).toEqual(valuesIn(clean)));
      if (fault === 'duplicate') await received(laboratory, 4);
      if (fault === 'cut-cable') expect(laboratory.connections).toBeGreaterThan(1);
      if (fault === 'garbage') expect(laboratory.notes.join()).toContain('outside any');
      if (fault === 'bad-checksum' && driver === 'sysmex-xn')
        expect(laboratory.notes.join()).toContain('wrong checksum');
    },
  );

  it('dials again until the laboratory is there', async () => {
    const first = await laboratoryFor(driver);
    const { port } = first;
    await first.close();
    open.splice(0);
    const analyzer = await analyzerAt({ driver, port });
    const sent = analyzer.sendFor('AQ-11');
    const found = findDriver(driver);
    if (!found) throw new Error('no driver');
    expect(analyzer.isConnected).toBe(false);
    const laboratory = await openLaboratory(found);
    open.push(laboratory);
    // The new laboratory listens elsewhere: a relay stands where the old one was.
    const relay = createServer((socket) => {
      const onward = connect({ host: '127.0.0.1', port: laboratory.port });
      socket.pipe(onward).pipe(socket);
      socket.on('error', () => onward.destroy());
      onward.on('error', () => socket.destroy());
      socket.on('close', () => onward.destroy());
    });
    await new Promise<void>((resolve) => relay.listen(port, '127.0.0.1', resolve));
    await sent;
    await received(laboratory, 1);
    await analyzer.stop();
    await new Promise<void>((resolve) => relay.close(() => resolve()));
  });

  it('waits to be dialled in server mode', async () => {
    const laboratory = await laboratoryFor(driver);
    const analyzer = await analyzerAt({ driver, port: 0, mode: 'server' });
    laboratory.dial(analyzer.port);
    await analyzer.sendFor('AQ-12');
    await received(laboratory, 1);
    expect(laboratory.messages[0]?.results[0]?.sampleId).toBe('AQ-12');
  });

  it('stops, and says so to who still waits', async () => {
    const analyzer = await analyzerAt({ driver, port: 9, mode: 'client' });
    const waiting = analyzer.sendFor('AQ-13');
    await analyzer.stop();
    await expect(waiting).rejects.toThrow('stopped');
  });
});

describe('contention', () => {
  it('goes before the laboratory, which answers the query afterwards', async () => {
    const laboratory = await laboratoryFor('sysmex-xn');
    laboratory.orders.set('AQ-20', ['WBC']);
    const lines: string[] = [];
    const analyzer = await analyzerAt({
      driver: 'sysmex-xn',
      port: laboratory.port,
      fault: 'contention',
      accessions: ['AQ-21'],
      log: (line) => lines.push(line),
    });
    expect(await analyzer.ask('AQ-20')).toEqual(new Map([['AQ-20', ['WBC']]]));
    expect(lines.join()).toContain('at the same time');
    expect(laboratory.notes.join()).toContain('the analyzer goes first');
    expect(laboratory.messages[0]?.results[0]?.sampleId).toBe('AQ-21');
  });
});

describe('simulated values', () => {
  it('are the same for a sample, whatever is asked with it', () => {
    const all = measureSerum('AQ-1', undefined, 1);
    expect(measureSerum('AQ-1', ['TSH'], 1)).toEqual(all.filter(({ code }) => code === 'TSH'));
    expect(measureSerum('AQ-1', undefined, 2)).not.toEqual(all);
    expect(measureSerum('AQ-1', ['nothing'], 1)).toEqual([]);
  });

  it('make blood counts that are consistent in themselves, most of them healthy', () => {
    let healthy = 0;
    let values = 0;
    for (let sample = 0; sample < 300; sample++) {
      const count = new Map(measureBlood(`AQ-${sample}`, undefined, 1).map((one) => [one.code, one]));
      const of = (code: string) => Number(count.get(code)?.value);
      const shares = ['NEUT%', 'LYMPH%', 'MONO%', 'EO%', 'BASO%'].reduce((sum, code) => sum + of(code), 0);
      expect(shares).toBeCloseTo(100, 0);
      expect(of('HCT')).toBeCloseTo((of('RBC') * of('MCV')) / 10, 0);
      expect(of('NEUT#')).toBeCloseTo((of('WBC') * of('NEUT%')) / 100, 1);
      for (const { value: text, flag } of count.values()) {
        expect(Number(text)).toBeGreaterThanOrEqual(0);
        values++;
        if (flag === 'N') healthy++;
      }
    }
    expect(healthy / values).toBeGreaterThan(0.6);
    expect(healthy / values).toBeLessThan(0.95);
  });
});

describe('simulator as a program', () => {
  const program = join(import.meta.dirname, '../../../electron/demo/simulator/main.ts');
  const run = (args: readonly string[]) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '';
      let err = '';
      child.stdout.on('data', (chunk) => {
        out += String(chunk);
      });
      child.stderr.on('data', (chunk) => {
        err += String(chunk);
      });
      child.once('close', (code) => resolve({ code, out, err }));
    });

  it('sends what it is told and ends', async () => {
    const laboratory = await laboratoryFor('mindray-bs');
    const args = [
      '--driver',
      'mindray-bs',
      '--port',
      String(laboratory.port),
      '--sample',
      'AQ-30',
      '--sample',
      'AQ-31',
      '--once',
    ];
    const { code, out } = await run(args);
    expect(code).toBe(0);
    expect(out).toContain('ready on port');
    expect(laboratory.messages.map(({ results }) => results[0]?.sampleId)).toEqual(['AQ-30', 'AQ-31']);
    expect(value(laboratory.messages[0]?.results.find((one) => one.code === 'GLU'))).toBeGreaterThan(20);
  }, 20_000);

  it('says what is wrong with its flags', async () => {
    const wrong = await run(['--driver', 'sysmex-xn', '--port', '70000']);
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.err).toContain('--port must be a whole number');
    expect((await run(['--help'])).out).toContain('lost-ack');
  }, 20_000);
});
