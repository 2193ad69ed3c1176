import type { Outputs, RowOf } from '../app/api.ts';

type Row = Pick<RowOf<Outputs['activity']['list']>, 'subject' | 'subjectKind' | 'accession' | 'patientId'>;

/** Where the screen of an entry's subject is; of its patient where the subject has none; undefined when it has neither. */
export function subjectAddress({ subject, subjectKind, accession, patientId }: Row): string | undefined {
  const patient = patientId === undefined ? undefined : `/patients/${patientId}`;
  if (!subject) return patient;
  const { collection, id } = subject;
  switch (collection) {
    case 'patients':
      return `/patients/${id}`;
    case 'billing':
      return subjectKind === 'bill' ? `/bills/${id}` : patient;
    case 'specimens':
      return accession === undefined ? patient : `/specimens/${accession}`;
    case 'reports':
      return `/reports/${id}`;
    case 'directory':
      if (subjectKind === 'role') return '/staff?tab=roles';
      return subjectKind === 'staff' ? '/staff' : `/directory/${id}`;
    case 'setup':
      return subjectKind === 'device' ? `/analyzers/${id}` : '/setup';
    case 'jobs':
      return '/messages';
    default:
      return patient;
  }
}
