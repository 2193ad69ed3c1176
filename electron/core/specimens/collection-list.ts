import type { ListingInput } from '../../../shared/documents/schema.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import { isMinorWithoutGuardian } from '../../../shared/patients/guardian.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import { displayAccession } from '../../../shared/specimens/accession.ts';
import type { ScopedReads } from '../kernel/index.ts';
import { letterheadOf, patientOnPaper, writingOf } from '../reports/index.ts';
import { centreOf } from '../setup/index.ts';

/** More would be a book, not a list for a round. */
const most = 500;

/**
 * The phlebotomist's list: what is to be drawn, by patient in the order of registration, with the tubes of each. Three
 * statements.
 * @param printedAt UTC
 */
export function collectionListDocument(reads: ScopedReads, printedAt: string): ListingInput {
  const centre = centreOf(reads);
  const expected = reads.find('specimens', {
    selector: { state: { $eq: 'expected' } },
    sort: [{ createdAt: 'asc' }],
    limit: most,
  });
  const patients = reads.mapOf(
    'patients',
    expected.map((specimen) => specimen.patientId),
  );
  const byPatient = Map.groupBy(expected, (specimen) => specimen.patientId);
  const rows = [...byPatient].flatMap(([patientId, specimens]) => {
    const patient = patients.get(patientId);
    const paper = patient && patientOnPaper(patient, printedAt, centre.timeZone);
    return specimens.map((specimen, index) => [
      index === 0 && paper
        ? [
            paper.name,
            `${paper.number} · ${[paper.age, paper.sex].filter(Boolean).join(', ')}`,
            ...mindedOf(patient, printedAt, centre.timeZone),
          ].join('\n')
        : '',
      index === 0 ? (paper?.phone ?? '') : '',
      displayAccession(specimen.accession),
      [specimen.container, specimen.colour, specimen.department].filter(Boolean).join(', '),
      specimen.testCodes.join(', '),
      '',
    ]);
  });
  return {
    kind: 'listing',
    ...writingOf(centre, printedAt),
    letterhead: letterheadOf(centre),
    title: 'Collection list',
    facts: [
      { label: 'Patients', value: String(byPatient.size) },
      { label: 'Tubes', value: String(expected.length) },
    ],
    at: printedAt,
    columns: [
      { header: 'Patient' },
      { header: 'Phone', width: 75 },
      { header: 'Accession', width: 85 },
      { header: 'Tube', width: 100 },
      { header: 'Tests', width: 90 },
      { header: 'Drawn', width: 40 },
    ],
    rows,
    signatures: ['Collected by'],
  };
}

/** What whoever draws has to mind, a line each. */
function mindedOf(patient: Patient | undefined, at: string, timeZone: string): string[] {
  if (!patient) return [];
  const isAlone = isMinorWithoutGuardian(patient, civilMoment(new Date(at), timeZone));
  return [...(patient.warning ? [`! ${patient.warning}`] : []), ...(isAlone ? ['! Minor without a guardian'] : [])];
}
