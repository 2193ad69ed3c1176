import type { RangePerson } from '../../../shared/catalogue/ranges.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import type { EnterValues } from '../../../shared/reports/input.ts';
import type { Report, ReportValue, ValueSource } from '../../../shared/reports/schema.ts';
import { judge, personAt, readTyped, takesResults } from '../../../shared/reports/values.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { type Catalogue, catalogueOf } from '../catalogue/index.ts';
import { conflict, type Kernel, refuseIfInvalid, requirePermission, type Session, type Work } from '../kernel/index.ts';
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
    const report = work.need('reports', input.id);
    if (report._rev !== input.rev) throw conflict('reports', input.id);
    refuseIfInvalid(closedErrors(report));
    const { lines, changes } = typedLines(work, report, input.values);
    const comment = input.comment === undefined ? report.comment : input.comment || undefined;
    const changed = { ...report, values: lines };
    const updated = work.update('reports', report, {
      values: lines,
      comment,
      ...stateChange(session, changed, work.now),
    });
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
    return updated;
  });
}

function closedErrors(report: Report): FieldError[] {
  if (takesResults(report.state) && report.state !== 'verified') return [];
  const remedy =
    report.state === 'verified' ? 'Send it back to the bench first.' : 'A signed or cancelled report takes no results.';
  return [{ field: 'id', code: 'report.closed', message: `${report.testName} is ${report.state}`, remedy }];
}

/** The report's lines with what was typed, and what changed in words (`HGB 13.1 → 13.4`). Refuses all errors at once. */
function typedLines(work: Work, report: Report, typed: EnterValues['values']) {
  const at = new Map(report.values.map((line, index) => [line.parameterId, index]));
  const catalogue = catalogueOf(work, {
    parameterIds: typed.map((one) => one.parameterId).filter((id) => at.has(id)),
    on: civilMoment(new Date(work.now), centreOf(work).timeZone).slice(0, 10),
  });
  const specimen = report.specimenId === undefined ? undefined : work.get('specimens', report.specimenId);
  const person = personOf(work, report, specimen);
  const source = sourceOf(specimen);
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
    const read = typedLine(line, value, catalogue, person, source, work);
    if ('error' in read) {
      errors.push({ field: `values.${index}.value`, ...read.error });
      return;
    }
    lines[place] = read.line;
    if (read.line.value !== line.value) changes.push(`${line.code} ${line.value ?? '—'} → ${read.line.value ?? '—'}`);
  });
  refuseIfInvalid(errors);
  return { lines, changes };
}

function typedLine(
  line: ReportValue,
  typed: string,
  catalogue: Catalogue,
  person: RangePerson,
  source: ValueSource,
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
function personOf(work: Work, report: Report, specimen: Specimen | undefined): RangePerson {
  const patient = work.need('patients', report.patientId);
  const at = new Date(specimen?.collectedAt ?? report.orderedAt);
  return personAt(patient, civilMoment(at, centreOf(work).timeZone), report.pregnancy);
}
