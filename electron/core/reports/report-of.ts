import type { Stored } from '../../../shared/kernel/document.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Flag, Report, ReportVersion } from '../../../shared/reports/schema.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import type { ScopedReads } from '../kernel/index.ts';
import { ageText } from '../patients/index.ts';

/** What a parameter of the patient was before. */
export interface PreviousValue {
  value: string;
  unit?: string;
  flag: Flag;
  /** When it was measured or entered. */
  at: string;
  reportId: string;
}

/** A report with all that its screen shows. */
export interface ReportDetails {
  report: Omit<Stored<Report>, 'versions'>;
  /** Signed states, the newest last. */
  versions: ReportVersion[];
  patient: Stored<Patient>;
  ageText: string;
  specimen?: Stored<Specimen>;
  bill?: { id: string; number: string; registeredAt: string; referrerName?: string };
  /** By parameter id, the newest first, at most five each. */
  previous: Record<string, PreviousValue[]>;
}

const previousReports = 100;
const previousValues = 5;

/** A report with patient, specimen, bill and previous values; six statements. */
export function reportDetails(reads: ScopedReads, id: string, now: Date, timeZone: string): ReportDetails {
  const { versions, ...report } = reads.need('reports', id);
  const patient = reads.need('patients', report.patientId);
  return {
    report,
    versions,
    patient,
    ageText: ageText(patient.birth, now, timeZone),
    specimen: report.specimenId === undefined ? undefined : reads.get('specimens', report.specimenId),
    bill: billOf(reads, report.billId),
    previous: previousOf(reads, report),
  };
}

function billOf(reads: ScopedReads, billId: string): ReportDetails['bill'] {
  const bill = reads.get('billing', billId);
  if (bill?.kind !== 'bill') return undefined;
  const { id, number, registeredAt, referrerId } = bill;
  const [referrer] = referrerId === undefined ? [] : reads.cached('directory', [referrerId]);
  return { id, number, registeredAt, referrerName: referrer?.kind === 'doctor' ? referrer.fullName : undefined };
}

/** The last signed values of the same parameters of the same patient, whatever test they were part of. One statement. */
function previousOf(reads: ScopedReads, report: Omit<Report, 'versions'>): Record<string, PreviousValue[]> {
  const earlier = reads.find('reports', {
    selector: {
      patientId: { $eq: report.patientId },
      orderedAt: { $lte: report.orderedAt },
      version: { $gt: 0 },
      id: { $ne: report.id },
    },
    sort: [{ orderedAt: 'desc' }],
    limit: previousReports,
  });
  const previous: Record<string, PreviousValue[]> = Object.fromEntries(
    report.values.map(({ parameterId }) => [parameterId, []]),
  );
  for (const one of earlier) {
    for (const { parameterId, value, unit, flag, at } of one.versions.at(-1)?.values ?? []) {
      const found = previous[parameterId];
      if (value === undefined || !found || found.length >= previousValues) continue;
      found.push({ value, unit, flag, at: at ?? one.orderedAt, reportId: one.id });
    }
  }
  return previous;
}
