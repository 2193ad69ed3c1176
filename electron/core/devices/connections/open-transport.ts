import type { Device } from '../../../../shared/setup/schema.ts';
import { watchFolder } from './folder.ts';
import { openSerial } from './serial-line.ts';
import { dial, listen } from './tcp.ts';
import type { LineEvents, Transport } from './transport.ts';

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
