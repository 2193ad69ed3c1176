import type { FieldError } from '../../../shared/kernel/errors.ts';
import { type StrictField, strictFields } from '../../../shared/kernel/permissions.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Session } from '../kernel/index.ts';

/**
 * Field-level access (reference: validate_strict_check): a field of the list that is already set may be changed only by
 * a role that names it. Where one may, the old value stays in the activity entry (`changesText`).
 */
export function validateStrictCheck(session: Session, current: Patient, changed: readonly string[]): FieldError[] {
  return changed.flatMap((field) => {
    const name = `patient.${field}`;
    if (!(name in strictFields) || current[field as keyof Patient] === undefined) return [];
    if (session.strictFields.has(name as StrictField)) return [];
    return [
      {
        field,
        code: 'strict',
        message: 'Your role may not change this once it is set',
        remedy: 'Ask an administrator; the old value is kept.',
      },
    ];
  });
}
