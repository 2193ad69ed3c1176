import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { afterEach, describe, expect, it } from 'vitest';
import { openSerial } from '../../../electron/core/devices/connections/serial-line.ts';
import type { Line, Transport } from '../../../electron/core/devices/connections/transport.ts';
import { astmFrames } from '../../support/analyzer-line.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

const hasSocat = spawnSync('socat', ['-V']).status === 0;
const settings = {
  baudRate: 9600,
  dataBits: 8,
  parity: 'none',
  stopBits: 1,
  rtscts: false,
  xon: false,
  xoff: false,
} as const;

const undo: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A cable between two pseudo-terminals. */
async function cable(ours: string, theirs: string): Promise<ChildProcess> {
  const socat = spawn('socat', [`pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`]);
  undo.push(() => void socat.kill());
  await waitFor(() => existsSync(ours) && existsSync(theirs));
  return socat;
}

async function unplug(socat: ChildProcess): Promise<void> {
  socat.kill();
  await waitFor(() => socat.exitCode !== null || socat.signalCode !== null);
}

/** The analyzer's end of the cable. */
async function analyzerEnd(path: string): Promise<{ port: SerialPort; received: number[] }> {
  const port = new SerialPort({ path, baudRate: 9600, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  const received: number[] = [];
  port.on('data', (bytes: Buffer) => received.push(...bytes));
  port.on('error', () => undefined);
  undo.push(() => void (port.isOpen && port.close(() => undefined)));
  return { port, received };
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'aliquot-serial-'));
  undo.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

describe.skipIf(!hasSocat)('a serial line (pseudo-terminals by socat)', () => {
  it('carries a whole session to the results, and goes on after the cable was pulled and came back', async () => {
    const place = folder();
    const lab: DemoDevices = await openDemoDevices();
    undo.push(() => lab.dispose());
    const [ours, theirs] = [join(place, 'lab'), join(place, 'analyzer')];
    let socat = await cable(ours, theirs);
    const id = lab.add({
      driver: 'generic-astm',
      protocol: 'astm',
      connection: { kind: 'serial', path: ours, settings },
    });
    const session = async (sampleId: string) => {
      const { port, received } = await analyzerEnd(theirs);
      const frames = astmFrames(['H|\\^&', 'P|1', `O|1|${sampleId}||^^^GLU`, 'R|1|^^^GLU|5.4|mmol/L', 'L|1|N']);
      for (const bytes of [Uint8Array.of(5), ...frames]) {
        const before = received.length;
        port.write(Buffer.from(bytes));
        await waitFor(() => received.length > before);
        expect(received.at(-1)).toBe(6);
      }
      port.write(Buffer.from([4]));
      await waitFor(() => lab.results(id).some((result) => result.sampleId === sampleId));
    };
    await waitFor(() => lab.service.state(id)?.state === 'connected');
    await session('SER-1');
    await unplug(socat);
    await waitFor(() => lab.service.state(id)?.state === 'error');
    expect(lab.service.state(id)?.error).toContain('went away');
    socat = await cable(ours, theirs);
    await waitFor(() => lab.service.state(id)?.state === 'connected', { timeout: 15_000 });
    await session('SER-2');
  });

  it('finds out that an adapter is gone though no hang-up told so', async () => {
    const place = folder();
    const path = join(place, 'lab');
    await cable(path, join(place, 'analyzer'));
    const said: (string | undefined)[] = [];
    const transport = openSerial(
      { kind: 'serial', path, settings },
      {
        opened: () => said.push('opened'),
        bytes: () => undefined,
        closed: () => said.push('closed'),
        file: async () => 'done',
        waiting: (message) => message !== undefined && said.push(message),
      },
    );
    undo.push(() => transport.close());
    await waitFor(() => said.includes('opened'));
    rmSync(path);
    await waitFor(() => said.some((one) => one?.includes('went away')));
    expect(said.slice(0, 2)).toEqual(['opened', 'closed']);
  });

  it('lets go of a port that is closed while it is only being opened', async () => {
    const place = folder();
    const path = join(place, 'lab');
    await cable(path, join(place, 'analyzer'));
    const said: string[] = [];
    const opened: string[] = [];
    const openAs = (name: string) =>
      openSerial(
        { kind: 'serial', path, settings },
        {
          opened: () => opened.push(name),
          bytes: () => undefined,
          closed: () => undefined,
          file: async () => 'done',
          waiting: (message) => message !== undefined && said.push(message),
        },
      );
    for (let round = 0; round < 5; round++) {
      const first = openAs('first');
      await Promise.resolve();
      await first.close();
    }
    const last = openAs('last');
    undo.push(() => last.close());
    await waitFor(() => opened.length > 0);
    expect({ opened, said }).toEqual({ opened: ['last'], said: [] });
  });

  it('finds an adapter by its serial number when it comes back under another path', async () => {
    const place = folder();
    const paths = { before: join(place, 'ttyUSB0'), after: join(place, 'ttyUSB1') };
    const socat = await cable(paths.before, join(place, 'analyzer0'));
    let plugged: string | undefined = paths.before;
    const lines: Line[] = [];
    const heard: string[] = [];
    const transport: Transport = openSerial(
      { kind: 'serial', path: paths.before, settings: { ...settings, serialNumber: 'FT-0815' } },
      {
        opened: (line) => lines.push(line),
        bytes: (_, bytes) => heard.push(Buffer.from(bytes).toString()),
        closed: () => undefined,
        file: async () => 'done',
        waiting: () => undefined,
      },
      { list: async () => (plugged ? [{ path: plugged, serialNumber: 'FT-0815' }] : []) },
    );
    undo.push(() => transport.close());
    await waitFor(() => lines.length === 1);
    plugged = undefined;
    await unplug(socat);
    await cable(paths.after, join(place, 'analyzer1'));
    plugged = paths.after;
    await waitFor(() => lines.length === 2, { timeout: 15_000 });
    expect(lines.map((line) => line.peer)).toEqual([paths.before, paths.after]);
    const { port } = await analyzerEnd(join(place, 'analyzer1'));
    port.write('here again');
    await waitFor(() => heard.join('') === 'here again');
  });
});
