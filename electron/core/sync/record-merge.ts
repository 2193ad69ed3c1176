import type { Plain } from '../../../shared/sync/canonical.ts';
import type { ReplicatedCollection } from '../../../shared/sync/collections.ts';
import type { MergeLoss } from '../../../shared/sync/merge-fields.ts';
import type { Kernel } from '../kernel/index.ts';

const longest = 1000;

/** Writes to the activity log what a merge dropped, field by field with the value that lost; nothing when nothing did. */
export function recordMerge(
  kernel: Kernel,
  collection: ReplicatedCollection,
  document: Plain,
  losses: readonly MergeLoss[],
): void {
  if (losses.length === 0) return;
  const fields = losses.map(({ field, lost, stationId }) => `${field} (${JSON.stringify(lost)}, station ${stationId})`);
  const id = String(document.id);
  const patientId = collection === 'patients' ? id : document.patientId;
  kernel.change(kernel.systemSession('Replication'), (work) =>
    work.record('sync.merged', {
      values: { collection, id, fields: fields.join('; ').slice(0, longest) },
      subject: { collection, id },
      patientId: typeof patientId === 'string' ? patientId : undefined,
    }),
  );
}
