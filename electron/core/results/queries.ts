import type { Stored } from '../../../shared/kernel/document.ts';
import type { Page, PageInput } from '../../../shared/kernel/page.ts';
import type { DeviceResult } from '../../../shared/results/schema.ts';
import { keysetPage, type ScopedReads } from '../kernel/index.ts';
import { patientRow } from '../patients/index.ts';

/** A result with the value the patient had before. */
export type QueueResult = Stored<DeviceResult> & { previousValue?: string; previousAt?: string };

/** The results of one specimen from one analyzer that wait for validation. */
export interface QueueGroup {
  specimenId: string;
  accession: string;
  patient: { id: string; number: string; fullName: string; sex: string; ageText: string } | undefined;
  deviceName: string;
  receivedAt: string;
  results: QueueResult[];
}

/**
 * A page of the validation queue, oldest result first, grouped by specimen and analyzer; with the patients' previous
 * values. Five statements, whatever the page.
 */
export function validationQueue(reads: ScopedReads, page: PageInput, now: Date, timeZone: string): Page<QueueGroup> {
  const { rows, nextCursor } = keysetPage(
    reads,
    'deviceResults',
    { state: { $eq: 'pending' } },
    'receivedAt',
    page,
    'asc',
  );
  const specimens = reads.mapOf(
    'specimens',
    rows.map((row) => row.specimenId),
  );
  const patients = reads.mapOf(
    'patients',
    rows.map((row) => row.patientId),
  );
  const previous = previousValues(reads, rows);
  const groups = Map.groupBy(rows, (row) => `${row.specimenId}/${row.deviceId}`);
  return {
    nextCursor,
    rows: [...groups.values()].flatMap((results) => {
      const [first] = results;
      if (!first) return [];
      const patient = first.patientId === undefined ? undefined : patients.get(first.patientId);
      return {
        specimenId: first.specimenId ?? '',
        accession: specimens.get(first.specimenId ?? '')?.accession ?? first.sampleId,
        patient: patient && patientRow(patient, now, timeZone),
        deviceName: first.deviceName,
        receivedAt: first.receivedAt,
        results: results.map((result) => ({ ...result, ...previous.get(`${result.patientId}/${result.parameterId}`) })),
      };
    }),
  };
}

/** The last signed value of each patient and parameter, by `patientId/parameterId`. One statement over an index. */
function previousValues(
  reads: ScopedReads,
  rows: readonly DeviceResult[],
): Map<string, { previousValue: string; previousAt: string }> {
  const found = new Map<string, { previousValue: string; previousAt: string }>();
  const patientIds = [...new Set(rows.flatMap((row) => row.patientId ?? []))];
  if (patientIds.length === 0) return found;
  const reports = reads.find('reports', {
    selector: { patientId: { $in: patientIds }, version: { $gt: 0 } },
    sort: [{ orderedAt: 'desc' }],
    limit: 1000,
  });
  for (const report of reports) {
    for (const value of report.versions.at(-1)?.values ?? []) {
      const key = `${report.patientId}/${value.parameterId}`;
      if (value.value !== undefined && !found.has(key)) {
        found.set(key, { previousValue: value.value, previousAt: value.at ?? report.orderedAt });
      }
    }
  }
  return found;
}

/** A page of what could not be matched, newest first. */
export function holdingList(reads: ScopedReads, page: PageInput): Page<Stored<DeviceResult>> {
  return keysetPage(reads, 'deviceResults', { state: { $eq: 'held' } }, 'receivedAt', page);
}
