import { isIP } from 'node:net';
import { z } from 'zod';
import { findDriver, isTimeZone } from '../../../shared/devices/index.ts';
import { idSchema, type Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { type Device, deviceShape } from '../../../shared/setup/schema.ts';
import { conflict, type Kernel, refuseIfInvalid, type Session, type Work } from '../kernel/index.ts';
import { setupOf } from '../setup/index.ts';

/** What the analyzer form saves: without an id a new analyzer. */
export const saveDeviceSchema = deviceShape.omit({ kind: true }).extend({
  id: idSchema.optional(),
  rev: z.string().max(100).optional(),
});
export type SaveDevice = z.infer<typeof saveDeviceSchema>;

/** Adds or changes an analyzer of this station. Its connection follows at once, the others are not touched. */
export function saveDevice(kernel: Kernel, session: Session, input: SaveDevice): Stored<Device> {
  return kernel.change(session, (work) => {
    refuseIfInvalid(check(work, session, input));
    const { id, rev, ...fields } = input;
    if (id === undefined) {
      const device = work.insert<'setup', Device>('setup', { kind: 'device', ...fields });
      work.record('device.created', { values: { name: device.name }, subject: { collection: 'setup', id: device.id } });
      return device;
    }
    const current = work.need('setup', id);
    if (current.kind !== 'device' || current._rev !== rev) throw conflict('setup', id);
    const device = work.update<'setup', Device>('setup', current as Stored<Device>, fields);
    work.record('device.updated', { values: { name: device.name }, subject: { collection: 'setup', id: device.id } });
    return device;
  });
}

function check(work: Work, session: Session, input: SaveDevice): FieldError[] {
  const errors: FieldError[] = [];
  const driver = findDriver(input.driver);
  if (!driver) {
    errors.push({
      field: 'driver',
      code: 'unknown',
      message: `There is no driver "${input.driver}"`,
      remedy: 'Choose one from the list.',
    });
  } else if (driver.protocol.framing !== input.protocol) {
    errors.push({
      field: 'protocol',
      code: 'mismatch',
      message: `${driver.name} speaks ${driver.protocol.framing}`,
      remedy: `Choose ${driver.protocol.framing}.`,
    });
  }
  errors.push(...checkConnection(work, session, input), ...checkDelimiters(input), ...checkTimeZone(input));
  return errors;
}

/** ASTM names four delimiters, HL7 five; the other protocols have none. */
function checkDelimiters({ protocol, settings: { delimiters } }: SaveDevice): FieldError[] {
  if (delimiters === undefined) return [];
  const field = 'settings.delimiters';
  switch (protocol) {
    case 'astm':
      if (delimiters.length === 4) return [];
      return [{ field, code: 'format', message: 'ASTM has four delimiters', remedy: 'Enter them as behind H: |\\^&.' }];
    case 'mllp':
      if (delimiters.length === 5) return [];
      return [
        { field, code: 'format', message: 'HL7 has five delimiters', remedy: 'Enter them as behind MSH: |^~\\&.' },
      ];
    case 'vidas':
    case 'table':
      return [{ field, code: 'format', message: 'There are no delimiters to set here', remedy: 'Leave it empty.' }];
    default:
      return protocol satisfies never;
  }
}

function checkTimeZone({ settings: { timeZone } }: SaveDevice): FieldError[] {
  if (timeZone === undefined || isTimeZone(timeZone)) return [];
  const message = `There is no time zone named ${timeZone}`;
  return [{ field: 'settings.timeZone', code: 'unknown', message, remedy: 'Choose one from the list.' }];
}

function checkConnection(work: Work, session: Session, input: SaveDevice): FieldError[] {
  const { connection } = input;
  if ((connection.kind === 'folder') !== (input.protocol === 'table')) {
    const message = connection.kind === 'folder' ? 'A folder holds tables' : 'Tables come in a folder';
    const remedy = 'Choose the driver for tables together with a watched folder.';
    return [{ field: 'connection.kind', code: 'mismatch', message, remedy }];
  }
  const others = setupOf(work, 'device').filter(
    (other) => other.id !== input.id && other.stationId === session.stationId,
  );
  switch (connection.kind) {
    case 'tcpServer': {
      const taken = others.find(
        (other) =>
          connection.port !== 0 && other.connection.kind === 'tcpServer' && other.connection.port === connection.port,
      );
      const errors = checkPeers(connection.allowedPeers);
      if (!taken) return errors;
      const remedy = 'Give each analyzer a port of its own, or choose "behind the connection of another analyzer".';
      return [
        ...errors,
        {
          field: 'connection.port',
          code: 'taken',
          message: `Port ${connection.port} belongs to ${taken.name}`,
          remedy,
        },
      ];
    }
    case 'shared': {
      const owner = others.find((other) => other.id === connection.withDeviceId);
      const field = 'connection.withDeviceId';
      if (!owner || owner.connection.kind === 'shared' || owner.connection.kind === 'folder') {
        const remedy = 'Choose an analyzer of this workstation that has a line of its own.';
        return [{ field, code: 'unknown', message: 'This analyzer has no connection that can be shared', remedy }];
      }
      if (owner.protocol !== input.protocol && connection.peer === undefined) {
        const remedy = 'Tell them apart by address, or give them connections of their own.';
        return [{ field, code: 'mismatch', message: `${owner.name} speaks ${owner.protocol}`, remedy }];
      }
      if (connection.peer !== undefined || connection.sender !== undefined) return [];
      const remedy = 'Enter its address, or the name it sends in its messages.';
      return [{ field: 'connection.sender', code: 'required', message: 'Nothing tells it apart', remedy }];
    }
    case 'tcpClient':
    case 'serial':
    case 'folder':
      return [];
    default:
      return connection satisfies never;
  }
}

function checkPeers(allowed: readonly string[]): FieldError[] {
  const wrong = allowed.filter((entry) => !isIP(entry.trim().replace(/\/\d{1,3}$/, '')));
  return wrong.map((entry) => ({
    field: 'connection.allowedPeers',
    code: 'format',
    message: `"${entry}" is no address`,
    remedy: 'Enter addresses or networks, like 192.168.5.20 or 192.168.5.0/24.',
  }));
}
