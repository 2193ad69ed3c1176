import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { DeviceResult } from '../../../shared/results/schema.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { invalid, type Kernel, LabError, refuseIfInvalid, type Session, type Work } from '../kernel/index.ts';
import { applyDeviceValues, postProcessReport } from '../reports/index.ts';
import { closedReason, Matcher } from './matching.ts';

/** How many results of a request went where. */
export interface Decided {
  released: number;
  /** Their report was signed in the meantime: held, to be offered as an amendment. */
  held: number;
}

/**
 * Releases validated results to their reports (reference: release_parameters), one batch for all. Of several runs of one
 * parameter one is released; the others that wait are rejected with that reason. Refuses, at `ids.<index>`, two runs of
 * one parameter in one request; throws `conflict` when one of them was decided on in the meantime.
 */
export function releaseParameters(kernel: Kernel, session: Session, ids: readonly string[]): Decided {
  return kernel.change(session, (work) => {
    const results = needInState(work, ids, 'pending');
    refuseIfInvalid(twoRunsErrors(results));
    const { updated, closed } = applyDeviceValues(
      work,
      results.map((result) => ({
        reportId: result.reportId ?? '',
        parameterId: result.parameterId ?? '',
        value: result.value ?? '',
        flag: result.flag,
        rangeText: result.rangeText,
        unit: result.unit,
        source: {
          kind: 'analyzer' as const,
          deviceId: result.deviceId,
          deviceName: result.deviceName,
          deviceResultId: result.id,
          journalId: result.journalId,
          originalValue: result.originalValue.slice(0, 500),
          originalUnit: result.originalUnit,
          resultAt: result.resultAt,
          analyzerFlags: result.analyzerFlags.slice(0, 20).map((flag) => flag.slice(0, 40)),
        },
        at: result.receivedAt,
      })),
    );
    const closedIds = new Set(closed);
    const closedReports = work.mapOf('reports', closed);
    const released = results.filter((result) => !closedIds.has(result.reportId ?? ''));
    const decision = { decidedAt: work.now, decidedBy: session.actorId };
    work.updateMany(
      'deviceResults',
      results.map((current) => ({
        current,
        change: closedIds.has(current.reportId ?? '')
          ? {
              state: 'held' as const,
              holdReason: closedReason(closedReports.get(current.reportId ?? '') ?? { state: 'signed' }),
            }
          : { state: 'released' as const, ...decision },
      })),
    );
    rejectOtherRuns(work, released);
    postProcessReport(work, updated);
    recordBySpecimen(work, released);
    return { released: released.length, held: results.length - released.length };
  });
}

/** Keeps results back from validation, with the reason, until somebody gives them back; e.g. while a rerun is under way. */
export function holdResults(
  kernel: Kernel,
  session: Session,
  ids: readonly string[],
  reason: string,
): { held: number } {
  return kernel.change(session, (work) => {
    const results = needInState(work, ids, 'pending');
    work.updateMany(
      'deviceResults',
      results.map((current) => ({
        current,
        change: { state: 'held' as const, holdReason: 'byPerson' as const, decision: reason },
      })),
    );
    work.record('result.held', {
      values: { count: results.length, device: results[0]?.deviceName ?? '', reason },
      subject: { collection: 'deviceResults', id: results[0]?.id ?? '' },
      patientId: results[0]?.patientId,
    });
    return { held: results.length };
  });
}

/** Matches held results again by what is known now and gives those that match back to validation. */
export function returnToValidation(kernel: Kernel, session: Session, ids: readonly string[]): { pending: number } {
  return kernel.change(session, (work) => {
    const results = needInState(work, ids, 'held').filter((result) => result.kind === 'patient');
    const pending = rematch(work, results, undefined).filter((result) => result.state === 'pending').length;
    work.record('result.returned', {
      values: { count: pending, device: results[0]?.deviceName ?? '' },
      subject: { collection: 'deviceResults', id: results[0]?.id ?? '' },
      patientId: results[0]?.patientId,
    });
    return { pending };
  });
}

/** Rejects results that wait for validation or are held, with the reason; they stay on file. */
export function rejectResults(
  kernel: Kernel,
  session: Session,
  ids: readonly string[],
  reason: string,
): { rejected: number } {
  return kernel.change(session, (work) => {
    const results = needInState(work, ids, 'pending', 'held');
    work.updateMany(
      'deviceResults',
      results.map((current) => ({
        current,
        change: { state: 'rejected' as const, decidedAt: work.now, decidedBy: session.actorId, decision: reason },
      })),
    );
    work.record('result.rejected', {
      values: { count: results.length, device: results[0]?.deviceName ?? '', reason },
      subject: { collection: 'deviceResults', id: results[0]?.id ?? '' },
    });
    return { rejected: results.length };
  });
}

/** Gives held results of an unknown sample to a specimen, found by its accession; they then wait for validation. */
export function assignResults(
  kernel: Kernel,
  session: Session,
  ids: readonly string[],
  accession: string,
): { pending: number } {
  return kernel.change(session, (work) => {
    const [specimen] = work.byKeys('specimens', [accession]).get(accession) ?? [];
    if (!specimen) {
      throw invalid(
        'accession',
        'unknown',
        `There is no specimen ${accession}`,
        'Scan the label again or search for the patient.',
      );
    }
    const results = needInState(work, ids, 'held');
    const matched = rematch(work, results, specimen.accession);
    const pending = matched.filter((result) => result.state === 'pending').length;
    work.record('result.assigned', {
      values: { count: results.length, device: results[0]?.deviceName ?? '', accession: specimen.accession },
      subject: { collection: 'specimens', id: specimen.id },
      patientId: specimen.patientId,
    });
    return { pending };
  });
}

/** Matches held results again, after a code was taught or an order was added. */
export function rematchHeld(kernel: Kernel, session: Session, deviceId: string): { pending: number } {
  return kernel.change(session, (work) => {
    const results = work.find('deviceResults', {
      selector: { state: { $eq: 'held' }, deviceId: { $eq: deviceId }, kind: { $eq: 'patient' } },
      sort: [{ receivedAt: 'desc' }],
      limit: 2000,
    });
    return { pending: rematch(work, results, undefined).filter((result) => result.state === 'pending').length };
  });
}

/** Matches these results again as far as they are still held; part of the caller's unit of work. Writes what came out otherwise. */
export function rematchOf(work: Work, ids: readonly string[]): void {
  const held = work.getMany('deviceResults', ids).filter(({ state }) => state === 'held');
  const rematched = matchedAgain(work, held, undefined);
  work.updateMany(
    'deviceResults',
    rematched.filter(({ current, change }) => change.state !== 'held' || change.holdReason !== current.holdReason),
  );
}

function rematch(
  work: Work,
  results: readonly Stored<DeviceResult>[],
  sampleId: string | undefined,
): Stored<DeviceResult>[] {
  return work.updateMany('deviceResults', matchedAgain(work, results, sampleId));
}

function matchedAgain(work: Work, results: readonly Stored<DeviceResult>[], sampleId: string | undefined) {
  // A person may have said whose a result is, before its code was taught or its test ordered: that is not asked twice.
  const assigned = work.mapOf(
    'specimens',
    results.map(({ specimenId }) => specimenId),
  );
  const wanted = results.map((result) => ({
    deviceId: result.deviceId,
    sampleId: sampleId ?? assigned.get(result.specimenId ?? '')?.accession ?? result.sampleId,
    kind: result.kind,
    code: result.deviceCode,
    value: result.reading,
    unit: result.originalUnit,
    isAssigned: sampleId !== undefined || isOfOther(result, assigned.get(result.specimenId ?? '')),
    isTwice: result.holdReason === 'sameSampleTwice',
  }));
  const matcher = new Matcher(work, work.now, wanted);
  return results.flatMap((current, index) => {
    const one = wanted[index];
    return one ? [{ current, change: { holdReason: undefined, decision: undefined, ...matcher.match(one) } }] : [];
  });
}

/** Whether a result was given to a specimen that has another number than the analyzer sent. */
function isOfOther({ sampleId }: DeviceResult, specimen: Specimen | undefined): boolean {
  return specimen !== undefined && specimen.accession !== sampleId;
}

function needInState(work: Work, ids: readonly string[], ...states: DeviceResult['state'][]): Stored<DeviceResult>[] {
  const results = work.getMany('deviceResults', [...new Set(ids)]);
  const gone = results.find((result) => !states.includes(result.state));
  if (gone || results.length !== new Set(ids).size) {
    throw new LabError({
      kind: 'conflict',
      message: 'Some of these results were decided on in the meantime. The list is up to date now; look again.',
      collection: 'deviceResults',
      id: gone?.id ?? ids[0] ?? '',
    });
  }
  return results;
}

/** Two runs of one parameter of one report: a person picks. */
function twoRunsErrors(results: readonly DeviceResult[]): FieldError[] {
  const first = new Map<string, number>();
  return results.flatMap((result, index): FieldError[] => {
    const key = runKey(result);
    if (!first.has(key)) {
      first.set(key, index);
      return [];
    }
    const message = `There are two runs of ${result.parameterName ?? result.deviceCode}`;
    return [{ field: `ids.${index}`, code: 'result.twoRuns', message, remedy: 'Tick the one to be reported.' }];
  });
}

/** The other runs of what was released, which nobody needs to look at any more. One read, one write. */
function rejectOtherRuns(work: Work, released: readonly Stored<DeviceResult>[]): void {
  if (released.length === 0) return;
  const chosen = new Set(released.map(runKey));
  const specimenIds = [...new Set(released.flatMap((result) => result.specimenId ?? []))];
  const waiting = work.find('deviceResults', {
    selector: { specimenId: { $in: specimenIds }, state: { $eq: 'pending' } },
  });
  work.updateMany(
    'deviceResults',
    waiting
      .filter((result) => chosen.has(runKey(result)))
      .map((current) => ({
        current,
        change: {
          state: 'rejected' as const,
          decidedAt: work.now,
          decidedBy: work.session.actorId,
          decision: 'Another run was released',
        },
      })),
  );
}

function runKey({ reportId, parameterId }: DeviceResult): string {
  return `${reportId}/${parameterId}`;
}

function recordBySpecimen(work: Work, released: readonly Stored<DeviceResult>[]): void {
  const bySpecimen = Map.groupBy(released, (result) => result.specimenId ?? '');
  const specimens = work.mapOf('specimens', bySpecimen.keys());
  for (const [specimenId, results] of bySpecimen) {
    const accession = specimens.get(specimenId)?.accession ?? '';
    work.record('result.released', {
      values: { count: results.length, device: results[0]?.deviceName ?? '', accession },
      subject: { collection: 'specimens', id: specimenId },
      patientId: results[0]?.patientId,
    });
  }
}
