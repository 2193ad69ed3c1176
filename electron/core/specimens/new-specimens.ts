import type { NewDocument } from '../../../shared/kernel/document.ts';
import { newId } from '../../../shared/kernel/id.ts';
import { formatAccession } from '../../../shared/specimens/accession.ts';
import type { CustodyStep, Specimen, SpecimenState } from '../../../shared/specimens/schema.ts';
import type { Tube } from '../../../shared/specimens/tubes.ts';
import type { Work } from '../kernel/index.ts';

/** The next accession of this station; a number taken in a unit of work that rolls back is given again. */
export function nextAccession(work: Work, stationPrefix: string): string {
  return formatAccession(stationPrefix, work.nextNumber('accession'));
}

/** The specimen that a tube of an order will be, expected, with an accession of its own and no reports yet. */
export function newSpecimen(
  work: Work,
  stationPrefix: string,
  order: Pick<Specimen, 'patientId' | 'billId'>,
  tube: Tube,
): NewDocument<Specimen> & { id: string } {
  const { specimenType, typeName, container, colour, department, testCodes, stability } = tube;
  return {
    id: newId(),
    accession: nextAccession(work, stationPrefix),
    ...order,
    specimenType,
    typeName,
    container,
    colour,
    ...(department === undefined ? {} : { department }),
    ...(stability.length > 0 ? { stability } : {}),
    reportIds: [],
    testCodes,
    state: 'expected',
    custody: [custodyStep(work, 'expected')],
  };
}

/** A step of the chain of custody, taken now by the session's person. */
export function custodyStep(
  work: Work,
  state: SpecimenState,
  more: Pick<CustodyStep, 'reason' | 'accession' | 'kept'> = {},
): CustodyStep {
  return { state, at: work.now, by: work.session.actorId, stationId: work.session.stationId, ...more };
}
