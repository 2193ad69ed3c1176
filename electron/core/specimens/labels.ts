import type { LabelsInput } from '../../../shared/documents/schema.ts';
import { notFound, type ScopedReads } from '../kernel/index.ts';
import { patientOnPaper, writingOf } from '../reports/index.ts';
import { centreOf } from '../setup/index.ts';

/**
 * The barcode labels of specimens, one each, in the order of `ids`. Three statements.
 * @param printedAt UTC
 */
export function specimenLabels(reads: ScopedReads, ids: readonly string[], printedAt: string): LabelsInput {
  const centre = centreOf(reads);
  const specimens = reads.mapOf('specimens', ids);
  const patients = reads.mapOf(
    'patients',
    [...specimens.values()].map((specimen) => specimen.patientId),
  );
  return {
    kind: 'labels',
    ...writingOf(centre, printedAt),
    labels: ids.map((id) => {
      const specimen = specimens.get(id);
      const patient = specimen && patients.get(specimen.patientId);
      if (!specimen || !patient) throw notFound('specimens', id);
      const at = specimen.collectedAt ?? specimen.createdAt;
      const { name, number, sex, age } = patientOnPaper(patient, at, centre.timeZone);
      return {
        accession: specimen.accession,
        patientName: name,
        patientNumber: number,
        sex,
        age,
        testCodes: specimen.testCodes,
        container: [specimen.container, specimen.department].filter(Boolean).join(' · ').slice(0, 100),
        at,
      };
    }),
  };
}
