import type { Stored } from '../../../shared/kernel/document.ts';
import type { MergeRecord, Patient } from '../../../shared/patients/schema.ts';
import type { Follower, Kernel, ScopedReads, SequencedDocument, Work } from '../kernel/index.ts';
import { followBills } from './follow-bills.ts';
import { countsText } from './merge.ts';
import { documentsOf, giveTo, idsOf, type OwnedDocuments } from './references.ts';

/**
 * What other stations did while two patients were merged here. Documents that come later and still name the one that went are given
 * to the survivor, and the merge remembers them, so that undoing it takes them back. One that names its first patient
 * again because the merge was undone elsewhere (`givenBack`, or it was moved already) stays with it: the patient's own document
 * is still to come. Where two stations merged the same patients into each other, the later merge is taken back, or nobody would be left. Every
 * station does the same to the same documents, and replication unites that. A few statements for a batch that no merge concerns.
 */
export function lateDocuments(kernel: Kernel): Follower {
  return {
    name: 'documents-of-merged-patients',
    collections: ['patients', 'billing', 'specimens', 'reports', 'deviceResults'],
    from: 'beginning',
    batch: 200,
    handle(changes) {
      if (!kernel.identity) return;
      const ids = patientsOf(changes);
      const gone = kernel
        .reads()
        .getMany('patients', ids)
        .filter(({ mergedInto }) => mergedInto);
      for (const { id } of gone) settleMerge(kernel, id, resultsIn(changes));
      followBills(kernel, changes);
    },
  };
}

/** Patients that changed documents name; of changed patients themselves and those who were merged into them. */
function patientsOf(changes: readonly SequencedDocument[]): string[] {
  const ids = new Set<string>();
  for (const { collection, deleted, document } of changes) {
    if (deleted) continue;
    if (collection === 'patients') {
      const { id, mergedInto, formerly = [] } = document as unknown as Stored<Patient>;
      if (mergedInto) ids.add(id);
      for (const { patientId } of formerly) ids.add(patientId);
    } else if (typeof document.patientId === 'string') ids.add(document.patientId);
  }
  return [...ids];
}

/** Results have no index on the patient: they are found through their specimen, which may be the survivor's already. */
function resultsIn(changes: readonly SequencedDocument[]): string[] {
  return changes.flatMap(({ collection, deleted, id }) => (collection === 'deviceResults' && !deleted ? [id] : []));
}

/** All that names the merged patient and was not moved before. */
function lateOf(reads: ScopedReads, patientId: string, resultIds: readonly string[]): OwnedDocuments {
  const merge = reads.get('patients', patientId)?.merge;
  const moved = new Set(Object.values(merge?.moved ?? {}).flat());
  const late = <D extends { id: string; givenBack?: string | undefined }>(documents: readonly D[]) =>
    documents.filter(({ id, givenBack }) => !moved.has(id) && (givenBack === undefined || givenBack !== merge?.at));
  const { billing, specimens, reports, deviceResults } = documentsOf(reads, patientId);
  const named = reads.getMany('deviceResults', resultIds).filter((result) => result.patientId === patientId);
  const results = new Map([...deviceResults, ...named].map((result) => [result.id, result]));
  return {
    billing: late(billing),
    specimens: late(specimens),
    reports: late(reports),
    deviceResults: late([...results.values()]),
  };
}

/** Nothing is opened for writing where all is in order. */
function settleMerge(kernel: Kernel, id: string, resultIds: readonly string[]): void {
  const reads = kernel.reads();
  const chain = chainFrom(reads, id);
  const late = lateOf(reads, id, resultIds);
  const any = Object.values(late).some((documents) => documents.length > 0);
  if (chain.at(-1)?.mergedInto === undefined && !any) return;
  kernel.change(kernel.systemSession('Merged patients'), (work) => {
    const { path, survivor } = withoutCircle(work, id);
    const documents = lateOf(work, id, resultIds);
    // A survivor that is still to come from head office brings this up again.
    if (!survivor || !Object.values(documents).some((list) => list.length > 0)) return;
    giveTo(work, documents, survivor.id);
    work.updateMany(
      'patients',
      path.flatMap((current) => {
        const { merge } = current;
        return merge
          ? [{ current, change: { merge: { ...merge, moved: united(merge.moved, idsOf(documents)) } } }]
          : [];
      }),
    );
    const [merged] = path;
    work.record('patient.lateDocuments', {
      values: {
        name: survivor.fullName,
        number: survivor.number,
        other: merged ? `${merged.fullName} (${merged.number})` : id,
        documents: countsText(documents),
      },
      subject: { collection: 'patients', id: survivor.id },
      patientId: survivor.id,
    });
  });
}

/** The patient and whom it was merged into, one after the other; in a circle until the first comes again. */
function chainFrom(reads: ScopedReads, id: string): Stored<Patient>[] {
  const chain: Stored<Patient>[] = [];
  const seen = new Set<string>();
  for (let next: string | undefined = id; next !== undefined && !seen.has(next); next = chain.at(-1)?.mergedInto) {
    seen.add(next);
    const patient = reads.get('patients', next);
    if (!patient) break;
    chain.push(patient);
  }
  return chain;
}

/** Those who were merged, in order, and who is left. A circle is opened at its latest merge. */
function withoutCircle(work: Work, id: string): { path: Stored<Patient>[]; survivor: Stored<Patient> | undefined } {
  const chain = chainFrom(work, id);
  const last = chain.at(-1);
  const entry = chain.findIndex(({ id: known }) => known === last?.mergedInto);
  if (entry < 0) {
    const survivor = last?.mergedInto === undefined ? last : undefined;
    return { path: survivor ? chain.slice(0, -1) : chain, survivor };
  }
  const circle = chain.slice(entry);
  const [latest] = circle.toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1));
  if (!latest) return { path: [], survivor: undefined };
  free(work, latest, circle);
  return withoutCircle(work, id);
}

/** By time, then by id, so that every station opens the circle at the same place. */
function rank({ id, merge }: Stored<Patient>): string {
  return `${merge?.at ?? ''} ${id}`;
}

function free(work: Work, patient: Stored<Patient>, circle: readonly Stored<Patient>[]): void {
  const others = circle.filter(({ id }) => id !== patient.id);
  work.updateMany('patients', [
    { current: patient, change: { mergedInto: undefined, merge: undefined } },
    ...others.map((current) => {
      const formerly = (current.formerly ?? []).filter(({ patientId }) => patientId !== patient.id);
      return { current, change: { formerly: formerly.length > 0 ? formerly : undefined } };
    }),
  ]);
  work.record('patient.mergeCrossed', {
    values: {
      name: patient.fullName,
      number: patient.number,
      others: others.map(({ fullName, number }) => `${fullName} (${number})`).join(', '),
    },
    subject: { collection: 'patients', id: patient.id },
    patientId: patient.id,
  });
}

function united(one: MergeRecord['moved'], other: MergeRecord['moved']): MergeRecord['moved'] {
  const all = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])];
  return {
    billing: all(one.billing, other.billing),
    specimens: all(one.specimens, other.specimens),
    reports: all(one.reports, other.reports),
    deviceResults: all(one.deviceResults, other.deviceResults),
  };
}
