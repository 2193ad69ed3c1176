import { z } from 'zod';
import { idSchema } from '../../../shared/kernel/document.ts';
import { exportPatientsSchema, listPatientsSchema } from '../../../shared/patients/list.ts';
import { mergePatientsSchema } from '../../../shared/patients/merge.ts';
import { changePatientSchema, registerPatientSchema } from '../../../shared/patients/register.ts';
import { timelineInputSchema } from '../../../shared/patients/timeline.ts';
import { permitted, router } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { insurersInUse } from './insurance.ts';
import { mergePatients, previewMerge, undoMerge } from './merge.ts';
import {
  ageText,
  listPatients,
  pageOfPatients,
  patientRow,
  similarPatients,
  surroundingsOfPatient,
} from './queries.ts';
import { registerPatient, updatePatient } from './register.ts';
import { saveFilesSchema, saveIdProofs } from './save-id-proofs.ts';
import { timelineOf } from './timeline.ts';

/** The API of the patients domain. */
export function createPatientsRouter() {
  return router({
    list: permitted('patient.read')
      .input(listPatientsSchema)
      .query(({ ctx, input }) =>
        listPatients(ctx.reads, input, now(ctx.kernel.clock.now()), centreOf(ctx.reads).timeZone),
      ),

    get: permitted('patient.read')
      .input(z.strictObject({ id: idSchema }))
      .query(({ ctx, input }) => {
        const patient = ctx.reads.need('patients', input.id);
        const { timeZone } = centreOf(ctx.reads);
        return {
          patient,
          ageText: ageText(patient.birth, now(ctx.kernel.clock.now()), timeZone),
          surroundings: surroundingsOfPatient(ctx.reads, patient),
        };
      }),

    /** A page of whole patients for a file; the first page leaves an activity entry, since it takes the list out of here. */
    exportPage: permitted('patient.export')
      .input(exportPatientsSchema)
      .mutation(({ ctx, input: { format, ...input } }) => {
        if (input.cursor === undefined) {
          ctx.kernel.change(ctx.session, (work) => work.record('patient.exported', { values: { format } }));
        }
        return pageOfPatients(ctx.reads, input, centreOf(ctx.reads).timeZone);
      }),

    register: permitted('patient.create')
      .input(registerPatientSchema)
      .mutation(({ ctx, input }) => registerPatient(ctx.kernel, ctx.session, input)),

    update: permitted('patient.update')
      .input(z.strictObject({ id: idSchema, rev: z.string().max(100), change: changePatientSchema }))
      .mutation(({ ctx, input }) =>
        updatePatient(ctx.kernel, ctx.session, { id: input.id, revision: input.rev, change: input.change }),
      ),

    similar: permitted('patient.read')
      .input(
        z.strictObject({
          fullName: z.string().max(200).optional(),
          phone: z.string().max(60).optional(),
          dateOfBirth: z.string().max(10).optional(),
          nationalId: z.string().max(60).optional(),
        }),
      )
      .query(({ ctx, input }) => {
        const { timeZone } = centreOf(ctx.reads);
        const at = now(ctx.kernel.clock.now());
        return similarPatients(ctx.reads, input).map((patient) => patientRow(patient, at, timeZone));
      }),

    /** What a policy can name: insurers and groups in use. */
    insurers: permitted('patient.read').query(({ ctx }) => insurersInUse(ctx.reads)),

    saveIdProofs: permitted('patient.update')
      .input(saveFilesSchema)
      .mutation(({ ctx, input }) => saveIdProofs(ctx.kernel, ctx.session, input)),

    timeline: permitted('patient.read')
      .input(timelineInputSchema)
      .query(({ ctx, input }) => timelineOf(ctx.reads, input)),

    mergePreview: permitted('patient.merge')
      .input(mergePatientsSchema.pick({ survivorId: true, mergedId: true, take: true }))
      .query(({ ctx, input }) => previewMerge(ctx.reads, input)),

    merge: permitted('patient.merge')
      .input(mergePatientsSchema)
      .mutation(({ ctx, input }) => mergePatients(ctx.kernel, ctx.session, input)),

    undoMerge: permitted('patient.merge')
      .input(z.strictObject({ id: idSchema, rev: z.string().max(100) }))
      .mutation(({ ctx, input }) => undoMerge(ctx.kernel, ctx.session, { id: input.id, revision: input.rev })),
  });
}

function now(milliseconds: number): Date {
  return new Date(milliseconds);
}
