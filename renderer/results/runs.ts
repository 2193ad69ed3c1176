import { tellingFlags } from './result-marks.tsx';
import type { QueueGroup, QueueResult, Run } from './result-row.tsx';

/** Runs of the same parameter of the same report, in the order they came: which run each result is. */
export function runsOf(groups: readonly QueueGroup[]): ReadonlyMap<string, Run> {
  const byParameter = Map.groupBy(
    groups.flatMap((group) => group.results),
    runKey,
  );
  return new Map(
    [...byParameter.values()].flatMap((results) =>
      results.length < 2
        ? []
        : results
            .toSorted((a, b) => a.receivedAt.localeCompare(b.receivedAt) || a.index - b.index)
            .map((result, index) => [result.id, { run: index + 1, runs: results.length }] as const),
    ),
  );
}

/** Results in the order they came, each rerun right below the first run of its parameter. */
export function runsTogether(results: readonly QueueResult[]): QueueResult[] {
  return [...Map.groupBy(results, runKey).values()].flat();
}

/** What ticking one run means for the others: one run of a parameter is reported. */
export function otherRuns(groups: readonly QueueGroup[], ticked: QueueResult): string[] {
  return groups
    .flatMap((group) => group.results)
    .filter((result) => result.id !== ticked.id && runKey(result) === runKey(ticked))
    .map((result) => result.id);
}

/** Within its range, and the analyzer said nothing about it: what may be released without a closer look. */
export function isNormal(result: QueueResult): boolean {
  const { flag, analyzerFlags, comments, sampleComments = [], rerun, clockOffMinutes, reportedValue } = result;
  const said = tellingFlags(analyzerFlags).length + comments.length + sampleComments.length > 0;
  return flag === '' && !said && !rerun && clockOffMinutes === undefined && reportedValue === undefined;
}

function runKey({ reportId, parameterId }: QueueResult): string {
  return `${reportId}/${parameterId}`;
}
