import type { Stored } from '../../../shared/kernel/document.ts';
import { relativeKey } from '../../../shared/patients/name-key.ts';
import type { MergeRecord, Patient, Relative } from '../../../shared/patients/schema.ts';
import type { Documents, ScopedReads, Work } from '../kernel/index.ts';

/** Collections whose documents name their patient and go over with a merge. Activity entries are never changed: lists read them by all ids of a patient. */
const owned = ['billing', 'specimens', 'reports', 'deviceResults'] as const;
type Owned = (typeof owned)[number];

/** The documents of one patient. */
export type OwnedDocuments = { [N in Owned]: Stored<Documents[N]>[] };

/** How many of each; what a preview shows. */
export type OwnedCounts = Record<Owned, number>;

/** All documents that name the patient. Four statements, each by an index. */
export function documentsOf(reads: ScopedReads, patientId: string): OwnedDocuments {
  const ofPatient = { patientId: { $eq: patientId } };
  const specimens = reads.find('specimens', { selector: ofPatient });
  return {
    billing: reads.find('billing', { selector: ofPatient }),
    specimens,
    reports: reads.find('reports', { selector: ofPatient }),
    deviceResults: resultsOf(reads, specimens).filter((result) => result.patientId === patientId),
  };
}

/** Their numbers, without reading them where an index can tell. */
export function countDocuments(reads: ScopedReads, patientId: string): OwnedCounts {
  const ofPatient = { patientId: { $eq: patientId } };
  const specimens = reads.find('specimens', { selector: ofPatient });
  return {
    billing: reads.count('billing', { selector: ofPatient }),
    specimens: specimens.length,
    reports: reads.count('reports', { selector: ofPatient }),
    deviceResults: resultsOf(reads, specimens).length,
  };
}

/**
 * The documents that a merge moved and that still stand at the survivor, and with them what was added to their bills since: a
 * bill, its specimens and its reports are always one patient's.
 */
export function movedBack(reads: ScopedReads, survivorId: string, moved: MergeRecord['moved']): OwnedDocuments {
  const still = <D extends { patientId?: string }>(documents: readonly D[]) =>
    documents.filter((document) => document.patientId === survivorId);
  const billing = reads
    .getMany('billing', moved.billing)
    .filter((document) => !('patientId' in document) || document.patientId === survivorId);
  const ofBills = { billId: { $in: billing.map(({ id }) => id) } };
  const specimens = still(
    united(reads.getMany('specimens', moved.specimens), reads.find('specimens', { selector: ofBills })),
  );
  return {
    billing,
    specimens,
    reports: still(united(reads.getMany('reports', moved.reports), reads.find('reports', { selector: ofBills }))),
    deviceResults: still(united(reads.getMany('deviceResults', moved.deviceResults), resultsOf(reads, specimens))),
  };
}

/**
 * Writes another owner on the documents: one write a collection.
 * @param givenBack `at` of the merge whose undoing gives them back
 */
export function giveTo(work: Work, documents: OwnedDocuments, patientId: string, givenBack?: string): void {
  const change = givenBack === undefined ? { patientId } : { patientId, givenBack };
  const changed = <D>(list: readonly D[]) => list.map((current) => ({ current, change }));
  work.updateMany('billing', changed(documents.billing));
  work.updateMany('specimens', changed(documents.specimens));
  work.updateMany('reports', changed(documents.reports));
  work.updateMany('deviceResults', changed(documents.deviceResults));
}

/** Ids of each. */
export function idsOf(documents: OwnedDocuments): MergeRecord['moved'] {
  const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);
  return {
    billing: ids(documents.billing),
    specimens: ids(documents.specimens),
    reports: ids(documents.reports),
    deviceResults: ids(documents.deviceResults),
  };
}

/** Patients whose family names one of the patients. Two statements. */
export function relativesOf(reads: ScopedReads, patientId: string): Stored<Patient>[] {
  return [...reads.byKeys('patients', [relativeKey(patientId)]).values()].flat();
}

/**
 * In the families of these patients, names another patient instead; also in what merges into them remember of their families, or
 * taking such a merge back would not know its own entries again.
 */
export function renameInFamilies(work: Work, patients: readonly Stored<Patient>[], fromId: string, toId: string): void {
  const rename = (relative: Relative) => (relative.patientId === fromId ? { ...relative, patientId: toId } : relative);
  const renameAll = (family: unknown) => (Array.isArray(family) ? (family as Relative[]).map(rename) : family);
  const formers = work.mapOf(
    'patients',
    patients.flatMap(({ formerly = [] }) => formerly.map(({ patientId }) => patientId)),
  );
  const renamed = new Set(patients.map(({ id }) => id));
  const records = [...formers.values()].flatMap((current) => {
    const { merge, mergedInto = '' } = current;
    if (!merge?.fields.some(({ field }) => field === 'family') || !renamed.has(mergedInto)) return [];
    const fields = merge.fields.map((entry) =>
      entry.field === 'family' ? { ...entry, before: renameAll(entry.before), after: renameAll(entry.after) } : entry,
    );
    return [{ current, change: { merge: { ...merge, fields: JSON.parse(JSON.stringify(fields)) } } }];
  });
  work.updateMany('patients', [
    ...patients.map((current) => ({ current, change: { family: current.family?.map(rename) } })),
    ...records,
  ]);
}

function resultsOf(reads: ScopedReads, specimens: readonly { id: string }[]) {
  if (specimens.length === 0) return [];
  return reads.find('deviceResults', { selector: { specimenId: { $in: specimens.map(({ id }) => id) } } });
}

function united<D extends { id: string }>(one: readonly D[], other: readonly D[]): D[] {
  return [...new Map([...one, ...other].map((document) => [document.id, document])).values()];
}
