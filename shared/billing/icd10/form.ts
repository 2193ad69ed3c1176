/** A code of ICD-10 with its title. */
export interface Icd10Code {
  readonly code: string;
  readonly title: string;
}

/**
 * Whether a text has the form of an ICD-10 code: a letter, a digit, a digit or letter (ICD-10-CM has some), and up to four
 * more after a point. The dagger and asterisk of dual coding are not part of the code.
 */
export function isIcd10(code: string): boolean {
  return /^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/.test(code);
}
