import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { type Report, type ReportState, reportTransition } from '../../../shared/reports/schema.ts';
import { forbidden, refuseIfInvalid, type ScopedReads, type Session } from '../kernel/index.ts';

const stateWords: Record<ReportState, string> = {
  ordered: 'only ordered',
  inProgress: 'still in progress',
  resulted: 'complete, not verified',
  verified: 'verified, not signed',
  signed: 'signed',
  released: 'released',
  cancelled: 'cancelled',
};

/**
 * The one place where it is decided whether a report may go to a state: by the table of transitions and the session's
 * rights. Undefined when it may; a field error when the table has no such step; throws `forbidden` when only the right is
 * missing. Staying where it is is always allowed.
 */
export function transitionError(
  session: Session,
  report: Report,
  to: ReportState,
  field: string,
): FieldError | undefined {
  if (report.state === to || reportTransition(report.state, to, session.permissions)) return undefined;
  const known = reportTransition(report.state, to);
  if (known) throw forbidden(known.permission);
  return {
    field,
    code: 'report.state',
    message: `${report.testName} is ${stateWords[report.state]}`,
    remedy: 'Look at the report again; somebody may have gone on with it.',
  };
}

/**
 * The reports named by `ids`, each allowed to go to a state it is not in yet; otherwise all errors at once, at
 * `ids.<index>`. One statement.
 */
export function needForStep(
  reads: ScopedReads,
  session: Session,
  ids: readonly string[],
  to: ReportState,
): Stored<Report>[] {
  const found = reads.mapOf('reports', ids);
  const errors = ids.flatMap((id, index): FieldError[] => {
    const field = `ids.${index}`;
    const report = found.get(id);
    if (!report) return [{ field, code: 'report.missing', message: 'There is no such report' }];
    const error =
      report.state === to
        ? { field, code: 'report.state', message: `${report.testName} is already ${stateWords[to]}` }
        : transitionError(session, report, to, field);
    return error ? [error] : [];
  });
  refuseIfInvalid(errors);
  return [...found.values()];
}
