import type { Page } from '../../../shared/kernel/page.ts';
import type { Sex } from '../../../shared/patients/schema.ts';
import type { WorklistInput } from '../../../shared/reports/input.ts';
import type { Report, ReportState } from '../../../shared/reports/schema.ts';
import { keysetPage, type ScopedReads } from '../kernel/index.ts';
import { patientRow } from '../patients/index.ts';

/** A report without its values: what bills, specimens and lists show of it. */
export interface ReportSummary {
  id: string;
  testId: string;
  testCode: string;
  testName: string;
  department: string;
  accession?: string;
  specimenId?: string;
  state: ReportState;
  version: number;
}

/** A report as the worklist shows it. */
export interface WorklistRow extends ReportSummary {
  rev: string;
  orderedAt: string;
  resultedAt?: string;
  releasedAt?: string;
  patientId: string;
  patientName: string;
  patientNumber: string;
  sex: Sex;
  ageText: string;
  /** Values that are there, of `total`. */
  filled: number;
  total: number;
  /** Values outside their range or not normal, critical ones included. */
  abnormal: number;
  critical: number;
  /** Why it came back to the bench. */
  returnedReason?: string;
}

/** What of a report may be seen without the right to see results. */
export function reportSummary(report: Report): ReportSummary {
  const { id, testId, testCode, testName, department, accession, specimenId, state, version } = report;
  return { id, testId, testCode, testName, department, accession, specimenId, state, version };
}

/**
 * A page of reports, in one state or in any, the newest order first; patients joined in one read. Two statements, whatever
 * the page.
 */
export function worklist(reads: ScopedReads, input: WorklistInput, now: Date, timeZone: string): Page<WorklistRow> {
  const { state, ...page } = input;
  const { rows, nextCursor } = keysetPage(reads, 'reports', state ? { state: { $eq: state } } : {}, 'orderedAt', page);
  const patients = reads.mapOf(
    'patients',
    rows.map((report) => report.patientId),
  );
  return {
    nextCursor,
    rows: rows.map((report) => {
      const patient = patients.get(report.patientId);
      const row = patient && patientRow(patient, now, timeZone);
      return {
        ...reportSummary(report),
        ...counts(report),
        rev: report._rev,
        orderedAt: report.orderedAt,
        resultedAt: report.resultedAt,
        releasedAt: report.releasedAt,
        patientId: report.patientId,
        patientName: row?.fullName ?? '',
        patientNumber: row?.number ?? '',
        sex: row?.sex ?? 'unknown',
        ageText: row?.ageText ?? '',
        returnedReason: report.returned?.reason,
      };
    }),
  };
}

function counts({ values }: Report): Pick<WorklistRow, 'filled' | 'total' | 'abnormal' | 'critical'> {
  return {
    filled: values.filter((value) => value.value !== undefined).length,
    total: values.length,
    abnormal: values.filter((value) => value.flag !== '').length,
    critical: values.filter((value) => value.flag === 'LL' || value.flag === 'HH').length,
  };
}
