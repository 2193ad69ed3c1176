import type { NewDocument, Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { newId } from '../../../shared/kernel/id.ts';
import type { AliquotSpecimen } from '../../../shared/specimens/input.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { keptSince, stabilityOf } from '../../../shared/specimens/stability.ts';
import { conflict, type Kernel, refuseIfInvalid, requirePermission, type Session } from '../kernel/index.ts';
import { custodyStep, nextAccession } from './new-specimens.ts';

/**
 * Divides a received specimen into aliquots: specimens of their own, received, each with an accession and the reports of
 * its tests, so that an analyzer's result finds them by either tube's barcode. One commit.
 */
export function aliquotSpecimen(kernel: Kernel, session: Session, input: AliquotSpecimen): Stored<Specimen>[] {
  requirePermission(session, 'specimen.receive');
  return kernel.change(session, (work) => {
    const parent = work.need('specimens', input.id);
    if (parent._rev !== input.rev) throw conflict('specimens', input.id);
    refuseIfInvalid(errorsOf(parent, input));
    const reports = work.getMany('reports', parent.reportIds);
    const prefix = kernel.station().prefix;
    const aliquots = work.insertMany<'specimens', Specimen>(
      'specimens',
      input.portions.map(({ testCodes, container }): NewDocument<Specimen> => {
        const { patientId, billId, specimenType, typeName, collectedAt, receivedAt, stability = [] } = parent;
        return {
          ...(parent.department === undefined ? {} : { department: parent.department }),
          stability: stabilityOf(stability, testCodes),
          keptBefore: keptSince(parent),
          ...{ id: newId(), patientId, billId, specimenType, typeName, container, collectedAt, receivedAt },
          accession: nextAccession(work, prefix),
          parentId: parent.id,
          testCodes,
          reportIds: reports.filter((report) => testCodes.includes(report.testCode)).map((report) => report.id),
          state: 'received',
          custody: [custodyStep(work, 'received', { reason: 'Aliquot of', accession: parent.accession })],
        };
      }),
    );
    const names = aliquots.map((aliquot) => `${aliquot.accession} (${aliquot.testCodes.join(', ')})`).join('; ');
    const reason = `Divided: ${aliquots.map(({ accession }) => accession).join(', ')}`.slice(0, 300);
    work.update('specimens', parent, {
      custody: [...parent.custody, custodyStep(work, parent.state, { reason })],
    });
    work.record('specimen.aliquoted', {
      values: { accession: parent.accession, aliquots: names.slice(0, 1000) },
      subject: { collection: 'specimens', id: parent.id },
      patientId: parent.patientId,
    });
    return aliquots;
  });
}

function errorsOf(parent: Specimen, { portions }: AliquotSpecimen): FieldError[] {
  if (parent.state !== 'received') {
    const message = `Specimen ${parent.accession} is not in the laboratory`;
    return [{ field: 'id', code: 'specimen.state', message, remedy: 'Receive it, or take it out of storage, first.' }];
  }
  return portions.flatMap(({ testCodes }, index) =>
    testCodes
      .filter((code) => !parent.testCodes.includes(code))
      .map((code) => ({
        field: `portions.${index}.testCodes`,
        code: 'specimen.test',
        message: `${code} is not to be made from ${parent.accession}`,
        remedy: `Choose among ${parent.testCodes.join(', ')}.`,
      })),
  );
}
