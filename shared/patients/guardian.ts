import { ageAt, type CivilMoment } from './age.ts';
import type { Patient } from './schema.ts';

/** Who is younger is a minor, for whom somebody else consents. */
export const adultYears = 18;

/**
 * Whether a patient is a minor without anybody named who consents to the drawing and may be told results. Not said of somebody
 * whose age is unknown. A warning, never a refusal: an unaccompanied child is treated all the same.
 */
export function isMinorWithoutGuardian(patient: Pick<Patient, 'birth' | 'family'>, at: CivilMoment): boolean {
  const age = patient.birth && ageAt(patient.birth, at);
  if (!age || age.years >= adultYears) return false;
  return !(patient.family ?? []).some(({ guardian, relation }) => guardian === true || relation === 'guardian');
}
