import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { type Specimen, type SpecimenState, specimenTransition } from '../../../shared/specimens/schema.ts';
import type { Kept } from '../../../shared/specimens/stability.ts';
import { type Change, forbidden, refuseIfInvalid, type Session, type Work } from '../kernel/index.ts';
import { custodyStep } from './new-specimens.ts';

const stateWords: Record<SpecimenState, string> = {
  expected: 'not collected yet',
  collected: 'collected',
  received: 'received',
  rejected: 'rejected',
  sentOut: 'sent out',
  stored: 'stored',
  discarded: 'discarded',
  cancelled: 'cancelled',
};

/**
 * The one place where it is decided whether a specimen may go to a state: by the table of transitions and the session's
 * rights. A field error when the table has no such step; throws `forbidden` when only the right is missing.
 */
function transitionError(
  session: Session,
  specimen: Specimen,
  to: SpecimenState,
  field: string,
): FieldError | undefined {
  if (specimenTransition(specimen.state, to, session.permissions)) return undefined;
  const known = specimenTransition(specimen.state, to);
  if (known) throw forbidden(known.permission);
  const already = specimen.state === to ? 'already ' : '';
  return {
    field,
    code: 'specimen.state',
    message: `Specimen ${specimen.accession} is ${already}${stateWords[specimen.state]}`,
    remedy: 'Check that this is the right tube.',
  };
}

/** Throws all errors, at `ids.<index>` unless told otherwise, when one of the specimens may not go to the state. */
export function refuseMove(
  session: Session,
  specimens: readonly Specimen[],
  to: SpecimenState,
  field: (index: number) => string = (index) => `ids.${index}`,
): void {
  refuseIfInvalid(specimens.flatMap((specimen, index) => transitionError(session, specimen, to, field(index)) ?? []));
}

/**
 * Takes specimens one step further, with the step in their chain of custody. All or none, in one write.
 * @param more what else changes with the step
 */
export function moveSpecimens(
  work: Work,
  specimens: readonly Stored<Specimen>[],
  to: SpecimenState,
  reason?: string | ((specimen: Stored<Specimen>) => string),
  more: (specimen: Stored<Specimen>, index: number) => Change<Specimen> = () => ({}),
): Stored<Specimen>[] {
  refuseMove(work.session, specimens, to);
  return work.updateMany(
    'specimens',
    specimens.map((current, index) => {
      const also = more(current, index);
      const why = typeof reason === 'function' ? reason(current) : reason;
      return { current, change: { ...stepChange(work, current, to, why, also.kept), ...also } };
    }),
  );
}

/** The specimens named by `ids`, in that order; a field error for each that is not there. One statement. */
export function needSpecimens(work: Work, ids: readonly string[]): Stored<Specimen>[] {
  const found = work.mapOf('specimens', ids);
  refuseIfInvalid(
    ids.flatMap((id, index) =>
      found.has(id) ? [] : [{ field: `ids.${index}`, code: 'specimen.missing', message: 'There is no such specimen' }],
    ),
  );
  return [...found.values()];
}

/** A specimen that leaves its place frees it. */
export const nowhere = { place: undefined, cell: undefined, kept: undefined };

function stepChange(
  work: Work,
  specimen: Specimen,
  to: SpecimenState,
  reason: string | undefined,
  kept: Kept | undefined,
): Change<Specimen> {
  const said = { ...(reason === undefined ? {} : { reason }), ...(kept === undefined ? {} : { kept }) };
  const custody = [...specimen.custody, custodyStep(work, to, said)];
  switch (to) {
    case 'collected':
      return { state: to, custody, collectedAt: work.now };
    case 'received':
      // What comes back from storage or another laboratory arrived here before.
      return { state: to, custody, receivedAt: specimen.receivedAt ?? work.now, ...nowhere };
    case 'sentOut':
      return { state: to, custody, sentOutAt: work.now, ...nowhere };
    case 'discarded':
    case 'cancelled':
      return { state: to, custody, ...nowhere };
    case 'expected':
    case 'rejected':
    case 'stored':
      return { state: to, custody };
    default:
      return to satisfies never;
  }
}
