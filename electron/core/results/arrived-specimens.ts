import type { Report } from '../../../shared/reports/schema.ts';
import type { HoldReason } from '../../../shared/results/schema.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import type { Follower, Kernel, SequencedDocument } from '../kernel/index.ts';
import { rematchOf } from './decide.ts';
import { accessionWindowMs } from './matching.ts';

/** Reasons that go away when the specimen, or after it its report, arrives. */
const waitsForArrival: ReadonlySet<HoldReason | undefined> = new Set<HoldReason>([
  'unknownSample',
  'notOrdered',
  'reportCancelled',
]);

/**
 * Results of a sample that nobody knew are matched again when its specimen comes, and its report, which may come later: by
 * replication from another station, or registered after it was measured. Only results of this station's own analyzers that are
 * younger than the accession window are looked at, so that a number used again draws no old ones and no two stations decide at once. A
 * constant number of statements for a batch.
 */
export function arrivedSpecimens(kernel: Kernel): Follower {
  return {
    name: 'results-of-arrived-specimens',
    collections: ['specimens', 'reports'],
    from: 'beginning',
    batch: 100,
    handle(changes) {
      const accessions = accessionsOf(kernel, changes);
      if (accessions.length === 0) return;
      const { stationId } = kernel.needIdentity();
      const since = new Date(kernel.clock.now() - accessionWindowMs).toISOString();
      // Looked at before anything is opened for writing: most specimens have nothing that waits.
      const waiting = kernel
        .reads()
        .find('deviceResults', {
          selector: {
            kind: { $eq: 'patient' },
            state: { $eq: 'held' },
            receivedAt: { $gte: since },
            sampleId: { $in: accessions },
          },
        })
        .filter((result) => result.stationId === stationId && waitsForArrival.has(result.holdReason));
      if (waiting.length === 0) return;
      const ids = waiting.map(({ id }) => id);
      kernel.change(kernel.systemSession('Analyzers'), (work) => rematchOf(work, ids));
    },
  };
}

/** What stands on the tubes of these specimens and reports. */
function accessionsOf(kernel: Kernel, changes: readonly SequencedDocument[]): string[] {
  const accessions = new Set<string>();
  const specimenIds: (string | undefined)[] = [];
  for (const { collection, document, deleted } of changes) {
    if (deleted) continue;
    if (collection === 'specimens') accessions.add((document as unknown as Specimen).accession);
    else specimenIds.push((document as unknown as Report).specimenId);
  }
  for (const { accession } of kernel.reads().mapOf('specimens', specimenIds).values()) accessions.add(accession);
  return [...accessions];
}
