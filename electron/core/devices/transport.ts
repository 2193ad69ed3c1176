import type { Device } from '../../../shared/setup/schema.ts';
import { watchFolder } from './folder.ts';
import { openSerial } from './serial-line.ts';
import { dial, listen } from './tcp.ts';

/** One open line to an analyzer, whatever it runs over. */
export interface Line {
  /** Who is at the other end: an address, or the path of a serial port. */
  readonly peer: string;
  write(bytes: Uint8Array): void;
  pause(): void;
  resume(): void;
  close(): void;
}

/** What a transport tells its device. */
export interface LineEvents {
  opened(line: Line): void;
  bytes(line: Line, bytes: Uint8Array): void;
  closed(line: Line, reason: string): void;
  /** A file of a watched folder. Answers, once it is durable, whether it could be read. */
  file(name: string, content: Uint8Array): Promise<'done' | 'failed'>;
  /** The transport waits for the analyzer, or has a trouble that a person can see to. */
  waiting(message: string | undefined): void;
}

/** A connection that keeps itself up until it is closed. */
export interface Transport {
  /** The port a TCP server listens on, once it does. */
  readonly port: number | undefined;
  close(): Promise<void>;
}

/**
 * Opens what a device's connection says. Errors never throw: they are told by `waiting`, and it is tried again. A device
 * behind another one's connection has none of its own.
 */
export function openTransport({ connection, link }: Device, events: LineEvents): Transport | undefined {
  switch (connection.kind) {
    case 'tcpServer':
      return listen(connection, link?.keepAliveSeconds, events);
    case 'tcpClient':
      return dial(connection, link?.keepAliveSeconds, events);
    case 'serial':
      return openSerial(connection, events);
    case 'folder':
      return watchFolder(connection, events);
    case 'shared':
      return undefined;
    default:
      return connection satisfies never;
  }
}
