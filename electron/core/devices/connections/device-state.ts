import type { Stored } from '../../../../shared/kernel/document.ts';
import type { Device } from '../../../../shared/setup/schema.ts';
import type { LinkRunner } from './link-runner.ts';
import type { Line, Transport } from './transport.ts';

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

/** A device whose connection is kept up, with what passed on it. */
export interface Running {
  device: Stored<Device>;
  transport: Transport | undefined;
  readonly links: Map<Line, LinkRunner>;
  error: string | undefined;
  lastByteAt: number | undefined;
  lastMessageAt: number | undefined;
  /** The peer whose message was this device's last. */
  heardFrom: string | undefined;
  messages: number;
  bytesIn: number;
  bytesOut: number;
}

export function newRunning(device: Stored<Device>): Running {
  return {
    device,
    transport: undefined,
    links: new Map(),
    error: undefined,
    lastByteAt: undefined,
    lastMessageAt: undefined,
    heardFrom: undefined,
    messages: 0,
    bytesIn: 0,
    bytesOut: 0,
  };
}

/** @param links the open lines to it */
export function stateOf(running: Running, links: readonly LinkRunner[]): DeviceState {
  const { device, error, lastByteAt, lastMessageAt, messages, bytesIn, bytesOut, transport } = running;
  // A folder has no line that could be open: it is watched, or there is a trouble.
  const connected = links.length > 0 || device.connection.kind === 'folder' ? 'connected' : 'waiting';
  return {
    id: device.id,
    name: device.name,
    state: device.enabled ? (error ? 'error' : connected) : 'off',
    peers: links.map((link) => link.peer),
    port: transport?.port,
    lastByteAt: lastByteAt === undefined ? undefined : new Date(lastByteAt).toISOString(),
    lastMessageAt: lastMessageAt === undefined ? undefined : new Date(lastMessageAt).toISOString(),
    error,
    messages,
    bytesIn,
    bytesOut,
  };
}

/** Of a device whose connection is only about to be opened. */
export function notRunning({ id, name, enabled }: Stored<Device>): DeviceState {
  return { id, name, state: enabled ? 'waiting' : 'off', peers: [], messages: 0, bytesIn: 0, bytesOut: 0 };
}
