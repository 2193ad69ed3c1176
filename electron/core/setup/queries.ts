import type { Stored } from '../../../shared/kernel/document.ts';
import type { Centre, Device, SetupDocument, Station } from '../../../shared/setup/schema.ts';
import type { TubeRules } from '../../../shared/specimens/tubes.ts';
import { type Kernel, LabError, type ScopedReads } from '../kernel/index.ts';

/** The laboratory's own document: name, country, currency, time zone. Its id is the lab's id, so the cache serves it. */
export function centreOf(reads: ScopedReads): Readonly<Stored<Centre>> {
  const [centre] = reads.cached('setup', [reads.labId]);
  if (centre?.kind === 'centre') return centre as Readonly<Stored<Centre>>;
  throw new LabError({
    kind: 'busy',
    message: 'The laboratory is not set up yet.',
    remedy: 'Set it up, or wait for the first replication from head office.',
  });
}

/** All documents of one kind of set-up. There are few of each; the index on labId and kind serves it. */
export function setupOf<K extends SetupDocument['kind']>(
  reads: ScopedReads,
  kind: K,
): Stored<Extract<SetupDocument, { kind: K }>>[] {
  return reads.find('setup', { selector: { kind: { $eq: kind } }, sort: [{ createdAt: 'asc' }] }) as Stored<
    Extract<SetupDocument, { kind: K }>
  >[];
}

const usualJournalDays = 90;

/** Days that messages of analyzers stay in the journal before they move to the archive. */
export function journalDaysOf(reads: ScopedReads): number {
  return setupOf(reads, 'preferences')[0]?.journalDays ?? usualJournalDays;
}

/** Which departments share tubes, by the preferences. One statement. */
export function tubeRulesOf(reads: ScopedReads): TubeRules {
  const { tubesByDepartment = false, ownTubeDepartments = [] } = setupOf(reads, 'preferences')[0] ?? {};
  return { byDepartment: tubesByDepartment, ownTubeDepartments };
}

/** This station's analyzers. */
export function stationDevices(kernel: Kernel): Stored<Device>[] {
  const { stationId } = kernel.needIdentity();
  return setupOf(kernel.reads(), 'device').filter((device) => device.stationId === stationId);
}

/** This workstation, and whether its prefix is fixed because a number was given with it. */
export function stationState(kernel: Kernel, reads: ScopedReads): { station: Stored<Station>; prefixInUse: boolean } {
  const station = setupOf(reads, 'station').find(({ id }) => id === kernel.needIdentity().stationId);
  if (!station) throw new Error('This station is missing from setup');
  return { station, prefixInUse: kernel.numberTaken() };
}
