import { stat } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import type { DeviceConnection } from '../../../../shared/setup/schema.ts';
import { backOffMs } from './back-off.ts';
import type { Line, LineEvents, Transport } from './transport.ts';

/** Where serial ports are and what they are called now; tests have their own. */
export interface SerialPorts {
  list(): Promise<readonly { path: string; serialNumber?: string | undefined }[]>;
}

/** A hang-up that comes while a port is only being opened is not always told; that its path is gone shows it as well. */
const lookEveryMs = 2000;

/** Re-plugged cables are looked for often: somebody stands there and waits. */
const longestPauseMs = 5_000;

/** A serial line that is opened again when its adapter comes back, under whatever path. */
export function openSerial(
  connection: Extract<DeviceConnection, { kind: 'serial' }>,
  events: LineEvents,
  ports: SerialPorts = SerialPort,
): Transport {
  let failures = 0;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  let open: SerialPort | undefined;
  let opening: Promise<void> = Promise.resolve();
  const again = () => {
    if (closed) return;
    retry = setTimeout(() => void begin(), backOffMs(failures++, longestPauseMs));
    retry.unref();
  };
  const start = async () => {
    const path = await currentPath(connection, ports);
    if (closed) return;
    const { serialNumber: _, ...settings } = connection.settings;
    const port = new SerialPort({ path, autoOpen: false, ...settings });
    open = port;
    let opened: () => void = () => undefined;
    opening = new Promise((resolve) => {
      opened = resolve;
    });
    port.open((error) => {
      opened();
      if (closed) return;
      if (error) {
        events.waiting(`Cannot open ${path}: ${error.message}. Check the cable; it is tried again.`);
        again();
        return;
      }
      failures = 0;
      events.waiting(undefined);
      const line: Line = {
        peer: path,
        write: (bytes) => void port.write(Buffer.from(bytes)),
        pause: () => void port.pause(),
        resume: () => void port.resume(),
        close: () => port.close(() => undefined),
      };
      let reason = 'the port was closed';
      port.on('error', (failure) => {
        reason = failure.message;
      });
      const look = watchPath(path, () => port.close(() => undefined));
      port.once('close', () => {
        clearInterval(look);
        events.closed(line, reason);
        events.waiting(`${path} went away. It is looked for again.`);
        again();
      });
      events.opened(line);
      port.on('data', (bytes: Buffer) => events.bytes(line, bytes));
    });
  };
  const begin = () =>
    start().catch((error: unknown) => {
      events.waiting(`Cannot open ${connection.path}: ${error instanceof Error ? error.message : String(error)}`);
      again();
    });
  void begin();
  return {
    port: undefined,
    async close() {
      closed = true;
      clearTimeout(retry);
      // A port that is only being opened would stay open, and could not be opened again.
      await opening;
      await new Promise<void>((resolve) => {
        if (open?.isOpen) open.close(() => resolve());
        else resolve();
      });
    },
  };
}

/** Calls back when there is nothing at a port's path any more. Windows has no such paths, and tells of every hang-up. */
function watchPath(path: string, gone: () => void): NodeJS.Timeout | undefined {
  if (process.platform === 'win32') return undefined;
  const timer = setInterval(() => {
    stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') gone();
    });
  }, lookEveryMs);
  return timer.unref();
}

/** A USB adapter that came back under another path is found by its serial number. */
async function currentPath(
  { path, settings }: Extract<DeviceConnection, { kind: 'serial' }>,
  ports: SerialPorts,
): Promise<string> {
  if (!settings.serialNumber) return path;
  const found = await ports.list().catch(() => []);
  return found.find((port) => port.serialNumber === settings.serialNumber)?.path ?? path;
}
