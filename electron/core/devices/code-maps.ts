import type { Stored } from '../../../shared/kernel/document.ts';
import type { CodeMap } from '../../../shared/setup/schema.ts';
import { conflict, invalid, type Kernel, type ScopedReads, type Session } from '../kernel/index.ts';
import { setupOf } from '../setup/index.ts';

/** The code map of one device. */
export function codeMapOf(reads: ScopedReads, deviceId: string): Stored<CodeMap> | undefined {
  return setupOf(reads, 'codeMap').find((map) => map.deviceId === deviceId);
}

/** What a person says of one code of an analyzer. */
export interface Taught {
  readonly deviceId: string;
  readonly deviceCode: string;
  /** Undefined: the code is to be left out. */
  readonly parameterId: string | undefined;
  readonly factor: string;
  readonly deviceUnit: string | undefined;
}

/** Adds or replaces one entry of a device's code map. Held results of that code are matched again by the caller. */
export function teachCode(kernel: Kernel, session: Session, taught: Taught): Stored<CodeMap> {
  const { deviceId, ...entry } = taught;
  if (!(Number(entry.factor) > 0))
    throw invalid('factor', 'range', 'The factor must be above zero', 'Enter 1 where the units agree.');
  return kernel.change(session, (work) => {
    const device = work.need('setup', deviceId);
    if (device.kind !== 'device') throw conflict('setup', deviceId);
    const parameter = entry.parameterId === undefined ? undefined : work.need('catalogue', entry.parameterId);
    if (parameter && parameter.kind !== 'parameter')
      throw invalid('parameterId', 'kind', 'This is no parameter', 'Choose one from the list.');
    const current = codeMapOf(work, deviceId);
    const entries = (current?.entries ?? []).filter((one) => one.deviceCode !== entry.deviceCode);
    const map = current
      ? work.update<'setup', CodeMap>('setup', current, { entries: [...entries, entry] })
      : work.insert<'setup', CodeMap>('setup', { kind: 'codeMap', deviceId, entries: [entry] });
    work.record('device.codeTaught', {
      values: { code: entry.deviceCode, device: device.name, parameter: parameter?.name ?? 'left out' },
      subject: { collection: 'setup', id: deviceId },
    });
    return map;
  });
}
