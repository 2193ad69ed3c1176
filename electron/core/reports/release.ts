import type { Bill } from '../../../shared/billing/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { ReleaseReports } from '../../../shared/reports/input.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import { type Kernel, requirePermission, type Session, type Work } from '../kernel/index.ts';
import { needForStep } from './transitions.ts';
import { recordEach } from './verify-and-sign.ts';

/** Reports of one patient and bill that go out together. */
export interface ReportMail {
  readonly reports: readonly Stored<Report>[];
  readonly patient: Stored<Patient>;
  readonly bill: Stored<Bill>;
}

/**
 * Puts the mail of released reports into the outbox, in the same unit of work; says why when there is nothing to send
 * (no consent, no address).
 */
export type QueueReportMail = (work: Work, mail: ReportMail) => { queued: boolean; reason?: string };

export interface Released {
  readonly reports: Stored<Report>[];
  /** One a patient and bill; empty when nothing was to be sent. */
  readonly mails: { patientId: string; billId: string; queued: boolean; reason?: string }[];
}

/** Releases signed reports and, unless told not to, sends them: states, activity and jobs in one commit, all or none. */
export function releaseReports(
  kernel: Kernel,
  session: Session,
  input: ReleaseReports,
  queueReportMail: QueueReportMail,
): Released {
  requirePermission(session, 'report.release');
  return kernel.change(session, (work) => {
    const reports = needForStep(work, session, input.ids, 'released');
    const updated = work.updateMany(
      'reports',
      reports.map((current) => ({ current, change: { state: 'released' as const, releasedAt: work.now } })),
    );
    recordEach(work, 'report.released', updated);
    return { reports: updated, mails: input.email ? sendByBill(work, updated, queueReportMail) : [] };
  });
}

function sendByBill(
  work: Work,
  reports: readonly Stored<Report>[],
  queueReportMail: QueueReportMail,
): Released['mails'] {
  const byBill = Map.groupBy(reports, (report) => report.billId);
  const bills = work.mapOf('billing', byBill.keys());
  const patients = work.mapOf(
    'patients',
    reports.map((report) => report.patientId),
  );
  return [...byBill].flatMap(([billId, together]) => {
    const bill = bills.get(billId);
    const patient = patients.get(together[0]?.patientId ?? '');
    if (bill?.kind !== 'bill' || !patient) return [];
    return [{ patientId: patient.id, billId, ...queueReportMail(work, { reports: together, patient, bill }) }];
  });
}
