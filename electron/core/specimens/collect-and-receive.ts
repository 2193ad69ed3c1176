import type { ActivityAction } from '../../../shared/activity/actions.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { type Kernel, requirePermission, type Session, type Work } from '../kernel/index.ts';
import { startReports } from '../reports/index.ts';
import { moveSpecimens, needSpecimens } from './move.ts';

/** Marks specimens as drawn, all or none, in one commit. */
export function collectSpecimens(kernel: Kernel, session: Session, ids: readonly string[]): Stored<Specimen>[] {
  requirePermission(session, 'specimen.collect');
  return kernel.change(session, (work) => {
    const collected = moveSpecimens(work, needSpecimens(work, ids), 'collected');
    recordEach(work, 'specimen.collected', collected);
    return collected;
  });
}

/** Takes specimens in at the laboratory, all or none, in one commit; their reports are in progress from now on. */
export function receiveSpecimens(kernel: Kernel, session: Session, ids: readonly string[]): Stored<Specimen>[] {
  requirePermission(session, 'specimen.receive');
  return kernel.change(session, (work) => {
    const received = moveSpecimens(work, needSpecimens(work, ids), 'received');
    startReports(work, received);
    recordEach(work, 'specimen.received', received);
    return received;
  });
}

function recordEach(work: Work, action: ActivityAction, specimens: readonly Specimen[]): void {
  for (const { id, accession, patientId } of specimens) {
    work.record(action, { values: { accession }, subject: { collection: 'specimens', id }, patientId });
  }
}
