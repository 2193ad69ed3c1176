import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { ScopedReads } from '../kernel/index.ts';

/**
 * Policies that are valid on a day (reference: validate_insurance, cross-entity). The insurer has to exist among the
 * organisations of the directory.
 * @param today `YYYY-MM-DD…` in the lab's time zone
 */
export function validateInsurance(reads: ScopedReads, policies: Patient['insurances'], today: string): FieldError[] {
  if (policies.length === 0) return [];
  const insurers = reads.mapOf(
    'directory',
    policies.map((policy) => policy.insurerId),
  );
  const day = today.slice(0, 10);
  return policies.flatMap((policy, index) => {
    const field = `insurances.${index}`;
    const errors: FieldError[] = [];
    if (insurers.get(policy.insurerId)?.kind !== 'organisation') {
      errors.push({
        field: `${field}.insurerId`,
        code: 'insurance.insurer',
        message: 'This insurer does not exist',
        remedy: 'Choose one from the list.',
      });
    }
    if (policy.validFrom && policy.validTo && policy.validFrom > policy.validTo) {
      errors.push({
        field: `${field}.validTo`,
        code: 'insurance.period',
        message: 'The policy ends before it begins',
        remedy: 'Correct one of the two days.',
      });
    } else if (policy.validTo && policy.validTo < day) {
      errors.push({
        field: `${field}.validTo`,
        code: 'insurance.expired',
        message: `The policy ended on ${policy.validTo}`,
        remedy: 'Enter the current policy or remove it.',
      });
    }
    return errors;
  });
}
