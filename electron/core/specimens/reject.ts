import type { Stored } from '../../../shared/kernel/document.ts';
import type { RejectSpecimen } from '../../../shared/specimens/input.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { send } from '../communications/index.ts';
import { type Change, conflict, type Kernel, requirePermission, type Session, type Work } from '../kernel/index.ts';
import { awaitNewSpecimen } from '../reports/index.ts';
import { nowhere, refuseMove } from './move.ts';
import { custodyStep, nextAccession } from './new-specimens.ts';

/**
 * Rejects a specimen, as it was read at `rev`, with the reason. When it is to be drawn again it is expected again at once,
 * under a new accession, so that the rejected tube's barcode finds nothing any more and no result of it can be taken; the
 * chain of custody keeps the old one. One commit, reports included.
 */
export function rejectSpecimen(kernel: Kernel, session: Session, input: RejectSpecimen): Stored<Specimen> {
  requirePermission(session, 'specimen.reject');
  return kernel.change(session, (work) => {
    const current = work.need('specimens', input.id);
    if (current._rev !== input.rev) throw conflict('specimens', input.id);
    refuseMove(session, [current], 'rejected', () => 'id');
    // Another aliquot can be taken from the first tube; the patient is not asked again for it.
    const again =
      input.recollect && current.parentId === undefined
        ? drawnAgain(work, current, input.reason, kernel.station().prefix)
        : undefined;
    const rejected = {
      state: 'rejected' as const,
      ...nowhere,
      custody: [...current.custody, custodyStep(work, 'rejected', { reason: input.reason })],
    };
    const specimen = work.update('specimens', current, again ?? rejected);
    if (again) {
      awaitNewSpecimen(work, specimen);
      tellPatient(work, specimen);
    }
    const consequence = again ? `; to be drawn again as ${specimen.accession}` : '';
    work.record('specimen.rejected', {
      values: { accession: current.accession, reason: `${input.reason}${consequence}` },
      subject: { collection: 'specimens', id: specimen.id },
      patientId: specimen.patientId,
    });
    return specimen;
  });
}

/** The patient is asked to come again, on the channels agreed to; the message is part of the same commit. */
function tellPatient(work: Work, specimen: Specimen): void {
  const bill = work.get('billing', specimen.billId);
  const reports = work.getMany('reports', specimen.reportIds);
  if (bill?.kind !== 'bill' || reports.length === 0) return;
  send(work, { trigger: 'specimenRejected', patient: work.need('patients', specimen.patientId), bill, reports });
}

/** Both steps of the chain at once: rejected, then expected as another tube. */
function drawnAgain(work: Work, current: Specimen, reason: string, stationPrefix: string): Change<Specimen> {
  refuseMove(work.session, [{ ...current, state: 'rejected' }], 'expected', () => 'id');
  const rejected = custodyStep(work, 'rejected', { reason, accession: current.accession });
  return {
    state: 'expected',
    accession: nextAccession(work, stationPrefix),
    custody: [...current.custody, rejected, custodyStep(work, 'expected')],
    collectedAt: undefined,
    receivedAt: undefined,
    ...nowhere,
  };
}
