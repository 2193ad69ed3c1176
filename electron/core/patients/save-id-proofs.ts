import { z } from 'zod';
import { fileTitle } from '../../../shared/files/title.ts';
import { sha256Schema } from '../../../shared/files/upload.ts';
import { idSchema, type Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { BlobReference, Patient } from '../../../shared/patients/schema.ts';
import { fileOf } from '../files/index.ts';
import { type Kernel, refuseIfInvalid, type Session } from '../kernel/index.ts';
import { refuseIfMerged } from './register.ts';

const lists = { idProofs: 20, attachments: 50 } as const;

/** Files to add to a patient and to take away; each was uploaded before (`files.begin` … `files.finish`). */
export const saveFilesSchema = z.strictObject({
  id: idSchema,
  list: z.enum(['idProofs', 'attachments']),
  add: z
    .array(
      z.strictObject({
        sha256: sha256Schema,
        name: z.string().trim().min(1).max(200),
        title: z.string().trim().max(100).optional(),
        thumbnail: sha256Schema.optional(),
      }),
    )
    .max(20)
    .default([]),
  /** SHA-256 of those to take away. */
  remove: z.array(sha256Schema).max(50).default([]),
});
export type SaveFiles = z.infer<typeof saveFilesSchema>;

/**
 * Adds files to a patient and takes others away (reference: save_id_proofs of IdProofsView, attachments.py). Size and type are
 * those of the content, not what the caller says. Only the reference is removed: the content may be somebody else's too, and
 * what was shown once stays provable. Adding is no conflict with another change, so no revision is asked for.
 */
export function saveIdProofs(kernel: Kernel, session: Session, input: SaveFiles): Stored<Patient> {
  return kernel.change(session, (work) => {
    const patient = work.need('patients', input.id);
    refuseIfMerged(patient);
    const before = patient[input.list] ?? [];
    const stays = before.filter(({ sha256 }) => !input.remove.includes(sha256));
    const errors: FieldError[] = [];
    const added = input.add.flatMap((file, index): BlobReference[] => {
      const field = `add.${index}`;
      const content = fileOf(work, file.sha256);
      if (!content) {
        const message = `"${file.name}" is not here whole`;
        errors.push({ field, code: 'file.missing', message, remedy: 'Upload it first.' });
        return [];
      }
      if (stays.some(({ sha256 }) => sha256 === file.sha256)) {
        const message = `"${file.name}" is there already`;
        errors.push({ field, code: 'file.twice', message, remedy: 'Nothing has to be added.' });
        return [];
      }
      const { size, mediaType } = content;
      return [{ ...file, size, mediaType, addedAt: work.now, addedBy: session.actorName }];
    });
    const files = [...stays, ...added];
    if (files.length > lists[input.list]) {
      const message = `A patient has at most ${lists[input.list]} files here`;
      errors.push({ field: 'add', code: 'file.tooMany', message, remedy: 'Remove some first.' });
    }
    for (const [index, sha256] of input.remove.entries()) {
      if (before.some((file) => file.sha256 === sha256)) continue;
      const message = 'This file is not with the patient any more';
      errors.push({ field: `remove.${index}`, code: 'file.gone', message, remedy: 'Look at the patient again.' });
    }
    refuseIfInvalid(errors);
    if (added.length === 0 && stays.length === before.length) return patient;
    const changed = work.update('patients', patient, { [input.list]: files });
    const removed = before.filter((file) => !stays.includes(file));
    const names = (list: readonly BlobReference[]) => list.map(fileTitle).join(', ');
    const about = {
      subject: { collection: 'patients', id: patient.id },
      patientId: patient.id,
    };
    const who = { name: patient.fullName, number: patient.number };
    if (added.length > 0) work.record('patient.fileAdded', { values: { ...who, file: names(added) }, ...about });
    if (removed.length > 0) work.record('patient.fileRemoved', { values: { ...who, file: names(removed) }, ...about });
    return changed;
  });
}
