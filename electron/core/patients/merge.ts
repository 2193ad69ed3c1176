import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import {
  type ChosenField,
  chosenFields,
  type MergePatients,
  mergedFields,
  withoutMerge,
} from '../../../shared/patients/merge.ts';
import type { Former, MergeRecord, Patient } from '../../../shared/patients/schema.ts';
import {
  conflict,
  invalid,
  type Kernel,
  refuseIfInvalid,
  type ScopedReads,
  type Session,
  type Work,
} from '../kernel/index.ts';
import { changesText } from './changes-text.ts';
import { ownKeys } from './collection.ts';
import {
  countDocuments,
  documentsOf,
  giveTo,
  idsOf,
  movedBack,
  type OwnedCounts,
  type OwnedDocuments,
  relativesOf,
  renameInFamilies,
} from './references.ts';

/** What a merge would do, before anything is done. */
export interface MergePreview {
  readonly survivor: Stored<Patient>;
  readonly merged: Stored<Patient>;
  /** Documents that would go over. */
  readonly counts: OwnedCounts;
  /** Fields in which the two differ and one value stays. */
  readonly differing: ChosenField[];
  /** The survivor's fields that would change, with their new values. */
  readonly fields: Partial<Patient>;
  /** Why it cannot be, each at its field. */
  readonly errors: FieldError[];
}

/** The preview of a merge: what comes from whom and how many documents move. */
export function previewMerge(
  reads: ScopedReads,
  { survivorId, mergedId, take }: Pick<MergePatients, 'survivorId' | 'mergedId' | 'take'>,
): MergePreview {
  const survivor = reads.need('patients', survivorId);
  const merged = reads.need('patients', mergedId);
  const { fields, errors } = mergedFields(survivor, merged, take);
  return {
    survivor,
    merged,
    counts: countDocuments(reads, mergedId),
    differing: chosenFields.filter(
      (field) =>
        survivor[field] !== undefined &&
        merged[field] !== undefined &&
        JSON.stringify(survivor[field]) !== JSON.stringify(merged[field]),
    ),
    fields,
    errors: [...pairErrors(survivor, merged), ...errors],
  };
}

/**
 * Merges two patients that are one person: the survivor takes what the other has, its bills, specimens, reports and results
 * go over, and the other stays as history with `mergedInto` and with what is needed to undo it. One unit of work; the number
 * of reads does not depend on how much moves. Either revision moved on → conflict.
 */
export function mergePatients(kernel: Kernel, session: Session, input: MergePatients): Stored<Patient> {
  return kernel.change(session, (work) => {
    const survivor = asRead(work, input.survivorId, input.survivorRev);
    const merged = asRead(work, input.mergedId, input.mergedRev);
    const { fields, errors } = mergedFields(survivor, merged, input.take);
    refuseIfInvalid([...pairErrors(survivor, merged), ...errors]);
    const documents = documentsOf(work, merged.id);
    // The two may be family of each other; those names go with the merge itself (mergedFields) and come back with it.
    const relatives = relativesOf(work, merged.id).filter(({ id }) => id !== survivor.id && id !== merged.id);
    const record: MergeRecord = {
      at: work.now,
      by: session.actorId,
      byName: session.actorName,
      fields: Object.entries(fields).map(([field, after]) => {
        const before = survivor[field as keyof Patient];
        return { field, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
      }) as MergeRecord['fields'],
      moved: idsOf(documents),
      relatives: relatives.map(({ id }) => id),
    };
    giveTo(work, documents, survivor.id);
    renameInFamilies(work, relatives, merged.id, survivor.id);
    const [stays] = work.updateMany('patients', [
      { current: survivor, change: { ...fields, formerly: [...(survivor.formerly ?? []), ...formersOf(merged)] } },
      { current: merged, change: { mergedInto: survivor.id, merge: record } },
    ]);
    if (!stays) throw new Error('a merge wrote no survivor');
    work.record('patient.merged', {
      values: {
        name: stays.fullName,
        number: stays.number,
        other: `${merged.fullName} (${merged.number})`,
        documents: countsText(documents),
        fields: changesText(survivor, stays, Object.keys(fields) as (keyof Patient)[]) || '—',
      },
      subject: { collection: 'patients', id: merged.id },
      patientId: survivor.id,
    });
    return stays;
  });
}

/** What an undone merge gave back. */
export interface UndoneMerge {
  readonly survivor: Stored<Patient>;
  readonly restored: Stored<Patient>;
  /** Fields of the survivor that somebody changed after the merge: they stay as they are. */
  readonly kept: string[];
  /** Documents that went back, and how many of them were worked on since. */
  readonly counts: OwnedCounts;
  readonly changedSince: number;
}

/**
 * Takes a merge back. Decision: what the merge moved goes back to the person it was made for, also when it was worked on since
 * (a result entered, a payment taken), and so does what was added to those bills; what was ordered for the survivor after
 * the merge stays there. Of the survivor's fields, those go back that are still as the merge left them; lists lose only
 * what the merge added. A survivor that was itself merged: that merge is taken back first.
 */
export function undoMerge(kernel: Kernel, session: Session, input: { id: string; revision: string }): UndoneMerge {
  return kernel.change(session, (work) => {
    const merged = asRead(work, input.id, input.revision);
    const { merge, mergedInto } = merged;
    if (!merge || !mergedInto) {
      throw invalid('id', 'merge.none', `${merged.fullName} is not merged into anybody`, 'Nothing has to be undone.');
    }
    const survivor = work.need('patients', mergedInto);
    if (survivor.mergedInto) {
      const message = `${survivor.fullName} (${survivor.number}) was itself merged into another patient since`;
      throw invalid('id', 'merge.survivorMerged', message, 'Take that merge back first.');
    }
    const documents = movedBack(work, survivor.id, merge.moved);
    giveTo(work, documents, merged.id, merge.at);
    const relatives = work
      .getMany('patients', merge.relatives)
      .filter(({ family }) => family?.some(({ patientId }) => patientId === survivor.id));
    renameInFamilies(work, relatives, survivor.id, merged.id);
    const { change, kept } = fieldsWithout(survivor, merge);
    forgetInLaterMerges(work, survivor, merged, merge);
    const gone = new Set(formersOf(merged).map(({ patientId }) => patientId));
    const formerly = (survivor.formerly ?? []).filter(({ patientId }) => !gone.has(patientId));
    const [alone, restored] = work.updateMany('patients', [
      { current: survivor, change: { ...change, formerly: formerly.length > 0 ? formerly : undefined } },
      { current: merged, change: { mergedInto: undefined, merge: undefined } },
    ]);
    if (!alone || !restored) throw new Error('an undone merge wrote nothing');
    for (const patientId of [alone.id, restored.id]) {
      work.record('patient.mergeUndone', {
        values: {
          name: alone.fullName,
          number: alone.number,
          other: `${restored.fullName} (${restored.number})`,
          documents: countsText(documents),
        },
        subject: { collection: 'patients', id: restored.id },
        patientId,
      });
    }
    return {
      survivor: alone,
      restored,
      kept,
      counts: countsOf(documents),
      changedSince: Object.values(documents)
        .flat()
        .filter(({ updatedAt }) => updatedAt > merge.at).length,
    };
  });
}

function asRead(work: Work, id: string, revision: string): Stored<Patient> {
  const patient = work.need('patients', id);
  if (patient._rev !== revision) throw conflict('patients', id);
  return patient;
}

function pairErrors(survivor: Patient, merged: Patient): FieldError[] {
  if (survivor.id === merged.id) {
    const remedy = 'Choose another patient.';
    return [{ field: 'mergedId', code: 'merge.self', message: 'These are one and the same patient', remedy }];
  }
  return [
    ...alreadyMerged('survivorId', survivor),
    ...alreadyMerged('mergedId', merged),
    ...(1 + (survivor.formerly?.length ?? 0) + (merged.formerly?.length ?? 0) > 50
      ? [
          {
            field: 'survivorId',
            code: 'merge.tooMany',
            message: 'More than 50 patients would be merged into this one',
            remedy: 'Look whether they are really one person.',
          },
        ]
      : []),
  ];
}

function alreadyMerged(field: string, patient: Patient): FieldError[] {
  if (!patient.mergedInto) return [];
  const message = `${patient.fullName} (${patient.number}) was already merged into another patient`;
  return [{ field, code: 'merge.already', message, remedy: 'Choose that patient, or take that merge back first.' }];
}

/** The merged patient and those merged into it before: the survivor is found by all of them. */
function formersOf(merged: Patient): Former[] {
  const { id, number, fullName, formerly = [] } = merged;
  const keys = [...new Set(ownKeys(merged))].slice(0, 60).map((key) => key.slice(0, 100));
  return [{ patientId: id, number, fullName, keys }, ...formerly];
}

function fieldsWithout(survivor: Patient, merge: MergeRecord): { change: Partial<Patient>; kept: string[] } {
  const change: Record<string, unknown> = {};
  const kept: string[] = [];
  for (const entry of merge.fields) {
    const without = withoutMerge(survivor[entry.field as keyof Patient], entry);
    if (without.kept) kept.push(entry.field);
    else change[entry.field] = without.value;
  }
  return { change, kept };
}

/**
 * Other merges into the same survivor remember how it was before them. What the undone one had brought is taken out of
 * their memory, or their undoing would bring it back.
 */
function forgetInLaterMerges(work: Work, survivor: Patient, undone: Patient, merge: MergeRecord): void {
  const others = work
    .getMany(
      'patients',
      (survivor.formerly ?? []).map(({ patientId }) => patientId),
    )
    .filter((other) => other.id !== undone.id && other.mergedInto === survivor.id);
  const brought = new Map(merge.fields.map((entry) => [entry.field, entry]));
  work.updateMany(
    'patients',
    others.flatMap((current) => {
      const { merge: record } = current;
      if (!record) return [];
      const fields = record.fields.map((entry) => {
        const entryOfUndone = brought.get(entry.field);
        if (!entryOfUndone) return entry;
        const without = (value: unknown) => withoutMerge(value, entryOfUndone).value;
        return asJson({
          field: entry.field,
          before: without(entry.before),
          after: withoutList(entry.after, entryOfUndone),
        });
      });
      return [{ current, change: { merge: { ...record, fields } } }];
    }),
  );
}

/** Of what a later merge left, a list loses the entries too; a single value was its own choice. */
function withoutList(value: unknown, undone: { before?: unknown; after?: unknown; field: string }): unknown {
  return Array.isArray(value) ? (withoutMerge(value, undone).value ?? []) : value;
}

/** Fields without a value are left out, as JSON has no `undefined`. */
function asJson(entry: { field: string; before: unknown; after: unknown }): MergeRecord['fields'][number] {
  return JSON.parse(JSON.stringify(entry));
}

function countsOf({ billing, specimens, reports, deviceResults }: OwnedDocuments): OwnedCounts {
  return {
    billing: billing.length,
    specimens: specimens.length,
    reports: reports.length,
    deviceResults: deviceResults.length,
  };
}

/** How many documents of each kind, in the words of the activity log. */
export function countsText(documents: OwnedDocuments): string {
  const { billing, specimens, reports, deviceResults } = countsOf(documents);
  return `bills ${billing}, specimens ${specimens}, reports ${reports}, results ${deviceResults}`;
}
