import type { Stored } from '../../../shared/kernel/document.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import { hasResult } from '../../../shared/reports/values.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { type Change, refuseIfInvalid, type Work } from '../kernel/index.ts';
import { transitionError } from './transitions.ts';

/** What reports do when something happens to their specimen or bill. Each is one read and one write. */

/** The specimens arrived: reports that were only ordered are in progress. */
export function startReports(work: Work, specimens: readonly Specimen[]): Stored<Report>[] {
  return follow(work, specimens, (report) => (report.state === 'ordered' ? { state: 'inProgress' } : undefined));
}

/**
 * The specimen was rejected and another one takes its place: reports that still wait for values carry its accession, and
 * those without any value wait for it to arrive.
 */
export function awaitNewSpecimen(work: Work, specimen: Specimen): Stored<Report>[] {
  return follow(work, [specimen], (report) => {
    if (report.state !== 'ordered' && report.state !== 'inProgress') return undefined;
    return { accession: specimen.accession, state: hasResult(report) ? 'inProgress' : 'ordered' };
  });
}

/** The order was cancelled: reports without any value are as well. The others stay for a person to decide on. */
export function cancelReports(work: Work, reports: readonly Stored<Report>[]): Stored<Report>[] {
  return write(work, reports, (report) => {
    const waiting = report.state === 'ordered' || report.state === 'inProgress';
    return waiting && !hasResult(report) ? { state: 'cancelled' } : undefined;
  });
}

type Step = (report: Report) => Change<Report> | undefined;

function follow(work: Work, specimens: readonly Specimen[], step: Step): Stored<Report>[] {
  return write(
    work,
    [
      ...work
        .mapOf(
          'reports',
          specimens.flatMap((specimen) => specimen.reportIds),
        )
        .values(),
    ],
    step,
  );
}

function write(work: Work, reports: readonly Stored<Report>[], step: Step): Stored<Report>[] {
  const changes = reports.flatMap((current) => {
    const change = step(current);
    return change ? [{ current, change }] : [];
  });
  refuseIfInvalid(
    changes.flatMap(
      ({ current, change }) => transitionError(work.session, current, change.state ?? current.state, 'id') ?? [],
    ),
  );
  return work.updateMany('reports', changes);
}
