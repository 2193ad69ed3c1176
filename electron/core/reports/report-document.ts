import { createHash } from 'node:crypto';
import type { Bill } from '../../../shared/billing/schema.ts';
import type { DocumentTest, DocumentValue, ReportInput } from '../../../shared/documents/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { Report, ReportValue, ReportVersion } from '../../../shared/reports/schema.ts';
import { convertNumeric, formatNumeric, parseNumericResult } from '../../../shared/results/conversion.ts';
import { notFound, refuseIfInvalid, type ScopedReads } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { letterheadOf, patientOnPaper, writingOf } from './paper.ts';

/** A report with what of it is printed: its last signed version, or its values of now. */
interface Printed {
  readonly report: Report;
  readonly version: ReportVersion | undefined;
  readonly values: readonly ReportValue[];
  readonly comment: string | undefined;
}

/**
 * The printed report of some tests of one order: the last signed version of each, or marked as preliminary while one of
 * them is not signed. Refuses reports of different orders and cancelled ones, at `ids.<index>`. Six statements.
 * @param printedAt UTC
 */
export function reportDocument(reads: ScopedReads, ids: readonly string[], printedAt: string): ReportInput {
  const reports = needOfOneBill(reads, ids);
  const centre = centreOf(reads);
  const [first] = reports;
  const bill = first && reads.need('billing', first.billId);
  if (!first || bill?.kind !== 'bill') throw notFound('billing', first?.billId ?? '');
  const patient = reads.need('patients', first.patientId);
  const specimens = reads.mapOf(
    'specimens',
    reports.map((report) => report.specimenId),
  );
  const printed = reports.map(printedOf);
  const collectedAt = [...specimens.values()].map((specimen) => specimen.collectedAt).find((at) => at !== undefined);
  return {
    kind: 'report',
    ...writingOf(centre, printedAt),
    letterhead: letterheadOf(centre),
    patient: patientOnPaper(patient, collectedAt ?? bill.registeredAt, centre.timeZone),
    ...(bill.pregnancy ? { pregnancy: bill.pregnancy } : {}),
    number: bill.number,
    ...stateOf(printed),
    ...namesOf(reads, bill),
    registeredAt: bill.registeredAt,
    specimens: [...specimens.values()].map(({ accession, typeName: type, collectedAt, receivedAt }) => ({
      accession,
      type,
      collectedAt,
      receivedAt,
    })),
    departments: [...Map.groupBy(printed, ({ report }) => report.department)].map(([name, tests]) => ({
      name,
      tests: tests.map(testOnPaper),
    })),
    signatures: signaturesOf(reads, printed),
    verification: verificationText(centre.name, bill.number, patient.number, printed),
    footer: centre.reportFooter,
  };
}

function needOfOneBill(reads: ScopedReads, ids: readonly string[]): Stored<Report>[] {
  const found = reads.mapOf('reports', ids);
  const billId = found.get(ids[0] ?? '')?.billId;
  const errors = ids.flatMap((id, index): FieldError[] => {
    const report = found.get(id);
    const field = `ids.${index}`;
    if (!report) return [{ field, code: 'report.missing', message: 'There is no such report' }];
    if (report.billId !== billId) {
      const remedy = 'Print the reports of one order at a time.';
      return [{ field, code: 'report.otherBill', message: `${report.testName} belongs to another order`, remedy }];
    }
    if (report.state === 'cancelled') {
      return [{ field, code: 'report.state', message: `${report.testName} was cancelled`, remedy: 'Leave it out.' }];
    }
    return [];
  });
  refuseIfInvalid(errors);
  return [...found.values()];
}

function printedOf(report: Report): Printed {
  const signed = report.state === 'signed' || report.state === 'released';
  const version = signed ? report.versions.at(-1) : undefined;
  const { values, comment } = version ?? report;
  return { report, version, values, comment };
}

function stateOf(printed: readonly Printed[]): Pick<ReportInput, 'status' | 'version' | 'reportedAt'> {
  const version = Math.max(1, ...printed.map((one) => one.version?.version ?? 1));
  if (printed.some((one) => one.version === undefined)) return { status: 'preliminary', version };
  const times = printed.map((one) => one.version?.signed.at ?? '').toSorted();
  return { status: version > 1 ? 'amended' : 'final', version, reportedAt: times.at(-1) };
}

function namesOf(reads: ScopedReads, { referrerId, organisationId }: Bill) {
  const wanted = [referrerId, organisationId].filter((id) => id !== undefined);
  const names: Pick<ReportInput, 'referrer' | 'organisation'> = {};
  for (const entry of reads.cached('directory', wanted)) {
    if (entry.kind === 'doctor') names.referrer = entry.fullName;
    if (entry.kind === 'organisation') names.organisation = entry.name;
  }
  return names;
}

function testOnPaper({ report, version, values, comment }: Printed): DocumentTest {
  const before = report.versions.find((one) => one.version === (version?.version ?? 1) - 1);
  const words = [comment, report.note].filter((text) => text !== undefined).join('\n');
  return {
    code: report.testCode,
    name: report.testName,
    method: report.method,
    accession: report.accession,
    values: values.map((value) => valueOnPaper(value, before?.values)),
    comment: words.slice(0, 4000) || undefined,
  };
}

function valueOnPaper(value: ReportValue, before: readonly ReportValue[] | undefined): DocumentValue {
  const earlier = before?.find((one) => one.parameterId === value.parameterId)?.value;
  return {
    name: value.name,
    heading: value.heading,
    value: value.value,
    flag: value.flag,
    unit: value.unit,
    range: value.rangeText,
    method: value.method,
    original: originalOf(value),
    replaces: before && earlier !== value.value ? earlier : undefined,
  };
}

/** What the analyzer sent, where it was converted (rounding alone is not worth a note), or which laboratory measured it. */
function originalOf({ value, source }: ReportValue): string | undefined {
  if (source?.kind === 'outsource') return `Performed by ${source.outsourceLabName}`;
  if (source?.kind !== 'analyzer') return undefined;
  const sent = parseNumericResult(source.originalValue);
  const decimals = value?.split('.')[1]?.length ?? 0;
  if (!sent || formatNumeric(convertNumeric(sent, '1', Math.min(decimals, 10))) === value) return undefined;
  return [source.originalValue, source.originalUnit, `(${source.deviceName})`].filter(Boolean).join(' ').slice(0, 300);
}

/** Each who signed, once, with the designation the directory has. */
function signaturesOf(reads: ScopedReads, printed: readonly Printed[]): ReportInput['signatures'] {
  const bySigner = new Map(printed.flatMap(({ version }) => (version ? [[version.signed.by, version.signed]] : [])));
  const staff = new Map(reads.cached('directory', [...bySigner.keys()]).map((entry) => [entry.id, entry]));
  return [...bySigner.values()].slice(0, 6).map(({ by, name, at }) => {
    const entry = staff.get(by);
    return { name, designation: entry?.kind === 'staff' ? entry.designation : undefined, at };
  });
}

/** What the QR code holds: which report, which versions, and a digest of the signed values to compare with the record. */
function verificationText(
  labName: string,
  billNumber: string,
  patientNumber: string,
  printed: readonly Printed[],
): string | undefined {
  if (printed.some(({ version }) => version === undefined)) return undefined;
  const content = printed.map(({ report, version }) => [
    report.id,
    version?.version,
    version?.signed.at,
    version?.values.map(({ code, value, unit }) => [code, value ?? null, unit ?? null]),
  ]);
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
  const tests = printed.map(({ report, version }) => `${report.testCode} v${version?.version}`).join(', ');
  return `${labName}\n${billNumber} ${patientNumber}\n${tests}`.slice(0, 540).concat(`\n${digest}`);
}
