/**
 * The word indexes. The first four are the reference's ("ES Indexes Used"): `patients` (patient search, UserDetails),
 * `activity_logs` (audit trail, ActivityLog), `lab_reports` (report search, LabReportRelation) and `lab_users` (staff
 * search, LabUser). `lab_tests` is ours: the catalogue's tests and profiles, which Ctrl+K finds by name and alias.
 */
export const indexNames = ['patients', 'activity_logs', 'lab_reports', 'lab_users', 'lab_tests'] as const;
export type IndexName = (typeof indexNames)[number];

/** Which collection feeds which index, in the order in which a rebuild reads them: reports need their patients' names. */
export const indexOfCollection = {
  patients: 'patients',
  directory: 'lab_users',
  catalogue: 'lab_tests',
  reports: 'lab_reports',
  activity: 'activity_logs',
} as const satisfies Record<string, IndexName>;
export type SearchedCollection = keyof typeof indexOfCollection;
export const searchedCollections = Object.keys(indexOfCollection) as SearchedCollection[];

/** How hits are ordered: best match first, or newest first where every hit matches equally. */
export const orderOfIndex: Readonly<Record<IndexName, 'relevance' | 'recent'>> = {
  patients: 'relevance',
  activity_logs: 'recent',
  lab_reports: 'recent',
  lab_users: 'relevance',
  lab_tests: 'relevance',
};
