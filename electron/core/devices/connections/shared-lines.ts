import { readHl7Header } from '../../../../shared/devices/hl7/header.ts';
import type { Stored } from '../../../../shared/kernel/document.ts';
import type { Device } from '../../../../shared/setup/schema.ts';
import type { InboxRow } from '../inbox/inbox.ts';

/** Whose message it is, where several analyzers use one line. */
export class SharedLines {
  private readonly byId: ReadonlyMap<string, Stored<Device>>;
  private readonly sharing: ReadonlyMap<
    string,
    readonly { readonly device: Stored<Device>; readonly sender: string }[]
  >;

  /**
   * @param owners the devices whose lines the messages came by
   * @param all this station's devices
   */
  constructor(owners: readonly Stored<Device>[], all: readonly Stored<Device>[]) {
    this.byId = new Map(owners.map((device) => [device.id, device]));
    const named = all.flatMap((device) => {
      // Also one that is switched off: what it sends is nobody else's.
      const { connection } = device;
      if (connection.kind !== 'shared' || connection.sender === undefined) return [];
      return [{ device, sender: plain(connection.sender), owner: connection.withDeviceId }];
    });
    this.sharing = Map.groupBy(named, ({ owner }) => owner);
  }

  /** The device that the message names as its sender, else the one whose line it came by; undefined when that is gone. */
  deviceOf({ deviceId, bytes, state }: InboxRow): Stored<Device> | undefined {
    const owner = this.byId.get(deviceId);
    const sharing = this.sharing.get(deviceId);
    if (!owner || !sharing || state === 'sent') return owner;
    const names = new Set(sendersOf(owner.protocol, bytes).map(plain));
    return (
      sharing.find(({ device, sender }) => device.protocol === owner.protocol && names.has(sender))?.device ?? owner
    );
  }
}

/** What a message calls its sender: the components of H-5 (ASTM), of MSH-3 and MSH-4 (HL7). */
export function sendersOf(protocol: Device['protocol'], bytes: Uint8Array): string[] {
  switch (protocol) {
    case 'astm': {
      const line = Buffer.from(bytes.subarray(0, 1000)).toString('latin1').split('\r', 1)[0] ?? '';
      const [field = '|', , component = '^'] = line.slice(1);
      return line.split(field)[4]?.split(component) ?? [];
    }
    case 'mllp': {
      const header = readHl7Header(bytes);
      const component = header?.encodingCharacters[0] ?? '^';
      return [3, 4].flatMap((field) => header?.fields[field]?.split(component) ?? []);
    }
    case 'vidas':
    case 'table':
      return [];
    default:
      return protocol satisfies never;
  }
}

const plain = (name: string) => name.trim().toLowerCase();
