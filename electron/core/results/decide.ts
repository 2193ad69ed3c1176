import type { Stored } from '../../../shared/kernel/document.ts';
import type { DeviceResult } from '../../../shared/results/schema.ts';
import { invalid, type Kernel, LabError, type Session, type Work } from '../kernel/index.ts';
import { applyDeviceValues, postProcessReport } from '../reports/index.ts';
import { Matcher } from './matching.ts';

/** How many results of a request went where. */
export interface Decided {
  released: number;
  /** Their report was signed in the meantime: held, to be offered as an amendment. */
  held: number;
}

/**
 * Releases validated results to their reports (reference: release_parameters), one batch for all. Throws `conflict` when
 * one of them was decided on in the meantime.
 */
export function releaseParameters(kernel: Kernel, session: Session, ids: readonly string[]): Decided {
  return kernel.change(session, (work) => {
    const results = needInState(work, ids, 'pending');
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
    const released = results.filter((result) => !closedIds.has(result.reportId ?? ''));
    const decision = { decidedAt: work.now, decidedBy: session.actorId };
    work.updateMany(
      'deviceResults',
      results.map((current) => ({
        current,
        change: closedIds.has(current.reportId ?? '')
          ? { state: 'held' as const, holdReason: 'reportClosed' as const }
          : { state: 'released' as const, ...decision },
      })),
    );
    postProcessReport(work, updated);
    recordBySpecimen(work, released);
    return { released: released.length, held: results.length - released.length };
  });
}

/** Rejects results that wait for validation or are held, with the reason; they stay on file. */
export function rejectResults(
  kernel: Kernel,
  session: Session,
  ids: readonly string[],
  reason: string,
): { rejected: number } {
  if (reason.trim().length < 3)
    throw invalid('reason', 'required', 'Say why', 'A few words are enough; they are kept with the result.');
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

function rematch(
  work: Work,
  results: readonly Stored<DeviceResult>[],
  sampleId: string | undefined,
): Stored<DeviceResult>[] {
  const wanted = results.map((result) => ({
    deviceId: result.deviceId,
    sampleId: sampleId ?? result.sampleId,
    kind: result.kind,
    code: result.deviceCode,
    value: result.reading,
    unit: result.originalUnit,
  }));
  const matcher = new Matcher(work, work.now, wanted);
  return work.updateMany(
    'deviceResults',
    results.flatMap((current, index) => {
      const one = wanted[index];
      return one ? [{ current, change: { holdReason: undefined, ...matcher.match(one) } }] : [];
    }),
  );
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
