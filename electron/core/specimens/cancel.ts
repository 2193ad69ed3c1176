import type { Stored } from '../../../shared/kernel/document.ts';
import type { Specimen, SpecimenState } from '../../../shared/specimens/schema.ts';
import type { Work } from '../kernel/index.ts';
import { moveSpecimens } from './move.ts';

const done: readonly SpecimenState[] = ['stored', 'discarded', 'cancelled'];

/** The order was cancelled: its specimens, none of whose reports goes on, are not wanted any more. */
export function cancelSpecimens(
  work: Work,
  specimens: readonly Stored<Specimen>[],
  reason: string,
): Stored<Specimen>[] {
  const wanted = specimens.filter((specimen) => !done.includes(specimen.state));
  return moveSpecimens(work, wanted, 'cancelled', reason);
}
