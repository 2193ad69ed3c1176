import { SerialPort } from 'serialport';

/** A serial port of this PC. */
export interface FoundPort {
  readonly path: string;
  /** By which a USB adapter is found again when its path has changed. */
  readonly serialNumber: string | undefined;
  readonly manufacturer: string | undefined;
}

/** The serial ports there are now; none where the system does not tell. */
export async function serialPorts(): Promise<FoundPort[]> {
  const found = await SerialPort.list().catch(() => []);
  return found.map(({ path, serialNumber, manufacturer }) => ({ path, serialNumber, manufacturer }));
}
