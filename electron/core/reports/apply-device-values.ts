import type { Stored } from '../../../shared/kernel/document.ts';
import type { Report, ReportValue, ValueSource } from '../../../shared/reports/schema.ts';
import { takesResults } from '../../../shared/reports/values.ts';
import type { Work } from '../kernel/index.ts';
import { stateChange } from './post-process.ts';

/** A released result of an analyzer, in the parameter's unit and form. */
export interface DeviceValueChange {
  readonly reportId: string;
  readonly parameterId: string;
  readonly value: string;
  readonly flag: ReportValue['flag'];
  readonly rangeText: string | undefined;
  readonly unit: string | undefined;
  readonly source: Extract<ValueSource, { kind: 'analyzer' }>;
  /** When the analyzer's message came. */
  readonly at: string;
}

/** What came of a batch. */
export interface AppliedDeviceValues {
  /** The reports that were changed, as stored now. */
  readonly updated: Stored<Report>[];
  /** Ids of reports that take no results any more (signed, released, cancelled or gone); nothing was written to them. */
  readonly closed: string[];
}

/**
 * Puts analyzer results on their reports, all in one read and one write, and moves each report to the state its values
 * call for: `resulted` when every value that the test requires is there. Of two results for one parameter the later in the
 * list stays. A verified report goes back to `resulted`, to be verified again. Results of parameters that a report does
 * not have are left out. The caller records the activity.
 */
export function applyDeviceValues(work: Work, changes: readonly DeviceValueChange[]): AppliedDeviceValues {
  const byReport = Map.groupBy(changes, (change) => change.reportId);
  const reports = work.mapOf('reports', byReport.keys());
  const closed: string[] = [];
  const writes: { current: Stored<Report>; change: Partial<Report> }[] = [];
  for (const [id, values] of byReport) {
    const current = reports.get(id);
    if (!current || !takesResults(current.state)) {
      closed.push(id);
      continue;
    }
    const byParameter = new Map(values.map((value) => [value.parameterId, value]));
    if (!current.values.some((value) => byParameter.has(value.parameterId))) continue;
    const changed = { ...current, values: current.values.map((value) => withResult(value, byParameter, work)) };
    writes.push({ current, change: { values: changed.values, ...stateChange(work.session, changed, work.now) } });
  }
  return { updated: work.updateMany('reports', writes), closed };
}

function withResult(line: ReportValue, results: ReadonlyMap<string, DeviceValueChange>, work: Work): ReportValue {
  const result = results.get(line.parameterId);
  if (!result) return line;
  const { value, flag, rangeText, source, at } = result;
  return { ...line, value, flag, rangeText, unit: result.unit ?? line.unit, source, at, by: work.session.actorId };
}
