import type { Stored } from '../../../../shared/kernel/document.ts';
import type { FieldError } from '../../../../shared/kernel/errors.ts';
import type { CodeMap } from '../../../../shared/setup/schema.ts';
import {
  conflict,
  type Kernel,
  refuseIfInvalid,
  type ScopedReads,
  type Session,
  type Work,
} from '../../kernel/index.ts';
import { setupOf } from '../../setup/index.ts';

/** The code map of one device. */
export function codeMapOf(reads: ScopedReads, deviceId: string): Stored<CodeMap> | undefined {
  return setupOf(reads, 'codeMap').find((map) => map.deviceId === deviceId);
}

/** What a person says of one code of an analyzer. */
export interface Taught {
  readonly deviceCode: string;
  /** Undefined: the code is to be left out. */
  readonly parameterId: string | undefined;
  /** Decimal text above zero: result × factor is in the parameter's unit. */
  readonly factor: string;
  readonly deviceUnit: string | undefined;
}

/** The most codes of one device. */
export const mostCodes = 1000;

/**
 * Adds or replaces entries of a device's code map, all or none, in one commit. Held results of those codes are matched
 * again by the caller. Errors stand at `entries.0.factor` and the like, or with `fields: 'one'` at `factor`.
 */
export function teachCodes(
  kernel: Kernel,
  session: Session,
  deviceId: string,
  taught: readonly Taught[],
  fields: 'one' | 'many' = 'many',
): Stored<CodeMap> {
  return kernel.change(session, (work) => {
    const device = needDevice(work, deviceId);
    const parameters = work.mapOf(
      'catalogue',
      taught.flatMap(({ parameterId }) => parameterId ?? []),
    );
    const prefixOf = (index: number) => (fields === 'one' ? '' : `entries.${index}.`);
    const errors = taught.flatMap((entry, index): FieldError[] => {
      const found: FieldError[] = [];
      if (!(Number(entry.factor) > 0)) {
        const message = 'The factor must be above zero';
        found.push({
          field: `${prefixOf(index)}factor`,
          code: 'range',
          message,
          remedy: 'Enter 1 where the units agree.',
        });
      }
      if (entry.parameterId !== undefined && parameters.get(entry.parameterId)?.kind !== 'parameter') {
        const message = 'This is no parameter';
        found.push({
          field: `${prefixOf(index)}parameterId`,
          code: 'kind',
          message,
          remedy: 'Choose one from the list.',
        });
      }
      return found;
    });
    const current = codeMapOf(work, deviceId);
    const replaced = new Set(taught.map(({ deviceCode }) => deviceCode));
    const kept = (current?.entries ?? []).filter(({ deviceCode }) => !replaced.has(deviceCode));
    if (replaced.size < taught.length) {
      const message = 'A code stands here twice';
      errors.push({ field: 'entries', code: 'twice', message, remedy: 'Say it once.' });
    }
    if (kept.length + taught.length > mostCodes) {
      const message = `More than ${mostCodes} codes`;
      errors.push({
        field: 'entries',
        code: 'many',
        message,
        remedy: 'Remove codes that the analyzer no longer sends.',
      });
    }
    refuseIfInvalid(errors);
    const map = saveEntries(work, deviceId, current, [...kept, ...taught]);
    const subject = { collection: 'setup', id: deviceId };
    const [first] = taught;
    if (first && taught.length === 1) {
      const parameter = first.parameterId === undefined ? undefined : parameters.get(first.parameterId);
      const name = parameter?.kind === 'parameter' ? parameter.name : 'left out';
      work.record('device.codeTaught', {
        values: { code: first.deviceCode, device: device.name, parameter: name },
        subject,
      });
    } else {
      work.record('device.codesTaught', { values: { count: taught.length, device: device.name }, subject });
    }
    return map;
  });
}

/** Takes codes out of a device's map: what it sends under them is held from then on, as before they were taught. */
export function forgetCodes(
  kernel: Kernel,
  session: Session,
  deviceId: string,
  codes: readonly string[],
): Stored<CodeMap> {
  return kernel.change(session, (work) => {
    const device = needDevice(work, deviceId);
    const current = codeMapOf(work, deviceId);
    const gone = new Set(codes);
    const kept = (current?.entries ?? []).filter(({ deviceCode }) => !gone.has(deviceCode));
    if (!current || kept.length === current.entries.length) throw conflict('setup', deviceId);
    const map = saveEntries(work, deviceId, current, kept);
    work.record('device.codesForgotten', {
      values: { codes: codes.join(', ').slice(0, 300), device: device.name },
      subject: { collection: 'setup', id: deviceId },
    });
    return map;
  });
}

function needDevice(work: Work, deviceId: string) {
  const device = work.need('setup', deviceId);
  if (device.kind !== 'device') throw conflict('setup', deviceId);
  return device;
}

function saveEntries(
  work: Work,
  deviceId: string,
  current: Stored<CodeMap> | undefined,
  entries: CodeMap['entries'],
): Stored<CodeMap> {
  return current
    ? work.update<'setup', CodeMap>('setup', current, { entries })
    : work.insert<'setup', CodeMap>('setup', { kind: 'codeMap', deviceId, entries });
}
