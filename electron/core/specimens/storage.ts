import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { positionText } from '../../../shared/specimens/cells.ts';
import type { StoreSpecimens } from '../../../shared/specimens/input.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { type Kernel, refuseIfInvalid, requirePermission, type Session, type Work } from '../kernel/index.ts';
import { moveSpecimens, needSpecimens } from './move.ts';

/** Puts specimens away at a place, all or none, in one commit. A cell holds one specimen. */
export function storeSpecimens(kernel: Kernel, session: Session, input: StoreSpecimens): Stored<Specimen>[] {
  requirePermission(session, 'specimen.receive');
  return kernel.change(session, (work) => {
    refuseIfInvalid(cellErrors(work, input));
    const specimens = needSpecimens(
      work,
      input.items.map((item) => item.id),
    );
    const cells = new Map(input.items.map((item) => [item.id, item.cell]));
    const where = ({ id }: { id: string }) => positionText({ place: input.place, cell: cells.get(id) });
    const stored = moveSpecimens(work, specimens, 'stored', where, ({ id }) => ({
      place: input.place,
      cell: cells.get(id),
      kept: input.kept,
    }));
    for (const specimen of stored) {
      const { accession } = specimen;
      work.record('specimen.stored', { values: { accession, position: positionText(specimen) }, ...about(specimen) });
    }
    return stored;
  });
}

/** Takes stored specimens out for work, all or none; their cells are free again. */
export function takeOutSpecimens(kernel: Kernel, session: Session, ids: readonly string[]): Stored<Specimen>[] {
  requirePermission(session, 'specimen.receive');
  return kernel.change(session, (work) => {
    const stored = needSpecimens(work, ids);
    refuseIfInvalid(
      stored.flatMap(({ state, accession }, index): FieldError[] =>
        state === 'stored'
          ? []
          : [{ field: `ids.${index}`, code: 'specimen.state', message: `Specimen ${accession} is not stored` }],
      ),
    );
    const out = moveSpecimens(work, stored, 'received', 'Taken out of storage');
    for (const specimen of stored) {
      const { accession } = specimen;
      work.record('specimen.takenOut', {
        values: { accession, position: positionText(specimen) },
        ...about(specimen),
      });
    }
    return out;
  });
}

/** Throws stored specimens, and sent ones that will not come back, away; all or none, with the reason. */
export function discardSpecimens(
  kernel: Kernel,
  session: Session,
  { ids, reason }: { ids: readonly string[]; reason: string },
): Stored<Specimen>[] {
  return kernel.change(session, (work) => {
    const discarded = moveSpecimens(work, needSpecimens(work, ids), 'discarded', reason);
    for (const specimen of discarded) {
      work.record('specimen.discarded', { values: { accession: specimen.accession, reason }, ...about(specimen) });
    }
    return discarded;
  });
}

function about({ id, patientId }: Stored<Specimen>) {
  return { subject: { collection: 'specimens' as const, id }, patientId };
}

/** Cells named twice, and cells that hold another specimen. One statement. */
function cellErrors(work: Work, { place, items }: StoreSpecimens): FieldError[] {
  const cells = items.flatMap(({ cell }) => cell ?? []);
  const holders = new Map(
    cells.length === 0
      ? []
      : work
          .find('specimens', { selector: { place: { $eq: place }, cell: { $in: cells } } })
          .map((specimen) => [specimen.cell, specimen]),
  );
  return items.flatMap(({ id, cell }, index): FieldError[] => {
    if (cell === undefined) return [];
    const field = `items.${index}.cell`;
    if (cells.indexOf(cell) !== cells.lastIndexOf(cell)) {
      return [{ field, code: 'cell.twice', message: `Cell ${cell} is named twice`, remedy: 'One tube a cell.' }];
    }
    const holder = holders.get(cell);
    if (!holder || holder.id === id) return [];
    const message = `Cell ${cell} of ${place} holds ${holder.accession}`;
    return [{ field, code: 'cell.taken', message, remedy: 'Choose another cell, or take that tube out first.' }];
  });
}
