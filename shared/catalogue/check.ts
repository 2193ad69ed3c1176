import { Decimal } from 'decimal.js';
import type { FieldError } from '../kernel/errors.ts';
import { isActive } from './active.ts';
import { rangeProblems } from './check-ranges.ts';
import { loincFits } from './loinc.ts';
import type { CatalogueEntry, CatalogueKind, Limits, ParameterShape, SpecimenTypeShape, TestShape } from './schema.ts';
import { likelyUnit, ucumUnits } from './ucum.ts';

/** What is known of the catalogue beside the entries that are checked; keys are `kind.code`. */
export type Elsewhere = ReadonlyMap<string, CatalogueEntry>;

/** `kind.code`: what an entry is known by. */
export function keyOf({ kind, code }: { readonly kind: CatalogueKind; readonly code: string }): string {
  return `${kind}.${code}`;
}

/**
 * What is wrong in a set of catalogue entries that one entry's schema cannot see: codes twice, references to nothing, units
 * that are not UCUM, LOINC codes whose check digit does not fit, parameters without what their value type needs, limits the
 * wrong way round, age bands that contradict one another. `field` begins with kind and code (`parameter.WBC.decimals`).
 * Empty when nothing is wrong.
 * @param elsewhere what else the catalogue holds, of what the entries refer to
 * @param placeOf what errors of an entry begin with, where that is not kind and code
 */
export function catalogueProblems(
  entries: readonly CatalogueEntry[],
  elsewhere: Elsewhere = new Map(),
  placeOf: (entry: CatalogueEntry, index: number) => string = keyOf,
): FieldError[] {
  const errors: FieldError[] = [];
  const known = new Map(elsewhere);
  const seen = new Set<string>();
  entries.forEach((entry, index) => {
    const key = keyOf(entry);
    if (seen.has(key)) {
      add(errors, `${placeOf(entry, index)}.code`, 'catalogue.duplicate', `${entry.code} stands twice`);
    }
    seen.add(key);
    known.set(key, entry);
  });
  entries.forEach((entry, index) => {
    checkEntry(entry, placeOf(entry, index), known, errors);
  });
  return errors;
}

/** What an entry refers to, each with its place in the entry. */
export function referencesOf(entry: CatalogueEntry): { kind: CatalogueKind; code: string; place: string }[] {
  switch (entry.kind) {
    case 'specimenType':
    case 'parameter':
      return [];
    case 'referenceRanges':
      return [{ kind: 'parameter', code: entry.parameter, place: 'parameter' }];
    case 'test':
      return [
        { kind: 'specimenType', code: entry.specimenType, place: 'specimenType' },
        ...entry.parameters.map(({ parameter }, index) => ({
          kind: 'parameter' as const,
          code: parameter,
          place: `parameters.${index}`,
        })),
      ];
    case 'profile':
      return entry.tests.map((code, index) => ({ kind: 'test', code, place: `tests.${index}` }));
    case 'priceList':
      return entry.prices.map(({ kind, code }, index) => ({ kind, code, place: `prices.${index}` }));
    default:
      return entry satisfies never;
  }
}

/** Kinds as people call them. */
export const kindWords: Readonly<Record<CatalogueKind, string>> = {
  specimenType: 'specimen type',
  parameter: 'parameter',
  referenceRanges: 'set of ranges',
  test: 'test',
  profile: 'profile',
  priceList: 'price list',
};

function checkEntry(entry: CatalogueEntry, field: string, known: Elsewhere, errors: FieldError[]): void {
  if (entry.activeFrom !== undefined && entry.activeTo !== undefined && entry.activeTo < entry.activeFrom) {
    add(errors, `${field}.activeTo`, 'catalogue.period', 'The period ends before it begins');
  }
  for (const { kind, code, place } of referencesOf(entry)) {
    const target = known.get(`${kind}.${code}`);
    if (!target) {
      const message = `There is no ${kindWords[kind]} ${code}`;
      add(errors, `${field}.${place}`, 'catalogue.missing', message, 'Create it first, or correct the code.');
    } else if (entry.kind === 'test' && isActive(entry, undefined) && !isActive(target, undefined)) {
      const message = `${kindWords[kind]} ${code} is switched off`;
      add(errors, `${field}.${place}`, 'catalogue.off', message, 'Switch it on again, or take another one.');
    }
  }
  switch (entry.kind) {
    case 'specimenType':
      checkVolume(entry.volume, field, errors);
      break;
    case 'parameter':
      checkParameter(entry, field, errors);
      break;
    case 'referenceRanges': {
      const parameter = known.get(`parameter.${entry.parameter}`);
      errors.push(...rangeProblems(entry, parameter?.kind === 'parameter' ? parameter : undefined, field));
      break;
    }
    case 'test': {
      const type = known.get(`specimenType.${entry.specimenType}`);
      checkTest(entry, type?.kind === 'specimenType' ? type : undefined, field, errors);
      break;
    }
    case 'profile':
      repeated(entry.tests, (index) => `${field}.tests.${index}`, errors);
      break;
    case 'priceList':
      repeated(
        entry.prices.map(({ kind, code }) => `${kind} ${code}`),
        (index) => `${field}.prices.${index}`,
        errors,
      );
      break;
    default:
      entry satisfies never;
  }
}

function checkTest(test: TestShape, type: SpecimenTypeShape | undefined, field: string, errors: FieldError[]): void {
  checkLoinc(test.loinc, field, errors);
  checkVolume(test.volume, field, errors);
  if (type && Number(type.volume) > 0 && new Decimal(test.volume ?? 0).greaterThan(type.volume)) {
    const message = `It takes more than the ${type.volume} mL that are drawn of ${type.name}`;
    add(errors, `${field}.volume`, 'catalogue.volume', message, 'Lower it, or draw more of the specimen type.');
  }
  repeated(
    test.parameters.map((row) => row.parameter),
    (index) => `${field}.parameters.${index}`,
    errors,
  );
}

function checkVolume(volume: string | undefined, field: string, errors: FieldError[]): void {
  if (volume === undefined || !new Decimal(volume).isNegative()) return;
  add(errors, `${field}.volume`, 'catalogue.limits', 'A volume is not below zero');
}

function checkParameter(parameter: ParameterShape, field: string, errors: FieldError[]): void {
  checkLoinc(parameter.loinc, field, errors);
  checkLimits(parameter.critical, `${field}.critical`, errors);
  checkLimits(parameter.reportable, `${field}.reportable`, errors);
  if (parameter.valueType === 'numeric') {
    if (parameter.decimals === undefined) {
      add(errors, `${field}.decimals`, 'catalogue.incomplete', 'A numeric parameter needs its decimals');
    }
    checkUnit(parameter.unit, field, errors);
  } else if (parameter.unit !== undefined) {
    add(errors, `${field}.unit`, 'catalogue.unit', 'Only a numeric parameter has a unit', 'Leave it empty.');
  }
  if (parameter.valueType === 'choice' && (parameter.choices ?? []).length === 0) {
    add(errors, `${field}.choices`, 'catalogue.incomplete', 'A choice parameter needs its choices');
  }
  const words = (parameter.choices ?? []).flatMap((choice) => [choice.value, ...choice.aliases]);
  if (new Set(words.map((word) => word.trim().toLowerCase())).size < words.length) {
    add(errors, `${field}.choices`, 'catalogue.duplicate', 'One word stands for two choices');
  }
}

/** A unit may be missing: some numbers have none. */
function checkUnit(unit: string | undefined, field: string, errors: FieldError[]): void {
  if (unit === undefined || ucumUnits.has(unit)) return;
  const likely = likelyUnit(unit);
  const remedy = likely === undefined ? 'Choose one from the list of units.' : `Did you mean ${likely}?`;
  add(errors, `${field}.unit`, 'catalogue.unit', `“${unit}” is not a UCUM unit that laboratories report in`, remedy);
}

function checkLoinc(loinc: string | undefined, field: string, errors: FieldError[]): void {
  if (loinc === undefined || loincFits(loinc)) return;
  const remedy = 'Compare it with loinc.org, or leave it empty.';
  add(errors, `${field}.loinc`, 'catalogue.loinc', `The check digit of LOINC ${loinc} does not fit`, remedy);
}

function repeated(values: readonly string[], field: (index: number) => string, errors: FieldError[]): void {
  const seen = new Set<string>();
  values.forEach((value, index) => {
    if (seen.has(value)) add(errors, field(index), 'catalogue.duplicate', `${value} stands twice`, 'Remove one.');
    seen.add(value);
  });
}

function checkLimits(limits: Limits | undefined, field: string, errors: FieldError[]): void {
  if (limits?.low === undefined || limits.high === undefined) return;
  if (new Decimal(limits.low).greaterThan(limits.high)) {
    add(errors, field, 'catalogue.limits', 'The lower limit is above the upper', 'Exchange the two.');
  }
}

function add(errors: FieldError[], field: string, code: string, message: string, remedy?: string): void {
  errors.push({ field, code, message, ...(remedy === undefined ? {} : { remedy }) });
}
