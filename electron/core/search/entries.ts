import { activityText } from '../../../shared/activity/actions.ts';
import type { Activity } from '../../../shared/activity/schema.ts';
import type { CatalogueDocument } from '../../../shared/catalogue/documents.ts';
import type { DirectoryDocument } from '../../../shared/directory/schema.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import type { SearchedCollection } from './indexes.ts';

/** Part of a snapshot's header: raise it with every change of what is indexed, so that older snapshots are not used. */
export const entriesVersion = 3;

/** What of a document is searched by words. Numbers, codes and phones are found by their lookup keys instead. */
export interface SearchEntry {
  readonly labId: string;
  /** In the order of weight: a hit in the first word ranks higher. */
  readonly text: string;
  /** Whose name goes before the text. */
  readonly patientId?: string;
}

const uuids = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const longestText = 1000;

/** The entry of a stored document; undefined where there is nothing to find it by. */
export function entryOf(collection: SearchedCollection, document: unknown): SearchEntry | undefined {
  switch (collection) {
    case 'patients':
      return patientEntry(document as Patient);
    case 'reports':
      return reportEntry(document as Report);
    case 'activity':
      return activityEntry(document as Activity);
    case 'directory':
      return staffEntry(document as DirectoryDocument);
    case 'catalogue':
      return testEntry(document as CatalogueDocument);
    default:
      return collection satisfies never;
  }
}

/** `patients` (reference: update_es_record with fullName). A merged one is found by its name under the one it was merged into. */
function patientEntry({ labId, fullName, mergedInto, formerly = [] }: Patient): SearchEntry | undefined {
  if (mergedInto) return undefined;
  const names = new Set([fullName, ...formerly.map((former) => former.fullName)]);
  return { labId, text: [...names].join(' ').slice(0, longestText) };
}

/** `lab_reports`: patient (joined by whoever indexes), test, department, state. */
function reportEntry({ labId, patientId, testName, testCode, department, state }: Report): SearchEntry {
  const stateWords = state.replace(/([A-Z])/g, ' $1');
  return { labId, patientId, text: [testName, testCode, department, stateWords].join(' ') };
}

/** `activity_logs`: the entry's words and who did it, without the ids that some messages name. */
function activityEntry({ labId, action, values, actorName }: Activity): SearchEntry {
  const text = `${activityText(action, values)} ${actorName}`;
  return { labId, text: text.replace(uuids, ' ').slice(0, longestText) };
}

/** `lab_users`: colleagues by name, username and designation. */
function staffEntry(document: DirectoryDocument): SearchEntry | undefined {
  if (document.kind !== 'staff') return undefined;
  const { labId, fullName, username, designation = '' } = document;
  return { labId, text: [fullName, username, designation].join(' ') };
}

/** `lab_tests`: what can be ordered. */
function testEntry(document: CatalogueDocument): SearchEntry | undefined {
  if (document.kind !== 'test' && document.kind !== 'profile') return undefined;
  const { labId, name, code, aliases } = document;
  const department = document.kind === 'test' ? document.department : '';
  return { labId, text: [name, code, ...aliases, department].join(' ').slice(0, longestText) };
}
