import type { Stored } from '../../../shared/kernel/document.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import { stateByValues } from '../../../shared/reports/values.ts';
import { type Change, refuseIfInvalid, type Session, type Work } from '../kernel/index.ts';
import { transitionError } from './transitions.ts';

/**
 * What follows from new results on reports (reference: post_process_report, which also applies auto-sign and the like):
 * each goes to the state that its values call for. Reports that are there already are not written again. Returns all, as
 * stored.
 */
export function postProcessReport(work: Work, reports: readonly Stored<Report>[]): Stored<Report>[] {
  const moving = reports.filter((report) => stateByValues(report) !== report.state);
  const moved = work.updateMany(
    'reports',
    moving.map((current) => ({ current, change: stateChange(work.session, current, work.now) })),
  );
  const byId = new Map(moved.map((report) => [report.id, report]));
  return reports.map((report) => byId.get(report.id) ?? report);
}

/** The fields that change with a report's state when its values have changed. A verification does not outlive them. */
export function stateChange(session: Session, report: Report, now: string): Change<Report> {
  const state = stateByValues(report);
  const error = transitionError(session, report, state, 'id');
  refuseIfInvalid(error ? [error] : []);
  return { state, resultedAt: state === 'resulted' ? now : undefined, verified: undefined };
}
