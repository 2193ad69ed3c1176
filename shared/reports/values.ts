import { chooseRange, findChoice, flagOf, formatRange, type RangePerson } from '../catalogue/ranges.ts';
import type { ParameterShape, ReferenceRange, TestShape } from '../catalogue/schema.ts';
import { formatTitre, parseTitre } from '../catalogue/titre.ts';
import { displayUnit } from '../catalogue/units.ts';
import type { FieldError } from '../kernel/errors.ts';
import { ageAt, type CivilMoment } from '../patients/age.ts';
import { type Pregnancy, trimesterOf } from '../patients/pregnancy.ts';
import type { Patient } from '../patients/schema.ts';
import { convertNumeric, formatNumeric, parseNumericResult } from '../results/conversion.ts';
import type { Flag, Report, ReportState, ReportValue } from './schema.ts';

/**
 * The patient as the reference ranges see them at a moment (`YYYY-MM-DDTHH:MM` in the lab's time zone).
 * @param pregnancy as stated with the order
 */
export function personAt(
  patient: Pick<Patient, 'sex' | 'birth'>,
  at: CivilMoment,
  pregnancy: Pregnancy | undefined,
): RangePerson {
  const age = patient.birth ? ageAt(patient.birth, at) : null;
  const person = { sex: patient.sex, ageDays: age?.totalDays ?? null };
  return pregnancy ? { ...person, pregnancy: trimesterOf(pregnancy) } : person;
}

/** A parameter's line of a new report: what the catalogue says of it, without a value. */
export function emptyValue(
  parameter: ParameterShape & { readonly id: string },
  row: TestShape['parameters'][number],
  ranges: readonly ReferenceRange[],
  person: RangePerson,
): ReportValue {
  return {
    parameterId: parameter.id,
    code: parameter.code,
    name: parameter.name,
    loinc: parameter.loinc,
    unit: displayUnit(parameter.unit) || undefined,
    flag: '',
    rangeText: printedRange(parameter, chooseRange(ranges, person)),
    heading: row.heading,
    method: parameter.method,
    optional: row.optional || !isMeasured(parameter) ? true : undefined,
  };
}

/** Whether a report waits for the parameter: not for remarks and pictures. */
function isMeasured({ valueType }: ParameterShape): boolean {
  return valueType !== 'text' && valueType !== 'image';
}

/** Flag and printed range of a value (as reported) for a person. */
export function judge(
  value: string,
  parameter: ParameterShape,
  ranges: readonly ReferenceRange[],
  person: RangePerson,
): { flag: Flag; rangeText: string | undefined } {
  const range = chooseRange(ranges, person);
  return { flag: flagOf(value, parameter, range), rangeText: printedRange(parameter, range) };
}

/** As `formatRange`, cut to what a report keeps; undefined where there is nothing to say. */
function printedRange(parameter: ParameterShape, range: ReferenceRange | null): string | undefined {
  return formatRange(parameter, range).slice(0, 200) || undefined;
}

/**
 * What a person typed as the value is reported: a number in the parameter's decimals with its qualifier, a choice in its
 * proper words, text trimmed. Otherwise what is wrong, without the field.
 */
export function readTyped(
  text: string,
  parameter: ParameterShape,
): { value: string; error?: undefined } | { value?: undefined; error: Omit<FieldError, 'field'> } {
  switch (parameter.valueType) {
    case 'numeric': {
      const number = parseNumericResult(text);
      if (number) return { value: formatNumeric(convertNumeric(number, '1', parameter.decimals ?? 0)) };
      const message = `${parameter.name} needs a number`;
      return { error: { code: 'value.notNumeric', message, remedy: 'Digits, with < or > before them where needed.' } };
    }
    case 'choice': {
      const choice = findChoice(text, parameter);
      if (choice) return { value: choice.value };
      const words = (parameter.choices ?? []).map((one) => one.value).join(', ');
      return {
        error: { code: 'value.notAChoice', message: `${parameter.name} is one of: ${words}`, remedy: 'Choose one.' },
      };
    }
    case 'titre': {
      const titre = parseTitre(text);
      if (titre) return { value: formatTitre(titre) };
      const message = `${parameter.name} needs a titre`;
      return { error: { code: 'value.notATitre', message, remedy: 'Like 1:80, with < or > before it where needed.' } };
    }
    case 'text':
      return { value: text.trim() };
    case 'image': {
      const message = `${parameter.name} is a picture and cannot be typed`;
      return { error: { code: 'value.image', message, remedy: 'Leave it empty.' } };
    }
    default:
      return parameter.valueType satisfies never;
  }
}

/** Whether anything was measured or entered. */
export function hasResult(report: Pick<Report, 'values'>): boolean {
  return report.values.some((value) => value.value !== undefined);
}

/** Whether every value that the test requires is there; where none is required, at least one. */
export function isComplete(report: Pick<Report, 'values'>): boolean {
  const required = report.values.filter((value) => !value.optional);
  return required.length > 0 ? required.every((value) => value.value !== undefined) : hasResult(report);
}

/** Whether results can still be put on a report in this state: not once it is signed. */
export function takesResults(state: ReportState): boolean {
  return state === 'ordered' || state === 'inProgress' || state === 'resulted' || state === 'verified';
}

/** The state that a report's values call for once results came in; a state that takes no results stays. */
export function stateByValues(report: Pick<Report, 'state' | 'values'>): ReportState {
  if (!takesResults(report.state)) return report.state;
  if (isComplete(report)) return 'resulted';
  return report.state === 'ordered' && !hasResult(report) ? 'ordered' : 'inProgress';
}
