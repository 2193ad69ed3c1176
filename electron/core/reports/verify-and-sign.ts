import type { ActivityAction } from '../../../shared/activity/actions.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { ReturnToBench } from '../../../shared/reports/input.ts';
import type { Report, ReportVersion } from '../../../shared/reports/schema.ts';
import { conflict, type Kernel, refuseIfInvalid, requirePermission, type Session, type Work } from '../kernel/index.ts';
import { needForStep, transitionError } from './transitions.ts';

/** Verifies complete reports: a person has looked at the values. All or none, in one commit. */
export function verifyReports(kernel: Kernel, session: Session, ids: readonly string[]): Stored<Report>[] {
  requirePermission(session, 'report.verify');
  return kernel.change(session, (work) => {
    const reports = needForStep(work, session, ids, 'verified');
    const verified = signature(work);
    const updated = work.updateMany(
      'reports',
      reports.map((current) => ({ current, change: { state: 'verified' as const, verified, returned: undefined } })),
    );
    recordEach(work, 'report.verified', updated);
    return updated;
  });
}

/**
 * Signs verified reports. Each gets its next version, which holds values, comment and signature and is never changed: what
 * comes later is another version. All or none, in one commit.
 */
export function signReports(kernel: Kernel, session: Session, ids: readonly string[]): Stored<Report>[] {
  requirePermission(session, 'report.sign');
  return kernel.change(session, (work) => {
    const reports = needForStep(work, session, ids, 'signed');
    const signed = signature(work);
    const updated = work.updateMany(
      'reports',
      reports.map((current) => {
        const { values, comment, verified } = current;
        const version: ReportVersion = { version: current.version + 1, values, comment, verified, signed };
        const versions = [...current.versions, version];
        return { current, change: { state: 'signed' as const, signed, version: version.version, versions } };
      }),
    );
    recordEach(work, 'report.signed', updated, (report) => ({ version: report.version }));
    return updated;
  });
}

/** Sends a complete or verified report, as it was read at `rev`, back to the bench with the reason. Its values stay. */
export function returnToBench(kernel: Kernel, session: Session, input: ReturnToBench): Stored<Report> {
  requirePermission(session, 'report.verify');
  return kernel.change(session, (work) => {
    const report = work.need('reports', input.id);
    if (report._rev !== input.rev) throw conflict('reports', input.id);
    const error = transitionError(session, report, 'inProgress', 'id');
    refuseIfInvalid(error ? [error] : []);
    const returned = { ...signature(work), reason: input.reason };
    const updated = work.update('reports', report, {
      state: 'inProgress',
      returned,
      verified: undefined,
      resultedAt: undefined,
    });
    recordEach(work, 'report.returned', [updated], () => ({ reason: input.reason }));
    return updated;
  });
}

/** One activity entry a report, with the patient's name. */
export function recordEach(
  work: Work,
  action: ActivityAction,
  reports: readonly Report[],
  more: (report: Report) => Record<string, string | number> = () => ({}),
): void {
  const patients = work.mapOf(
    'patients',
    reports.map((report) => report.patientId),
  );
  for (const report of reports) {
    work.record(action, {
      values: { test: report.testName, patient: patients.get(report.patientId)?.fullName ?? '', ...more(report) },
      subject: { collection: 'reports', id: report.id },
      patientId: report.patientId,
    });
  }
}

function signature(work: Work) {
  return { by: work.session.actorId, name: work.session.actorName, at: work.now };
}
