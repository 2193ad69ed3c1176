import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { EnterSentOut } from '../../../shared/reports/input.ts';
import type { Report, ReportState, ReportValue, ValueSource } from '../../../shared/reports/schema.ts';
import { takesResults } from '../../../shared/reports/values.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { type Kernel, refuseIfInvalid, requirePermission, type ScopedReads, type Session } from '../kernel/index.ts';
import { enterAll } from './enter-values.ts';

/** A report that waits for results of another laboratory. */
export interface SentOutReport {
  id: string;
  rev: string;
  /** Of the tube that was sent. */
  accession: string;
  patientName: string;
  testCode: string;
  testName: string;
  state: ReportState;
  values: Pick<ReportValue, 'parameterId' | 'code' | 'name' | 'loinc' | 'unit' | 'rangeText' | 'value'>[];
}

const mostSpecimens = 200;

/** The reports of a manifest that still take results, in the order of the tubes. Three statements. */
export function sentOutReports(reads: ScopedReads, manifest: string): SentOutReport[] {
  const specimens = specimensOf(reads, manifest);
  const reports = reads.mapOf(
    'reports',
    specimens.flatMap(({ reportIds }) => reportIds),
  );
  const patients = reads.mapOf(
    'patients',
    specimens.map(({ patientId }) => patientId),
  );
  return specimens.flatMap(({ accession, reportIds, patientId }) =>
    reportIds.flatMap((id): SentOutReport[] => {
      const report = reports.get(id);
      if (!report || !takesResults(report.state) || report.state === 'verified') return [];
      const { _rev: rev, testCode, testName, state } = report;
      const patientName = patients.get(patientId)?.fullName ?? '';
      const values = report.values.map(({ parameterId, code, name, loinc, unit, rangeText, value }) => {
        return { parameterId, code, name, loinc, unit, rangeText, value };
      });
      return [{ id, rev, accession, patientName, testCode, testName, state, values }];
    }),
  );
}

/**
 * Puts the results that another laboratory reported on the reports of a manifest, whether the tubes are away still or came back.
 * Each value says whose it is. All or none, in one commit; all errors at `reports.<index>.values.<index>.value`.
 */
export function enterSentOut(kernel: Kernel, session: Session, input: EnterSentOut): Stored<Report>[] {
  requirePermission(session, 'result.enter');
  return kernel.change(session, (work) => {
    const specimens = specimensOf(work, input.manifest);
    const sources = new Map(
      specimens.flatMap((specimen) =>
        specimen.reportIds.map((id) => [id, sourceOf(specimen, input.manifest)] as const),
      ),
    );
    refuseIfInvalid(
      input.reports.flatMap(({ id }, index): FieldError[] => {
        if (sources.get(id)) return [];
        const message = `This report is not on manifest ${input.manifest}`;
        return [{ field: `reports.${index}.id`, code: 'manifest.report', message }];
      }),
    );
    return enterAll(work, input.reports, {
      place: (index) => `reports.${index}.`,
      sourceOf: ({ id }) => sources.get(id) ?? { kind: 'manual' },
    });
  });
}

function specimensOf(reads: ScopedReads, manifest: string): Stored<Specimen>[] {
  return reads
    .find('specimens', { selector: { manifest: { $eq: manifest } }, limit: mostSpecimens })
    .toSorted((a, b) => a.accession.localeCompare(b.accession));
}

function sourceOf({ outsourceLabId, outsourceLabName = '' }: Specimen, manifest: string): ValueSource | undefined {
  return outsourceLabId === undefined ? undefined : { kind: 'outsource', outsourceLabId, outsourceLabName, manifest };
}
