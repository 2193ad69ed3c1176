import { Decimal } from 'decimal.js';
import type { FieldError } from '../kernel/errors.ts';
import type { CatalogueEntry, Limits, ParameterShape } from './schema.ts';

/**
 * What is wrong in a whole catalogue that one entry's schema cannot see: codes twice, references to nothing, parameters
 * without what their value type needs, limits the wrong way round. `field` begins with kind and code
 * (`parameter.WBC.decimals`). Empty when nothing is wrong.
 */
export function catalogueProblems(entries: readonly CatalogueEntry[]): FieldError[] {
  const errors: FieldError[] = [];
  const known = new Set<string>();
  for (const entry of entries) {
    const key = `${entry.kind}.${entry.code}`;
    if (known.has(key)) add(errors, `${key}.code`, 'catalogue.duplicate', `${entry.code} stands twice`);
    known.add(key);
  }
  const exists = (kind: CatalogueEntry['kind'], code: string) => known.has(`${kind}.${code}`);
  for (const entry of entries) checkEntry(entry, exists, errors);
  return errors;
}

type Exists = (kind: CatalogueEntry['kind'], code: string) => boolean;

function checkEntry(entry: CatalogueEntry, exists: Exists, errors: FieldError[]): void {
  const field = `${entry.kind}.${entry.code}`;
  const refer = (kind: CatalogueEntry['kind'], code: string, place: string) => {
    if (!exists(kind, code)) add(errors, `${field}.${place}`, 'catalogue.missing', `There is no ${kind} ${code}`);
  };
  switch (entry.kind) {
    case 'specimenType':
      break;
    case 'parameter':
      checkParameter(entry, field, errors);
      break;
    case 'referenceRanges':
      refer('parameter', entry.parameter, 'parameter');
      entry.ranges.forEach((range, index) => {
        checkLimits(range, `${field}.ranges.${index}`, errors);
        checkLimits(range.critical, `${field}.ranges.${index}.critical`, errors);
        if (range.ageToDays !== undefined && range.ageToDays <= range.ageFromDays) {
          add(errors, `${field}.ranges.${index}.ageToDays`, 'catalogue.limits', 'The age band ends before it begins');
        }
      });
      break;
    case 'test':
      refer('specimenType', entry.specimenType, 'specimenType');
      entry.parameters.forEach((row, index) => {
        refer('parameter', row.parameter, `parameters.${index}`);
      });
      break;
    case 'profile':
      entry.tests.forEach((code, index) => {
        refer('test', code, `tests.${index}`);
      });
      break;
    case 'priceList':
      entry.prices.forEach((price, index) => {
        refer(price.kind, price.code, `prices.${index}`);
      });
      break;
    default:
      entry satisfies never;
  }
}

function checkParameter(parameter: ParameterShape, field: string, errors: FieldError[]): void {
  checkLimits(parameter.critical, `${field}.critical`, errors);
  checkLimits(parameter.reportable, `${field}.reportable`, errors);
  if (parameter.valueType === 'numeric' && parameter.decimals === undefined) {
    add(errors, `${field}.decimals`, 'catalogue.incomplete', 'A numeric parameter needs its decimals');
  }
  if (parameter.valueType === 'choice' && (parameter.choices ?? []).length === 0) {
    add(errors, `${field}.choices`, 'catalogue.incomplete', 'A choice parameter needs its choices');
  }
  const words = (parameter.choices ?? []).flatMap((choice) => [choice.value, ...choice.aliases]);
  if (new Set(words.map((word) => word.toLowerCase())).size < words.length) {
    add(errors, `${field}.choices`, 'catalogue.duplicate', 'One word stands for two choices');
  }
}

function checkLimits(limits: Limits | undefined, field: string, errors: FieldError[]): void {
  if (limits?.low === undefined || limits.high === undefined) return;
  if (new Decimal(limits.low).greaterThan(limits.high)) {
    add(errors, field, 'catalogue.limits', 'The lower limit is above the upper');
  }
}

function add(errors: FieldError[], field: string, code: string, message: string): void {
  errors.push({ field, code, message });
}
