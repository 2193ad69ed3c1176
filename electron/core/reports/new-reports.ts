import type { Test } from '../../../shared/catalogue/documents.ts';
import type { NewDocument } from '../../../shared/kernel/document.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import { emptyValue, personAt } from '../../../shared/reports/values.ts';
import type { Catalogue } from '../catalogue/index.ts';

/** What an order says of the report of one of its tests. */
export type OrderedReport = Required<Pick<Report, 'patientId' | 'billId' | 'specimenId' | 'accession' | 'orderedAt'>> &
  Pick<Report, 'pregnancy'> & {
    readonly id: string;
  };

/**
 * The report of an ordered test, without results: its parameters with unit, printed range for this patient and the rest of
 * what the catalogue says today, copied, so that a later change of the catalogue changes no report.
 * @param today a civil moment in the lab's time zone
 */
export function newReport(
  ordered: OrderedReport,
  test: Test,
  catalogue: Catalogue,
  patient: Patient,
  today: string,
): NewDocument<Report> {
  const person = personAt(patient, today, ordered.pregnancy);
  return {
    ...ordered,
    testId: test.id,
    testCode: test.code,
    testName: test.name,
    department: test.department,
    method: test.method,
    note: test.reportNote,
    state: 'ordered',
    values: test.parameters.flatMap((row) => {
      const parameter = catalogue.parameters.get(row.parameter);
      return parameter ? [emptyValue(parameter, row, catalogue.ranges.get(parameter.code) ?? [], person)] : [];
    }),
    version: 0,
    versions: [],
  };
}
