import { EventEmitter } from 'node:events';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Device } from '../../../shared/setup/schema.ts';
import type { Kernel } from '../kernel/index.ts';
import { stationDevices } from '../setup/index.ts';
import { createLink } from './create-link.ts';
import { DeviceJournal } from './device-journal.ts';
import { JournalWriter } from './journal-writer.ts';
import { LinkRunner } from './link-runner.ts';
import type { LinkMessage } from './protocols/link.ts';
import { SpareTime } from './spare-time.ts';
import { type Line, openTransport, type Transport } from './transport.ts';

/** The live state of one analyzer's connection. */
export interface DeviceState {
  readonly id: string;
  readonly name: string;
  readonly state: 'off' | 'waiting' | 'connected' | 'error';
  readonly peers: string[];
  /** The port a TCP server really listens on (its setting may be 0). */
  readonly port?: number;
  readonly lastByteAt?: string;
  readonly lastMessageAt?: string;
  readonly error?: string;
  readonly messages: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Bytes on a line as they pass, for the live view. */
export interface Traffic {
  readonly deviceId: string;
  readonly at: string;
  readonly direction: 'in' | 'out' | 'note';
  readonly peer: string;
  /** One character a byte for bytes; words for a note. */
  readonly text: string;
}

interface Running {
  device: Stored<Device>;
  transport: Transport | undefined;
  readonly links: Map<Line, LinkRunner>;
  error: string | undefined;
  lastByteAt: number | undefined;
  lastMessageAt: number | undefined;
  messages: number;
  bytesIn: number;
  bytesOut: number;
}

/**
 * Keeps this station's analyzers connected. A change of one device's set-up touches that device alone; everything is
 * told live by events: `state` (device id) and `traffic` (Traffic).
 */
export class DeviceService extends EventEmitter<{ state: [string]; traffic: [Traffic] }> {
  readonly journal: DeviceJournal;
  readonly spareTime = new SpareTime();
  private readonly writer: JournalWriter;
  private readonly kernel: Kernel;
  private readonly running = new Map<string, Running>();
  private changing: Promise<void> = Promise.resolve();
  private following = false;

  constructor(kernel: Kernel) {
    super();
    this.kernel = kernel;
    this.journal = new DeviceJournal(kernel, () => this.writer.wake());
    this.writer = new JournalWriter(kernel, this.spareTime);
  }

  /** Recovers what a crash left, opens the enabled devices and follows their set-up from then on. */
  async start(): Promise<void> {
    if (!this.kernel.identity || this.following) return;
    this.following = true;
    const devices = stationDevices(this.kernel);
    const recovered = this.journal.recoverFrames(new Map(devices.map((device) => [device.id, device])));
    if (recovered > 0)
      this.kernel.log.warn({ recovered }, 'analyzer sessions were cut by the last stop; kept as incomplete');
    this.kernel.followers.add({
      name: 'device-connections',
      collections: ['setup'],
      from: 'now',
      handle: () => this.reload(),
    });
    this.writer.wake();
    await this.reload();
  }

  states(): DeviceState[] {
    return [...this.running.values()].map((running) => this.stateOf(running));
  }

  state(deviceId: string): DeviceState | undefined {
    const running = this.running.get(deviceId);
    return running && this.stateOf(running);
  }

  /**
   * Sends a message to an analyzer over the line of `peer`, or any open line. Rejects, with the reason, when it is not
   * connected or did not take it.
   */
  async send(deviceId: string, message: LinkMessage, peer?: string): Promise<void> {
    const links = [...(this.running.get(deviceId)?.links.values() ?? [])];
    const link = links.find((one) => one.peer === peer) ?? links.at(-1);
    if (!link) throw new Error('The analyzer is not connected');
    await link.send(message);
  }

  /** Closes all connections after what was received is on disk. */
  async close(): Promise<void> {
    await this.changing;
    await Promise.all([...this.running.keys()].map((id) => this.stopDevice(id)));
    await this.writer.close();
  }

  /** Brings what runs in line with the set-up: only devices whose document changed are touched. */
  private reload(): Promise<void> {
    this.changing = this.changing.then(async () => {
      const wanted = new Map(stationDevices(this.kernel).map((device) => [device.id, device]));
      for (const [id, running] of this.running) {
        if (wanted.get(id)?._rev !== running.device._rev) await this.stopDevice(id);
      }
      for (const device of wanted.values()) if (!this.running.has(device.id)) this.startDevice(device);
    });
    return this.changing;
  }

  private startDevice(device: Stored<Device>): void {
    const running: Running = {
      device,
      transport: undefined,
      links: new Map(),
      error: undefined,
      lastByteAt: undefined,
      lastMessageAt: undefined,
      messages: 0,
      bytesIn: 0,
      bytesOut: 0,
    };
    this.running.set(device.id, running);
    if (device.enabled) {
      running.transport = openTransport(device.connection, {
        opened: (line) => this.openLink(running, line),
        bytes: (line, bytes) => running.links.get(line)?.bytes(bytes),
        closed: (line, reason) => {
          running.links.get(line)?.close(reason);
          running.links.delete(line);
          this.traffic(running, 'note', line.peer, `connection closed: ${reason}`);
          this.emit('state', device.id);
        },
        waiting: (message) => {
          running.error = message;
          this.emit('state', device.id);
        },
      });
    }
    this.emit('state', device.id);
  }

  private async stopDevice(id: string): Promise<void> {
    const running = this.running.get(id);
    if (!running) return;
    const links = [...running.links.values()];
    for (const link of links) link.close('the connection was stopped');
    await Promise.all(links.map((link) => link.settled()));
    await running.transport?.close();
    this.running.delete(id);
  }

  private openLink(running: Running, line: Line): void {
    const { device } = running;
    const { clock, log } = this.kernel;
    running.error = undefined;
    const observer = {
      traffic: (direction: 'in' | 'out', bytes: Uint8Array) => {
        running.lastByteAt = clock.now();
        this.spareTime.heard();
        if (direction === 'in') running.bytesIn += bytes.length;
        else running.bytesOut += bytes.length;
        if (this.listenerCount('traffic') > 0) {
          this.traffic(running, direction, line.peer, Buffer.from(bytes).toString('latin1'));
        }
      },
      message: () => {
        running.messages++;
        running.lastMessageAt = clock.now();
      },
      note: (text: string) => this.traffic(running, 'note', line.peer, text),
      trouble: (text: string) => {
        running.error = text;
        this.traffic(running, 'note', line.peer, text);
        this.emit('state', device.id);
      },
    };
    const link = createLink(device);
    running.links.set(line, new LinkRunner({ link, line, device, journal: this.journal, clock, log, observer }));
    this.traffic(running, 'note', line.peer, 'connected');
    this.emit('state', device.id);
  }

  private traffic(running: Running, direction: Traffic['direction'], peer: string, text: string): void {
    const at = new Date(this.kernel.clock.now()).toISOString();
    this.emit('traffic', { deviceId: running.device.id, at, direction, peer, text });
  }

  private stateOf(running: Running): DeviceState {
    const { device, links, error, lastByteAt, lastMessageAt, messages, bytesIn, bytesOut } = running;
    const connected = links.size > 0 ? 'connected' : 'waiting';
    return {
      id: device.id,
      name: device.name,
      state: device.enabled ? (error ? 'error' : connected) : 'off',
      peers: [...links.keys()].map((line) => line.peer),
      port: running.transport?.port,
      lastByteAt: lastByteAt === undefined ? undefined : new Date(lastByteAt).toISOString(),
      lastMessageAt: lastMessageAt === undefined ? undefined : new Date(lastMessageAt).toISOString(),
      error,
      messages,
      bytesIn,
      bytesOut,
    };
  }
}
