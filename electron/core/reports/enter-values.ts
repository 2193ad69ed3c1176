import type { RangePerson } from '../../../shared/catalogue/ranges.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { EnterValues } from '../../../shared/reports/input.ts';
import type { Report, ReportValue, ValueSource } from '../../../shared/reports/schema.ts';
import { judge, personAt, readTyped, takesResults } from '../../../shared/reports/values.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { type Catalogue, catalogueOf } from '../catalogue/index.ts';
import {
  conflict,
  type Kernel,
  notFound,
  refuseIfInvalid,
  requirePermission,
  type Session,
  type Work,
} from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { stateChange } from './post-process.ts';

/**
 * Puts typed results on a report: each read by its parameter's rules, flagged for the patient, marked as entered by hand.
 * A value typed as it stands keeps its source, so that saving a whole grid loses no trace to an analyzer. All errors come
 * at once, at `values.<index>.value`. The report must be as it was read at `rev`, and not verified yet.
 */
export function enterValues(kernel: Kernel, session: Session, input: EnterValues): Stored<Report> {
  requirePermission(session, 'result.enter');
  return kernel.change(session, (work) => {
    const [report] = enterAll(work, [input], { place: () => '', sourceOf: (_, specimen) => sourceOf(specimen) });
    if (!report) throw new Error('a report that was changed is stored');
    return report;
  });
}

/** Where the errors of a report belong, and whose its typed values are. */
interface Entering {
  readonly place: (index: number) => string;
  readonly sourceOf: (report: Report, specimen: Specimen | undefined) => ValueSource;
}

/** What typed values are read by. */
interface Rules {
  readonly catalogue: Catalogue;
  readonly person: RangePerson;
  readonly source: ValueSource;
}

/**
 * The same for many reports, all or none: one batch, whatever their number. All errors at once, each after its report's place.
 * Throws a conflict where one moved on.
 */
export function enterAll(work: Work, inputs: readonly EnterValues[], entering: Entering): Stored<Report>[] {
  const found = work.mapOf(
    'reports',
    inputs.map(({ id }) => id),
  );
  const reports = inputs.map(({ id, rev }) => {
    const report = found.get(id);
    if (!report) throw notFound('reports', id);
    if (report._rev !== rev) throw conflict('reports', id);
    return report;
  });
  const specimens = work.mapOf(
    'specimens',
    reports.map(({ specimenId }) => specimenId),
  );
  const patients = work.mapOf(
    'patients',
    reports.map(({ patientId }) => patientId),
  );
  const { timeZone } = centreOf(work);
  const catalogue = catalogueOf(work, {
    parameterIds: inputs.flatMap(({ values }, index) => {
      const own = new Set(reports[index]?.values.map(({ parameterId }) => parameterId));
      return values.map(({ parameterId }) => parameterId).filter((id) => own.has(id));
    }),
    on: civilMoment(new Date(work.now), timeZone).slice(0, 10),
  });
  const errors: FieldError[] = [];
  const entered = reports.map((report, index) => {
    const specimen = specimens.get(report.specimenId ?? '');
    const person = personOf(patients.get(report.patientId), report, specimen, timeZone);
    const rules = { catalogue, person, source: entering.sourceOf(report, specimen) };
    const typed = typedLines(work, report, inputs[index]?.values ?? [], rules);
    errors.push(
      ...[...closedErrors(report), ...typed.errors].map((error) => ({
        ...error,
        field: `${entering.place(index)}${error.field}`,
      })),
    );
    return typed;
  });
  refuseIfInvalid(errors);
  const updated = work.updateMany(
    'reports',
    reports.map((current, index) => {
      const values = entered[index]?.lines ?? current.values;
      const typed = inputs[index]?.comment;
      const comment = typed === undefined ? current.comment : typed || undefined;
      return { current, change: { values, comment, ...stateChange(work.session, { ...current, values }, work.now) } };
    }),
  );
  updated.forEach((report, index) => {
    const changes = entered[index]?.changes ?? [];
    work.record('result.entered', {
      values: {
        count: changes.length,
        test: report.testName,
        accession: report.accession ?? '',
        changes: changes.join('; ').slice(0, 2000),
      },
      subject: { collection: 'reports', id: report.id },
      patientId: report.patientId,
    });
  });
  return updated;
}

function closedErrors(report: Report): FieldError[] {
  if (takesResults(report.state) && report.state !== 'verified') return [];
  const remedy =
    report.state === 'verified' ? 'Send it back to the bench first.' : 'A signed or cancelled report takes no results.';
  return [{ field: 'id', code: 'report.closed', message: `${report.testName} is ${report.state}`, remedy }];
}

/** The report's lines with what was typed, what changed in words (`HGB 13.1 → 13.4`), and all that is wrong. */
function typedLines(work: Work, report: Report, typed: EnterValues['values'], rules: Rules) {
  const at = new Map(report.values.map((line, index) => [line.parameterId, index]));
  const lines = [...report.values];
  const changes: string[] = [];
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  typed.forEach(({ parameterId, value }, index) => {
    const place = at.get(parameterId);
    const line = place === undefined ? undefined : report.values[place];
    if (place === undefined || !line || seen.has(parameterId)) {
      const message = line ? `${line.name} stands twice` : 'This report has no such parameter';
      errors.push({ field: `values.${index}.parameterId`, code: line ? 'value.twice' : 'value.parameter', message });
      return;
    }
    seen.add(parameterId);
    const read = typedLine(line, value, rules, work);
    if ('error' in read) {
      errors.push({ field: `values.${index}.value`, ...read.error });
      return;
    }
    lines[place] = read.line;
    if (read.line.value !== line.value) changes.push(`${line.code} ${line.value ?? '—'} → ${read.line.value ?? '—'}`);
  });
  return { lines, changes, errors };
}

function typedLine(
  line: ReportValue,
  typed: string,
  { catalogue, person, source }: Rules,
  work: Work,
): { line: ReportValue } | { error: Omit<FieldError, 'field'> } {
  if (typed.trim() === '') {
    const { value: _value, source: _source, at: _at, by: _by, ...empty } = line;
    return { line: { ...empty, flag: '' } };
  }
  const parameter = catalogue.parametersById.get(line.parameterId);
  if (!parameter) {
    return { error: { code: 'value.parameter', message: `${line.name} is no longer in the catalogue` } };
  }
  const read = readTyped(typed, parameter);
  if (read.error) return { error: read.error };
  if (read.value === line.value) return { line };
  const judged = judge(read.value, parameter, catalogue.ranges.get(parameter.code) ?? [], person);
  const { actorId: by } = work.session;
  return { line: { ...line, value: read.value, ...judged, source, at: work.now, by } };
}

/** A value typed while the specimen is at another laboratory is that laboratory's. */
function sourceOf(specimen: Specimen | undefined): ValueSource {
  if (specimen?.state !== 'sentOut' || specimen.outsourceLabId === undefined) return { kind: 'manual' };
  const { outsourceLabId, outsourceLabName = '', manifest = '' } = specimen;
  return { kind: 'outsource', outsourceLabId, outsourceLabName, manifest };
}

/** The patient as old as when the specimen was drawn, or else as when the test was ordered. */
function personOf(
  patient: Patient | undefined,
  report: Report,
  specimen: Specimen | undefined,
  timeZone: string,
): RangePerson {
  if (!patient) throw notFound('patients', report.patientId);
  const at = new Date(specimen?.collectedAt ?? report.orderedAt);
  return personAt(patient, civilMoment(at, timeZone), report.pregnancy);
}
