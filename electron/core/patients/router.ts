import { z } from 'zod';
import { activityText } from '../../../shared/activity/actions.ts';
import { idSchema } from '../../../shared/kernel/document.ts';
import { pageInputSchema } from '../../../shared/kernel/page.ts';
import { changePatientSchema, registerPatientSchema } from '../../../shared/patients/register.ts';
import { permitted, router } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { ageText, listPatients, patientRow, similarPatients } from './queries.ts';
import { registerPatient, updatePatient } from './register.ts';

/** The API of the patients domain. */
export function createPatientsRouter() {
  return router({
    list: permitted('patient.read')
      .input(pageInputSchema)
      .query(({ ctx, input }) =>
        listPatients(ctx.reads, input, now(ctx.kernel.clock.now()), centreOf(ctx.reads).timeZone),
      ),

    get: permitted('patient.read')
      .input(z.strictObject({ id: idSchema }))
      .query(({ ctx, input }) => {
        const patient = ctx.reads.need('patients', input.id);
        const { timeZone } = centreOf(ctx.reads);
        return { patient, ageText: ageText(patient.birth, now(ctx.kernel.clock.now()), timeZone) };
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

    timeline: permitted('patient.read')
      .input(z.strictObject({ id: idSchema }))
      .query(({ ctx, input }) => {
        const { reads } = ctx;
        reads.need('patients', input.id);
        const ofPatient = { patientId: { $eq: input.id } };
        return {
          bills: reads
            .find('billing', {
              // Only bills have a status.
              selector: { ...ofPatient, status: { $gt: '' } },
              sort: [{ registeredAt: 'desc' }],
              limit: 50,
            })
            .flatMap((document) => (document.kind === 'bill' ? [document] : []))
            .map(({ id, number, registeredAt, totals, currency, status, lines }) => ({
              id,
              number,
              registeredAt,
              totals,
              currency,
              status,
              tests: lines.map((line) => line.testCode),
            })),
          reports: reads
            .find('reports', { selector: ofPatient, sort: [{ orderedAt: 'desc' }], limit: 100 })
            .map(({ id, testName, testCode, accession, state, orderedAt, signed, version }) => ({
              id,
              testName,
              testCode,
              accession,
              state,
              orderedAt,
              signedAt: signed?.at,
              version,
            })),
          activity: reads
            .find('activity', { selector: ofPatient, sort: [{ at: 'desc' }], limit: 100 })
            .map(({ id, at, actorName, action, values }) => ({
              id,
              at,
              actorName,
              text: activityText(action, values),
            })),
        };
      }),
  });
}

function now(milliseconds: number): Date {
  return new Date(milliseconds);
}
