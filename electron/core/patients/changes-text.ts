import type { Patient } from '../../../shared/patients/schema.ts';

/** How the activity log names a field. */
const names: Partial<Record<keyof Patient, string>> = {
  fullName: 'name',
  birth: 'birth',
  otherPhones: 'other phones',
  nationalIds: 'national ids',
  idProofs: 'id proofs',
  allowedTests: 'allowed tests',
  otherNumbers: 'other numbers',
};

const longest = 120;

/** Old and new value of each field, so that what was replaced can be read in the activity log: `phone: 1 → 2; note: — → x`. */
export function changesText(
  before: Partial<Patient>,
  after: Partial<Patient>,
  fields: readonly (keyof Patient)[],
): string {
  return fields
    .map((field) => `${names[field] ?? field}: ${valueText(before[field])} → ${valueText(after[field])}`)
    .join('; ');
}

function valueText(value: unknown): string {
  const text = plain(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

function plain(value: unknown): string {
  if (value === undefined || value === null || value === '') return '—';
  if (Array.isArray(value)) return value.length === 0 ? '—' : value.map(plain).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .filter(([, part]) => part !== undefined && part !== false)
    .map(([name, part]) => (part === true ? name : plain(part)))
    .join(' ');
}
