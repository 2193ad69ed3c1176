import { EventEmitter } from 'node:events';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Device } from '../../../shared/setup/schema.ts';
import type { Kernel } from '../kernel/index.ts';
import { stationDevices } from '../setup/index.ts';
import { createLink } from './connections/create-link.ts';
import { type DeviceState, newRunning, notRunning, type Running, stateOf } from './connections/device-state.ts';
import { LinkRunner } from './connections/link-runner.ts';
import { openTransport } from './connections/open-transport.ts';
import { takeFile } from './connections/take-file.ts';
import type { Line } from './connections/transport.ts';
import { DeviceJournal } from './inbox/device-journal.ts';
import type { InboxRow } from './inbox/inbox.ts';
import { JournalWriter } from './inbox/journal-writer.ts';
import { Retention } from './inbox/retention.ts';
import { SpareTime } from './inbox/spare-time.ts';
import type { LinkMessage } from './protocols/link.ts';

/** Bytes on a line as they pass, for the live view. */
export interface Traffic {
  readonly deviceId: string;
  readonly at: string;
  readonly direction: 'in' | 'out' | 'note';
  readonly peer: string;
  /** One character a byte for bytes; words for a note. */
  readonly text: string;
}

/**
 * Keeps this station's analyzers connected. A change of one device's set-up touches that device alone; everything is
 * told live by events: `state` (device id) and `traffic` (Traffic).
 */
export class DeviceService extends EventEmitter<{ state: [string]; traffic: [Traffic] }> {
  readonly journal: DeviceJournal;
  readonly spareTime = new SpareTime();
  readonly retention: Retention;
  private readonly writer: JournalWriter;
  private readonly kernel: Kernel;
  private readonly running = new Map<string, Running>();
  private changing: Promise<void> = Promise.resolve();
  private following = false;
  private closed = false;
  private passed: (Omit<Traffic, 'text'> & { text: string })[] = [];

  constructor(kernel: Kernel) {
    super();
    this.kernel = kernel;
    this.journal = new DeviceJournal(kernel, () => this.writer.wake());
    this.writer = new JournalWriter(kernel, this.journal, this.spareTime, (device, row) =>
      this.foundSender(device, row),
    );
    this.retention = new Retention(kernel, this.spareTime);
  }

  /** Recovers what a crash left, opens the enabled devices and follows their set-up from then on. */
  async start(): Promise<void> {
    if (!this.kernel.identity || this.following) return;
    this.following = true;
    const recovered = await this.journal.recoverFrames();
    if (recovered > 0)
      this.kernel.log.warn({ recovered }, 'analyzer sessions were cut by the last stop; kept as incomplete');
    this.kernel.followers.add({
      name: 'device-connections',
      collections: ['setup'],
      from: 'now',
      handle: () => this.reload(),
    });
    this.writer.wake();
    if (stationDevices(this.kernel).length > 0) void this.journal.prepare();
    this.retention.start();
    await this.reload();
  }

  /** Nothing is to be begun any more. */
  get isClosed(): boolean {
    return this.closed;
  }

  states(): DeviceState[] {
    return [...this.running.values()].map((running) => this.stateOf(running));
  }

  state(deviceId: string): DeviceState | undefined {
    const running = this.running.get(deviceId);
    return running && this.stateOf(running);
  }

  /**
   * The state of a device as it is set up now. While its connection is still being brought in line with a change, nothing
   * of the former one is told: that line is about to be closed.
   */
  stateOfNow(device: Stored<Device>): DeviceState {
    const running = this.running.get(device.id);
    return running && lineOf(running.device) === lineOf(device) ? this.stateOf(running) : notRunning(device);
  }

  /** Who else uses the connection that a device shares: addresses, without ports, with an open line that is not this device's. */
  otherPeers({ id, connection }: Stored<Device>): string[] {
    if (connection.kind !== 'shared') return [];
    const own = new Set(this.linksOf(id).map(({ peer }) => peer));
    const owner = this.running.get(connection.withDeviceId);
    const others = [...(owner?.links.values() ?? [])].filter(({ peer }) => !own.has(peer));
    return [...new Set(others.map(({ peer }) => addressOf(peer)))];
  }

  /**
   * Sends a message to an analyzer over the line of `peer`, or the one that it was heard on, or the newest. Rejects, with the
   * reason, when it is not connected or did not take it.
   */
  async send(deviceId: string, message: LinkMessage, peer?: string): Promise<void> {
    const links = this.linksOf(deviceId);
    const heardFrom = this.running.get(deviceId)?.heardFrom;
    const heard = links.find((one) => one.peer === peer) ?? links.find((one) => one.peer === heardFrom);
    const link = heard ?? links.at(-1);
    if (!link) throw new Error('The analyzer is not connected');
    if (!heard && links.length > 1 && this.running.get(deviceId)?.device.connection.kind === 'shared') {
      throw new Error('Several lines are open and none is known to be this analyzer’s: have it send a message first');
    }
    await link.send(message);
  }

  /** Open lines to a device: its own, or, where only the message says whose it is, those of the connection that it shares. */
  private linksOf(deviceId: string): LinkRunner[] {
    const running = this.running.get(deviceId);
    if (!running) return [];
    const own = [...running.links.values()];
    const { connection } = running.device;
    const isTold = connection.kind === 'shared' && connection.sender !== undefined;
    return own.length === 0 && isTold ? this.linksOf(connection.withDeviceId) : own;
  }

  /** Closes all connections after what was received is on disk. */
  async close(): Promise<void> {
    this.closed = true;
    await this.retention.close();
    await this.changing.catch(() => undefined);
    await Promise.all([...this.running.keys()].map((id) => this.stopDevice(id)));
    await this.writer.close();
    await this.journal.close();
  }

  /**
   * Brings what runs in line with the set-up: only devices whose document changed are touched, and a line stays open where the change
   * is only in how messages are read (the reader takes it from the document).
   */
  private reload(): Promise<void> {
    // One that failed is tried again by its follower; it must not keep the next from being made.
    this.changing = this.changing
      .catch(() => undefined)
      .then(async () => {
        // A change of set-up may still be on its way while everything stops.
        if (this.closed) return;
        const wanted = new Map(stationDevices(this.kernel).map((device) => [device.id, device]));
        for (const [id, running] of this.running) {
          const device = wanted.get(id);
          if (device && lineOf(device) === lineOf(running.device)) running.device = device;
          else await this.stopDevice(id);
        }
        for (const device of wanted.values()) if (!this.running.has(device.id)) this.startDevice(device);
      });
    return this.changing;
  }

  private startDevice(device: Stored<Device>): void {
    const running = newRunning(device);
    this.running.set(device.id, running);
    if (device.enabled) {
      // Whose line it is may be decided by its peer, so each line knows its owner.
      const owners = new Map<Line, Running>();
      running.transport = openTransport(device, {
        opened: (line) => {
          const owner = this.ownerOf(running, line);
          if (!owner.device.enabled) {
            line.close();
            return;
          }
          owners.set(line, owner);
          this.openLink(owner, line);
        },
        bytes: (line, bytes) => owners.get(line)?.links.get(line)?.bytes(bytes),
        closed: (line, reason) => {
          const owner = owners.get(line);
          owners.delete(line);
          if (owner) this.closeLink(owner, line, reason);
        },
        file: async (name, content) => {
          running.bytesIn += content.length;
          running.lastByteAt = this.kernel.clock.now();
          const outcome = await takeFile(this.journal, running.device, name, content);
          running.messages++;
          running.lastMessageAt = this.kernel.clock.now();
          this.emit('state', device.id);
          return outcome;
        },
        waiting: (message) => {
          running.error = message;
          this.emit('state', device.id);
        },
      });
      this.takeLines(device);
    }
    this.emit('state', device.id);
  }

  /**
   * Lines of the device's peer that are open already under another name are closed: the analyzer calls again, and what it
   * sends then is this device's.
   */
  private takeLines({ connection, name }: Stored<Device>): void {
    if (connection.kind !== 'shared' || connection.peer === undefined) return;
    for (const [line, link] of this.running.get(connection.withDeviceId)?.links ?? []) {
      if (!isPeer(line.peer, connection.peer)) continue;
      link.close(`its address is ${name}’s now`);
      line.close();
    }
  }

  private async stopDevice(id: string): Promise<void> {
    const running = this.running.get(id);
    if (!running) return;
    const links = [...running.links];
    for (const [, link] of links) link.close('the connection was stopped');
    await Promise.all(links.map(([, link]) => link.settled()));
    await running.transport?.close();
    // Lines that came in by another device's connection.
    for (const [line] of links) line.close();
    this.running.delete(id);
  }

  /**
   * The device behind this connection whose line it is by its peer's address, also when it is switched off: what it sends is
   * nobody else's; else the connection's own device.
   */
  private ownerOf(running: Running, line: Line): Running {
    for (const other of this.running.values()) {
      const { connection } = other.device;
      if (connection.kind !== 'shared' || connection.withDeviceId !== running.device.id) continue;
      if (connection.peer !== undefined && isPeer(line.peer, connection.peer)) return other;
    }
    return running;
  }

  private closeLink(running: Running, line: Line, reason: string): void {
    running.links.get(line)?.close(reason);
    running.links.delete(line);
    this.traffic(running, 'note', line.peer, `connection closed: ${reason}`);
    this.emit('state', running.device.id);
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
        running.heardFrom = line.peer;
        if (running.error === undefined) return;
        // What was wrong with an earlier one is told by the list of messages.
        running.error = undefined;
        this.emit('state', device.id);
      },
      note: (text: string) => this.traffic(running, 'note', line.peer, text),
      trouble: (text: string) => {
        running.error = text;
        this.traffic(running, 'note', line.peer, text);
        this.emit('state', device.id);
      },
    };
    const link = createLink(device, clock);
    running.links.set(line, new LinkRunner({ link, line, device, journal: this.journal, log, observer }));
    this.traffic(running, 'note', line.peer, 'connected');
    this.emit('state', device.id);
  }

  /**
   * Tells what passed, once in a turn of the event loop: bytes that came in many small pieces go out as one event, so that a busy
   * analyzer does not flood the windows that watch it.
   */
  private traffic(running: Running, direction: Traffic['direction'], peer: string, text: string): void {
    if (this.listenerCount('traffic') === 0) return;
    const deviceId = running.device.id;
    if (this.passed.length === 0) setImmediate(() => this.tellTraffic());
    const last = this.passed.findLast((one) => one.deviceId === deviceId);
    if (last && direction !== 'note' && last.direction === direction && last.peer === peer) {
      last.text += text;
      return;
    }
    const at = new Date(this.kernel.clock.now()).toISOString();
    this.passed.push({ deviceId, at, direction, peer, text });
  }

  private tellTraffic(): void {
    const passed = this.passed;
    this.passed = [];
    for (const one of passed) this.emit('traffic', one);
  }

  /** A message on another device's line named this one as its sender: its bytes are known to be this device's only now. */
  private foundSender({ id }: Stored<Device>, { wire, bytes, peer, at }: InboxRow): void {
    const running = this.running.get(id);
    if (!running) return;
    const passed = wire ?? bytes;
    running.bytesIn += passed.length;
    running.lastByteAt = at;
    running.lastMessageAt = at;
    running.messages++;
    running.heardFrom = peer;
    this.traffic(running, 'in', peer, Buffer.from(passed).toString('latin1'));
    this.emit('state', id);
  }

  private stateOf(running: Running): DeviceState {
    return stateOf(running, running.device.enabled ? this.linksOf(running.device.id) : []);
  }
}

/** What a device's line is made of, to be compared. */
function lineOf({ name, driver, protocol, connection, link = {}, enabled }: Device): string {
  return JSON.stringify([name, driver, protocol, connection, link, enabled]);
}

/** Whether a line's peer (`192.0.2.1:5000`, `[2001:db8::1]:5000`) has this address. */
function isPeer(peer: string, address: string): boolean {
  return peer === address || addressOf(peer) === address;
}

function addressOf(peer: string): string {
  return peer.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}
