import type { Stored } from '../../../shared/kernel/document.ts';
import type { Page, PageInput } from '../../../shared/kernel/page.ts';
import type { DeviceResult } from '../../../shared/results/schema.ts';
import { keysetPage, type ScopedReads } from '../kernel/index.ts';
import { patientRow } from '../patients/index.ts';

/** A result with the value the patient had before, and with what stands on its report already. */
export type QueueResult = Stored<DeviceResult> & {
  previousValue?: string;
  previousAt?: string;
  /** The first run's value, where this is a rerun. */
  reportedValue?: string;
  reportedAt?: string;
};

/** The results of one specimen from one analyzer that wait for validation. */
export interface QueueGroup {
  specimenId: string;
  accession: string;
  patient: { id: string; number: string; fullName: string; sex: string; ageText: string; warning?: string } | undefined;
  deviceId: string;
  deviceName: string;
  receivedAt: string;
  results: QueueResult[];
}

/**
 * A page of the validation queue, of all analyzers or one, oldest result first, grouped by specimen and analyzer; with the
 * patients' previous values and what the reports have already. A group is whole, on the page of its oldest result, so that
 * nobody releases a part of a blood count unknowingly. Seven statements, whatever the page.
 */
export function validationQueue(
  reads: ScopedReads,
  { deviceId, ...page }: PageInput & { deviceId?: string },
  now: Date,
  timeZone: string,
): Page<QueueGroup> {
  const paged = keysetPage(
    reads,
    'deviceResults',
    { state: { $eq: 'pending' }, ...(deviceId === undefined ? {} : { deviceId: { $eq: deviceId } }) },
    'receivedAt',
    page,
    'asc',
  );
  const rows = wholeGroups(reads, paged.rows);
  const specimens = reads.mapOf(
    'specimens',
    rows.map((row) => row.specimenId),
  );
  const patients = reads.mapOf(
    'patients',
    rows.map((row) => row.patientId),
  );
  const previous = previousValues(reads, rows);
  const reported = reportedValues(reads, rows);
  const groups = Map.groupBy(rows, groupKey);
  return {
    nextCursor: paged.nextCursor,
    rows: [...groups.values()].flatMap((results) => {
      const [first] = results;
      if (!first) return [];
      const patient = first.patientId === undefined ? undefined : patients.get(first.patientId);
      return {
        specimenId: first.specimenId ?? '',
        accession: specimens.get(first.specimenId ?? '')?.accession ?? first.sampleId,
        patient: patient && patientRow(patient, now, timeZone),
        deviceId: first.deviceId,
        deviceName: first.deviceName,
        receivedAt: first.receivedAt,
        results: results.map((result) => ({
          ...result,
          ...previous.get(`${result.patientId}/${result.parameterId}`),
          ...reported.get(`${result.reportId}/${result.parameterId}`),
        })),
      };
    }),
  };
}

/** All pending results of the groups whose oldest result is on the page. One statement. */
function wholeGroups(reads: ScopedReads, page: readonly Stored<DeviceResult>[]): Stored<DeviceResult>[] {
  const specimenIds = [...new Set(page.flatMap((row) => row.specimenId ?? []))];
  const pending = reads.find('deviceResults', {
    selector: { specimenId: { $in: specimenIds }, state: { $eq: 'pending' } },
  });
  const onPage = new Set(page.map((row) => row.id));
  const oldestFirst = pending.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  return [...Map.groupBy(oldestFirst, groupKey).values()].filter(([first]) => first && onPage.has(first.id)).flat();
}

function groupKey({ specimenId, deviceId }: DeviceResult): string {
  return `${specimenId}/${deviceId}`;
}

function orderOf({ receivedAt, id }: DeviceResult): string {
  return `${receivedAt} ${id}`;
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

/** What stands on the reports of these results, by `reportId/parameterId`. One statement. */
function reportedValues(
  reads: ScopedReads,
  rows: readonly DeviceResult[],
): Map<string, { reportedValue: string; reportedAt?: string }> {
  const reports = reads.mapOf(
    'reports',
    rows.map((row) => row.reportId),
  );
  const found = new Map<string, { reportedValue: string; reportedAt?: string }>();
  for (const report of reports.values()) {
    for (const { parameterId, value, at } of report.values) {
      if (value !== undefined) found.set(`${report.id}/${parameterId}`, { reportedValue: value, reportedAt: at });
    }
  }
  return found;
}

/** A held result; of a signed report with the value that stands there, so that one sees whether it has to be amended. */
export type HeldResult = Stored<DeviceResult> & { reportedValue?: string; reportedAt?: string };

/** A page of patients' results that could not be matched or that somebody holds, newest first. Two statements. */
export function holdingList(reads: ScopedReads, page: PageInput): Page<HeldResult> {
  const selector = { kind: { $eq: 'patient' as const }, state: { $eq: 'held' as const } };
  const { rows, ...rest } = keysetPage(reads, 'deviceResults', selector, 'receivedAt', page);
  const closed = rows.filter(({ holdReason }) => holdReason === 'reportClosed');
  const reported = reportedValues(reads, closed);
  const isClosed = new Set(closed.map(({ id }) => id));
  return {
    ...rest,
    rows: rows.map((row) =>
      isClosed.has(row.id) ? { ...row, ...reported.get(`${row.reportId}/${row.parameterId}`) } : row,
    ),
  };
}

/** A page of what analyzers measured of controls, or of calibrators, newest first. One statement. */
export function controlResults(
  reads: ScopedReads,
  { kind, ...page }: PageInput & { kind: 'control' | 'calibration' },
): Page<Stored<DeviceResult>> {
  return keysetPage(reads, 'deviceResults', { kind: { $eq: kind } }, 'receivedAt', page);
}
