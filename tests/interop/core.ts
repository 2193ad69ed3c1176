import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { SerialPort } from 'serialport';
import type { DeviceResult } from '../../shared/results/schema.ts';
import type { DeviceConnection } from '../../shared/setup/schema.ts';
import { type DemoDevices, openDemoDevices } from '../support/demo-devices.ts';
import { waitFor } from '../support/wait-for.ts';
import { pseudoTerminals } from './pseudo-terminal.ts';
import { type Capture, partsOf, replay } from './replay.ts';

export type Transport = 'tcp' | 'serial';

/** One result of a capture as the core stored it. */
export interface StoredResult {
  readonly result: DeviceResult;
  /** The record of the raw message the result says it came from. */
  readonly record: string;
}

/** A real core on a file, with a device for each capture and way. */
export class InteropCore {
  readonly #lab: DemoDevices;
  readonly #folder = mkdtempSync(join(tmpdir(), 'aliquot-interop-'));
  readonly #close: (() => void)[] = [];

  private constructor(lab: DemoDevices) {
    this.#lab = lab;
  }

  static async open(): Promise<InteropCore> {
    return new InteropCore(await openDemoDevices());
  }

  /** Replays a capture as its analyzer would and waits for its results to be stored; answers with what is there. */
  async replay(capture: Capture, transport: Transport): Promise<readonly StoredResult[]> {
    const { id, stream } = transport === 'tcp' ? await this.#overTcp(capture) : await this.#overSerial(capture);
    await replay(stream, capture.framing, partsOf(capture));
    const { kernel } = this.#lab;
    const results = () => kernel.reads().find('deviceResults', { selector: { deviceId: { $eq: id } } });
    // Fewer than expected is an answer too, which the caller reports.
    await waitFor(() => results().length >= capture.results, { timeout: 10_000 }).catch(() => undefined);
    return results().map((result) => {
      const { bytes } = kernel.reads().need('journal', result.journalId) as { bytes: string };
      const { offset, length } = result.recordRef;
      return { result, record: bytes.slice(offset, offset + length) };
    });
  }

  /** Adds a device and answers its id. */
  addDevice(capture: Pick<Capture, 'driver' | 'framing'>, connection: DeviceConnection): string {
    const { kernel } = this.#lab;
    return kernel.change(kernel.systemSession('interop'), (work) =>
      work.insert('setup', {
        kind: 'device',
        name: `${capture.driver} ${connection.kind}`,
        driver: capture.driver,
        protocol: capture.framing,
        connection,
        settings: {},
        enabled: true,
      }),
    ).id;
  }

  /** The port a device listens on, once it does. */
  portOf(id: string): Promise<number> {
    return waitFor(() => this.#lab.service.state(id)?.port);
  }

  results(id: string): readonly DeviceResult[] {
    return this.#lab.kernel.reads().find('deviceResults', { selector: { deviceId: { $eq: id } } });
  }

  async dispose(): Promise<void> {
    for (const close of this.#close) close();
    await this.#lab.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #overTcp(capture: Capture): Promise<{ id: string; stream: Duplex }> {
    const id = this.addDevice(capture, { kind: 'tcpServer', host: '127.0.0.1', port: 0, allowedPeers: [] });
    const socket = connect(await this.portOf(id), '127.0.0.1');
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    this.#close.push(() => socket.destroy());
    return { id, stream: socket };
  }

  async #overSerial(capture: Capture): Promise<{ id: string; stream: Duplex }> {
    const cable = await pseudoTerminals(this.#folder, capture.driver);
    this.#close.push(() => cable.remove());
    const line = {
      baudRate: 9600,
      dataBits: 8,
      parity: 'none',
      stopBits: 1,
      rtscts: false,
      xon: false,
      xoff: false,
    } as const;
    const id = this.addDevice(capture, { kind: 'serial', path: cable.laboratory, settings: line });
    await waitFor(() => this.#lab.service.state(id)?.state === 'connected');
    const port = new SerialPort({ path: cable.analyzer, baudRate: 9600, autoOpen: false });
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
    this.#close.push(() => port.close(() => undefined));
    return { id, stream: port };
  }
}

/** What is wrong with what was stored of a capture, in words; empty when all is there. */
export function missesOf(capture: Capture, stored: readonly StoredResult[]): string[] {
  const misses =
    stored.length === capture.results ? [] : [`${stored.length} results stored, ${capture.results} expected`];
  for (const { result, record } of stored) {
    if (record === '') misses.push(`${result.deviceCode}: leads to no record of the raw message`);
    if (result.reading.kind === 'numeric' && !record.includes(result.originalValue))
      misses.push(`${result.deviceCode}: its record does not hold its value`);
    if (result.resultAt === undefined) misses.push(`${result.deviceCode}: no time`);
  }
  for (const [code, ...wanted] of capture.chosen) {
    const found = stored
      .filter(({ result }) => result.deviceCode === code)
      .map(({ result }) => [
        result.originalValue,
        result.originalUnit ?? '',
        result.analyzerFlags.join(','),
        result.resultAt ?? '',
      ]);
    if (found.length !== 1 || found[0]?.join('|') !== wanted.join('|'))
      misses.push(`${code}: ${JSON.stringify(found)} stored, ${JSON.stringify(wanted)} expected`);
  }
  return misses;
}
