import { z } from 'zod';
import { findDriver } from '../../../shared/devices/index.ts';
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
  const { connection } = input;
  if (connection.kind !== 'tcpServer' || connection.port === 0) return errors;
  const taken = setupOf(work, 'device').find(
    (other) =>
      other.id !== input.id &&
      other.stationId === session.stationId &&
      other.connection.kind === 'tcpServer' &&
      other.connection.port === connection.port,
  );
  if (taken) {
    errors.push({
      field: 'connection.port',
      code: 'taken',
      message: `Port ${connection.port} belongs to ${taken.name}`,
      remedy: 'Give each analyzer a port of its own.',
    });
  }
  return errors;
}
