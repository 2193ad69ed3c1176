import type { Permission } from '../../../shared/kernel/permissions.ts';
import type { SearchAnswer, SearchGroups, SearchInput, SearchRow } from '../../../shared/search/schema.ts';
import { LabError, type ScopedReads, type Session } from '../kernel/index.ts';
import { billsByCode, isExact, patientsByCode, specimensByCode, staffByCode, testsByCode } from './by-code.ts';
import type { IndexHits } from './index-set.ts';
import type { IndexName } from './indexes.ts';
import {
  activityRow,
  billRow,
  patientRow,
  type RowContext,
  reportRow,
  specimenRow,
  staffRow,
  testRow,
} from './rows.ts';
import type { Search } from './search.ts';
import { readTyped, type Typed } from './typed.ts';

/** Which right shows which group, and the word index that fills it. */
const groupsOfRights: readonly { group: keyof SearchGroups; permission: Permission; index?: IndexName }[] = [
  { group: 'patients', permission: 'patient.read', index: 'patients' },
  { group: 'bills', permission: 'bill.read' },
  { group: 'specimens', permission: 'specimen.read' },
  { group: 'reports', permission: 'report.read', index: 'lab_reports' },
  { group: 'tests', permission: 'catalogue.read', index: 'lab_tests' },
  { group: 'staff', permission: 'directory.read', index: 'lab_users' },
  { group: 'activity', permission: 'activity.read', index: 'activity_logs' },
];

/** Hits of the index whose documents are gone by now are left out; some more are asked for in their place. */
const spare = 4;
/** So many matching specimens or bills bring their patients and reports with them; more are a list to choose from. */
const followedUp = 3;

/**
 * Finds by what was typed into Ctrl+K: numbers, codes and phones by lookup keys, first; then words, in any order, by the
 * word index. Documents are fetched and checked against the session's lab here, in one batch a collection; only groups
 * that the session may see are looked for.
 */
export async function searchEverything(
  search: Search,
  reads: ScopedReads,
  session: Session,
  { text, limit }: SearchInput,
  now: Date,
): Promise<SearchAnswer> {
  const place = placeOf(reads);
  const typed = readTyped(text, place.country);
  const may = new Set(
    groupsOfRights.filter(({ permission }) => session.permissions.has(permission)).map(({ group }) => group),
  );
  const words = await byWords(search, reads.labId, typed, may, limit + spare);
  const found = findDocuments(reads, typed, may, words.hits, limit);
  const patientIds = [...found.bills, ...found.specimens, ...found.reports].map(({ patientId }) => patientId);
  const context: RowContext = { typed, now, timeZone: place.timeZone, patients: reads.mapOf('patients', patientIds) };
  const rows = <D>(documents: readonly D[], write: (document: D, context: RowContext) => SearchRow) =>
    exactFirst(documents.map((document) => write(document, context))).slice(0, limit);
  return {
    patients: rows(found.patients, patientRow),
    bills: rows(found.bills, billRow),
    specimens: rows(found.specimens, specimenRow),
    reports: rows(found.reports, reportRow),
    tests: rows(found.tests, testRow),
    staff: rows(found.staff, staffRow),
    activity: rows(found.activity, activityRow),
    complete: words.complete,
    ...(words.remark === undefined ? {} : { remark: words.remark }),
  };
}

/** Country and time zone of the centre; before it is there (first replication) nothing depends on them. */
function placeOf(reads: ScopedReads): { country: string; timeZone: string } {
  const [centre] = reads.cached('setup', [reads.labId]);
  return centre?.kind === 'centre' ? centre : { country: '', timeZone: 'UTC' };
}

async function byWords(
  search: Search,
  labId: string,
  typed: Typed,
  may: ReadonlySet<keyof SearchGroups>,
  limit: number,
): Promise<{ hits: IndexHits; complete: boolean; remark?: string }> {
  const indexes = groupsOfRights.flatMap(({ group, index }) => (index && may.has(group) ? [index] : []));
  // With a code among the words the code decides, and the word index knows nothing of codes.
  if (typed.words.length === 0 || typed.codes.length > 0 || indexes.length === 0) return { hits: {}, complete: true };
  try {
    const found = await search.query(labId, typed.text, { limit, indexes });
    return found.complete ? found : { ...found, remark: remarkOf(search) };
  } catch (error) {
    if (!(error instanceof LabError) || error.detail.kind !== 'busy') throw error;
    return { hits: {}, complete: false, remark: `${error.detail.message} ${error.detail.remedy}` };
  }
}

function remarkOf(search: Search): string {
  const { state, progress } = search.state();
  if (state === 'ready') return 'The newest changes are still being added to the search.';
  return `The search by words is being prepared (${Math.floor(progress * 100)} %); some names may be missing until then.`;
}

function findDocuments(
  reads: ScopedReads,
  typed: Typed,
  may: ReadonlySet<keyof SearchGroups>,
  hits: IndexHits,
  limit: number,
) {
  const only = <D>(group: keyof SearchGroups, find: () => D[]): D[] => (may.has(group) ? find() : []);
  const bills = only('bills', () => billsByCode(reads, typed, limit));
  const specimens = only('specimens', () => specimensByCode(reads, typed, limit));
  const owners = [
    ...(specimens.length <= followedUp ? specimens : specimens.filter(({ accession }) => isExact(typed, accession))),
    ...(bills.length <= followedUp ? bills : bills.filter(({ number }) => isExact(typed, number))),
  ];
  const patients = only('patients', () =>
    distinct([
      ...patientsByCode(reads, typed, limit),
      ...reads.getMany('patients', unique(owners.map(({ patientId }) => patientId))),
      ...reads.getMany('patients', hits.patients ?? []),
    ]),
  );
  const coded = typed.codes.length > 0 ? patients.slice(0, followedUp) : [];
  return {
    patients,
    bills,
    specimens,
    reports: only('reports', () => {
      const ids = owners.flatMap((owner) =>
        'kind' in owner ? owner.lines.flatMap(({ reportIds }) => reportIds) : owner.reportIds,
      );
      return reads.getMany('reports', unique([...ids.slice(0, limit), ...(hits.lab_reports ?? [])]));
    }),
    tests: only('tests', () =>
      distinct([...testsByCode(reads, typed, limit), ...reads.getMany('catalogue', hits.lab_tests ?? [])]).filter(
        (document) => document.kind === 'test' || document.kind === 'profile',
      ),
    ),
    staff: only('staff', () =>
      distinct([...staffByCode(reads, typed, limit), ...reads.getMany('directory', hits.lab_users ?? [])]).filter(
        (document) => document.kind === 'staff',
      ),
    ),
    activity: only('activity', () => [
      ...activityOf(
        reads,
        [...owners, ...coded].map(({ id }) => id),
        limit,
      ),
      ...reads.getMany('activity', hits.activity_logs ?? []),
    ]),
  };
}

/** The latest entries about what a code found. */
function activityOf(reads: ScopedReads, ids: readonly string[], limit: number) {
  if (ids.length === 0) return [];
  return reads.find('activity', { selector: { 'subject.id': { $in: [...ids] } }, sort: [{ at: 'desc' }], limit });
}

function exactFirst(rows: readonly SearchRow[]): SearchRow[] {
  return [...rows.filter(({ exact }) => exact), ...rows.filter(({ exact }) => !exact)];
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

function distinct<D extends { id: string }>(documents: readonly D[]): D[] {
  return [...new Map(documents.map((document) => [document.id, document])).values()];
}
