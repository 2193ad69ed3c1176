import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  inventedSample,
  type SimulatedAnalyzer,
  type SimulationOptions,
  simulatedDrivers,
  startSimulatedAnalyzer,
} from '../../../electron/demo/simulator/analyzer.ts';
import { simulatorHelp, simulatorTask, WrongArguments } from '../../../electron/demo/simulator/arguments.ts';
import { type Fault, faults } from '../../../electron/demo/simulator/faults.ts';
import { measureBlood, measurePanel } from '../../../electron/demo/simulator/measurements.ts';
import { type DeviceReading, type Driver, drivers, findDriver } from '../../../shared/devices/index.ts';
import { type Laboratory, laboratoryInMemory, openLaboratory } from './laboratory.ts';

const times = { replyTimeoutMs: 120, contentionWaitMs: 60, busyWaitMs: 60 };
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function driverOf(id: string): Driver {
  const found = findDriver(id);
  if (!found) throw new Error(`no driver ${id}`);
  return found;
}

async function laboratoryFor(driver: string): Promise<Laboratory> {
  const laboratory = await openLaboratory(driverOf(driver));
  open.push(laboratory);
  return laboratory;
}

async function analyzerAt(options: SimulationOptions): Promise<SimulatedAnalyzer> {
  const analyzer = await startSimulatedAnalyzer({ times, redialMs: 20, ...options });
  open.push({ close: () => analyzer.stop() });
  return analyzer;
}

const at = ({ port }: { readonly port: number }) => ({ kind: 'client', host: '127.0.0.1', port }) as const;
const in_ = (laboratory: Laboratory) => ({ kind: 'stream', open: () => laboratory.plug() }) as const;

/** The last frame is acknowledged before the session ends: the message is there a moment later. */
const received = (laboratory: Laboratory, count: number) =>
  vi.waitFor(() => expect(laboratory.messages.length).toBeGreaterThanOrEqual(count), { timeout: 5000 });

const valuesIn = (laboratory: Laboratory) =>
  laboratory.messages.map(({ results }) => results.map(({ code, rawValue }) => `${code} ${rawValue}`).join());

const distinct = (texts: readonly string[]) => [...new Set(texts)];

const value = (reading: DeviceReading | undefined) =>
  reading?.value.kind === 'numeric' ? Number(reading.value.number) : Number.NaN;

const asking = simulatedDrivers.filter((id) => driverOf(id).answer && id !== 'generic-hl7');
/** Instruments that measure whole panels, whatever codes are wanted of them. */
const panels = new Set(['genexpert', 'mindray-bc', 'pentra', 'yumizen-h500']);
/** Two codes of each. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  'sysmex-xn': ['WBC', 'PLT'],
  'mindray-bs': ['GLU', 'TSH'],
  'cobas-c111': ['413', '767'],
  'cobas-c311': ['717', '690'],
  'generic-astm': ['GLU', 'TSH'],
  genexpert: ['MTB-RIF^Xpert^MTB'],
  'mindray-bc': ['6690-2', '777-3'],
  pentra: ['WBC', 'EOS%'],
  'yumizen-h500': ['WBC', 'PLT'],
};

/** All but the tables, which come as files. */
const onWires = drivers.filter(({ format }) => format !== 'table');

it('plays an instrument of every driver that has a wire', () => {
  expect([...simulatedDrivers].sort()).toEqual(onWires.map(({ id }) => id).sort());
});

describe.each(simulatedDrivers)('simulated %s, its cable in memory', (driver) => {
  /** What a healthy line brings for two samples. */
  const healthy = async () => {
    const laboratory = laboratoryInMemory(driverOf(driver));
    const analyzer = await analyzerAt({ driver, end: in_(laboratory) });
    await analyzer.sendFor('AQ-9');
    await analyzer.sendFor('AQ-10');
    await vi.waitFor(() => expect(laboratory.messages.at(-1)?.results[0]?.sampleId).toBe('AQ-10'));
    return laboratory;
  };

  it('sends results that its driver reads, and knows when they are acknowledged', async () => {
    const { messages } = await healthy();
    const results = messages.flatMap((message) => message.results).filter(({ sampleId }) => sampleId === 'AQ-9');
    expect(messages.flatMap(({ notes }) => notes)).toEqual([]);
    expect(results.length).toBeGreaterThan(2);
    expect(new Set(results.map(({ code }) => code)).size).toBe(results.length);
    const known = new Set(driverOf(driver).codes.map(({ code }) => code));
    for (const result of results) {
      expect(result).toMatchObject({ kind: 'patient', resultAt: { local: expect.stringMatching(/^\d{4}-\d\d-\d\d/) } });
      expect(['numeric', 'choice']).toContain(result.value.kind);
      if (result.value.kind === 'numeric' && !result.code.endsWith('^TV'))
        expect(result.unit, result.code).toBeDefined();
      if (known.size > 10) expect(known).toContain(result.code);
      expect(result.rerun).toBeUndefined();
    }
  });

  it('gets its results through in spite of every fault', async () => {
    const clean = await healthy();
    const spoilt = async (fault: Fault) => {
      const laboratory = laboratoryInMemory(driverOf(driver));
      const lines: string[] = [];
      const analyzer = await analyzerAt({ driver, end: in_(laboratory), fault, log: (line) => lines.push(line) });
      await analyzer.sendFor('AQ-9');
      await analyzer.sendFor('AQ-10');
      // A message may come twice: when the analyzer sends it twice, or again because its acknowledgement was lost.
      await vi.waitFor(() => expect(distinct(valuesIn(laboratory)), fault).toEqual(distinct(valuesIn(clean))), {
        timeout: 8000,
      });
      if (fault === 'duplicate') await received(laboratory, 2 * clean.messages.length);
      if (fault === 'cut-cable') expect(lines.join()).toContain('the cable is pulled');
      if (fault === 'lost-ack') expect(lines.join()).toContain('an acknowledgement is lost');
      if (fault === 'garbage' && driver !== 'mini-vidas') expect(laboratory.notes.join()).toContain('outside any');
      if (fault === 'bad-checksum' && driverOf(driver).format !== 'hl7')
        expect(laboratory.notes.join()).toMatch(/checksum/);
    };
    await Promise.all(faults.filter((fault) => fault !== 'contention').map(spoilt));
  });
});

describe.each(asking)('simulated %s that asks', (driver) => {
  const { format } = driverOf(driver);

  it('gets its orders and measures those alone', async () => {
    const laboratory = laboratoryInMemory(driverOf(driver));
    const some = wanted[driver] ?? [];
    laboratory.orders.set('AQ-2', some);
    const analyzer = await analyzerAt({ driver, end: in_(laboratory) });
    expect(analyzer.asksForOrders).toBe(true);
    const codes = (await analyzer.ask('AQ-2')).get('AQ-2') ?? [];
    if (panels.has(driver)) expect(codes).toEqual(expect.arrayContaining([...some]));
    else expect(codes).toEqual(some);
    expect(await analyzer.ask('AQ-3')).toEqual(new Map());
    await analyzer.sendFor('AQ-2', codes);
    await received(laboratory, 1);
    expect(laboratory.messages[0]?.results.map(({ code }) => code).sort()).toEqual([...codes].sort());
  });

  it.skipIf(format === 'hl7')('goes before the laboratory in contention, and has its answer afterwards', async () => {
    const laboratory = laboratoryInMemory(driverOf(driver));
    laboratory.orders.set('AQ-20', wanted[driver] ?? []);
    const lines: string[] = [];
    const analyzer = await analyzerAt({
      driver,
      end: in_(laboratory),
      fault: 'contention',
      accessions: ['AQ-21'],
      log: (line) => lines.push(line),
    });
    expect([...(await analyzer.ask('AQ-20')).keys()]).toEqual(['AQ-20']);
    expect(lines.join()).toContain('at the same time');
    expect(laboratory.notes.join()).toContain('the analyzer goes first');
    await received(laboratory, 1);
    expect(laboratory.messages[0]?.results[0]?.sampleId).toBe('AQ-21');
  });
});

describe.each(['sysmex-xn', 'mindray-bs'])('simulated %s over sockets', (driver) => {
  const some = wanted[driver] ?? [];

  it('left to itself, measures what the laboratory wants, once', async () => {
    const laboratory = await laboratoryFor(driver);
    laboratory.orders.set('AQ-4', some);
    laboratory.orders.set('AQ-5', some);
    await analyzerAt({ driver, end: at(laboratory), everyMs: 20 });
    await received(laboratory, 2);
    laboratory.orders.set('AQ-6', some);
    await received(laboratory, 3);
    expect(laboratory.messages.map(({ results }) => results[0]?.sampleId)).toEqual(['AQ-4', 'AQ-5', 'AQ-6']);
  });

  it('goes through its list of samples', async () => {
    const laboratory = await laboratoryFor(driver);
    await analyzerAt({ driver, end: at(laboratory), everyMs: 10, accessions: ['AQ-7', 'AQ-8'] });
    await received(laboratory, 3);
    expect(laboratory.messages.slice(0, 3).map(({ results }) => results[0]?.sampleId)).toEqual([
      'AQ-7',
      'AQ-8',
      'AQ-7',
    ]);
  });

  it.each(['cut-cable', 'lost-ack'] as const)('gets its results through in spite of %s', async (fault) => {
    const laboratory = await laboratoryFor(driver);
    const analyzer = await analyzerAt({ driver, end: at(laboratory), fault });
    await analyzer.sendFor('AQ-9');
    await received(laboratory, 1);
    if (fault === 'cut-cable') expect(laboratory.connections).toBeGreaterThan(1);
  });

  it('dials again until the laboratory is there', async () => {
    const first = await laboratoryFor(driver);
    const { port } = first;
    await first.close();
    open.splice(0);
    const analyzer = await analyzerAt({ driver, end: at({ port }) });
    const sent = analyzer.sendFor('AQ-11');
    expect(analyzer.isConnected).toBe(false);
    const laboratory = await openLaboratory(driverOf(driver));
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
    const analyzer = await analyzerAt({ driver, end: { kind: 'server', host: '127.0.0.1', port: 0 } });
    laboratory.dial(analyzer.port);
    await analyzer.sendFor('AQ-12');
    await received(laboratory, 1);
    expect(laboratory.messages[0]?.results[0]?.sampleId).toBe('AQ-12');
  });

  it('stops, and says so to who still waits', async () => {
    const analyzer = await analyzerAt({ driver, end: at({ port: 9 }) });
    const waiting = analyzer.sendFor('AQ-13');
    await analyzer.stop();
    await expect(waiting).rejects.toThrow('stopped');
  });
});

describe('an instrument that takes no orders', () => {
  it('measures samples of its own invention when left to itself, and says that it cannot ask', async () => {
    const laboratory = laboratoryInMemory(driverOf('dca-vantage'));
    const analyzer = await analyzerAt({ driver: 'dca-vantage', end: in_(laboratory), everyMs: 5 });
    await received(laboratory, 2);
    expect(laboratory.messages[1]?.results[0]?.sampleId).toBe(inventedSample(2));
    await expect(analyzer.ask('AQ-1')).rejects.toThrow('takes no orders');
  });
});

describe('simulated values', () => {
  it('are the same for a sample, whatever is asked with it', () => {
    const all = measurePanel('chemistry', 'AQ-1', undefined, 1);
    expect(measurePanel('chemistry', 'AQ-1', ['TSH'], 1)).toEqual(all.filter(({ code }) => code === 'TSH'));
    expect(measurePanel('chemistry', 'AQ-1', undefined, 2)).not.toEqual(all);
    expect(measurePanel('chemistry', 'AQ-1', ['nothing'], 1)).toEqual([]);
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

  it('are converted to the units of instruments that count otherwise', () => {
    const [g] = measureBlood('AQ-1', ['HGB'], 1);
    const [own] = measureBlood('AQ-1', ['718-7'], 1, { '718-7': { of: ['HGB'], unit: 'g/L', factor: 10 } });
    expect(own).toMatchObject({ code: '718-7', unit: 'g/L', flag: g?.flag });
    expect(Number(own?.value)).toBeCloseTo(Number(g?.value) * 10, 6);
  });
});

describe('simulator as a program', () => {
  const program = join(import.meta.dirname, '../../../electron/demo/simulator/main.ts');
  const run = (...args: readonly string[]) =>
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
    const port = String(laboratory.port);
    const { code, out } = await run(
      '--driver',
      'mindray-bs',
      '--port',
      port,
      '--sample',
      'AQ-30',
      '--sample',
      'AQ-31',
      '--once',
    );
    expect(code).toBe(0);
    expect(out).toContain('ready on port');
    expect(laboratory.messages.map(({ results }) => results[0]?.sampleId)).toEqual(['AQ-30', 'AQ-31']);
    expect(value(laboratory.messages[0]?.results.find((one) => one.code === 'GLU'))).toBeGreaterThan(20);
  }, 20_000);

  it('makes up samples, with a fault', async () => {
    const laboratory = await laboratoryFor('cobas-c311');
    const port = String(laboratory.port);
    const args = ['--driver', 'cobas-c311', '--port', port, '--samples', '3', '--rate', '6000'];
    expect((await run(...args, '--fault', 'bad-checksum')).code).toBe(0);
    await received(laboratory, 3);
    expect(laboratory.messages.map(({ results }) => results[0]?.sampleId)).toEqual([1, 2, 3].map(inventedSample));
    expect(laboratory.notes.join()).toContain('checksum');
  }, 20_000);

  it('lists its drivers, and says what is wrong with its flags', async () => {
    const [list, wrong] = await Promise.all([run('--list'), run('--driver', 'nothing', '--port', '5000')]);
    for (const { id } of onWires) expect(list.out).toContain(id);
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(wrong.err).toContain('--list names them');
    expect(wrong.err).toContain('--fault <name>');
  }, 30_000);
});

describe('command line of the simulator', () => {
  const refusal = (...args: readonly string[]) => {
    try {
      simulatorTask(['--driver', 'sysmex-xn', ...args]);
      return 'none';
    } catch (error) {
      return error instanceof WrongArguments ? error.message : `no refusal: ${error}`;
    }
  };

  it('is refused with the reason', () => {
    expect(refusal('--port', '70000')).toContain('--port must be a whole number from 1 to 65535');
    expect(refusal('--port', '5000', '--serial', '/dev/null')).toBe('Give either --port or --serial.');
    expect(refusal()).toBe('Give either --port or --serial.');
    expect(refusal('--serial', '/dev/null', '--listen')).toBe('--listen is for --port.');
    expect(refusal('--port', '5000', '--samples', '2', '--once')).toContain('goes with neither');
    expect(refusal('--port', '5000', '--once')).toContain('needs at least one --sample');
    expect(refusal('--port', '5000', '--rate', '6', '--every', '7')).toBe('Give either --rate or --every.');
    expect(refusal('--port', '5000', '--fault', 'fire')).toContain('"fire"');
    expect(refusal('--port', '5000', '--unknown')).toContain('--unknown');
  });

  it('says where, what and how fast', () => {
    expect(simulatorTask(['--driver', 'yumizen-h500', '--serial', '/dev/ttyS9'])).toMatchObject({
      kind: 'run',
      options: { end: { kind: 'serial', path: '/dev/ttyS9', baudRate: 115_200 }, everyMs: 5000, seed: 1 },
    });
    expect(
      simulatorTask(['--driver', 'pentra', '--port', '0', '--listen', '--samples', '2', '--rate', '120']),
    ).toMatchObject({
      once: ['SIM-000001', 'SIM-000002'],
      pauseMs: 500,
      options: { end: { kind: 'server', host: '127.0.0.1', port: 0 }, everyMs: undefined },
    });
    expect(simulatorTask(['--help'])).toEqual({ kind: 'help' });
    expect(simulatorTask(['--driver', 'pentra', '--port', '1', '--time-zone', 'Asia/Dubai'])).toMatchObject({
      timeZone: 'Asia/Dubai',
    });
    expect(() => simulatorTask(['--driver', 'pentra', '--port', '1', '--time-zone', 'Mars'])).toThrow('Mars');
    for (const fault of faults) expect(simulatorHelp).toContain(fault);
  });
});
