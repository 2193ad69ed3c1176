import { z } from 'zod';
import { createLaboratorySchema } from '../../../shared/setup/create-laboratory.ts';
import { centreShape } from '../../../shared/setup/schema.ts';
import { conflict, openToAll, permitted, router, type Work } from '../kernel/index.ts';
import { createLaboratory } from './create-laboratory.ts';
import { centreOf } from './queries.ts';

/** What the set-up API needs from outside its domain. */
export interface SetupServices {
  /** Fills a fresh folder with the demo lab; undefined where this installation has none. */
  readonly createDemo: (() => Promise<void>) | undefined;
  /** Adds the starter catalogue to the new laboratory, in the same commit. */
  readonly addStarterCatalogue: (work: Work) => void;
  /** Starts what begins to work once there is a laboratory (analyzers, replication). */
  readonly afterCreation: () => Promise<void>;
}

const beforeSetUp = 'Before the laboratory is set up nobody can log in; refused once it is.';

/** The API of the set-up domain. */
export function createSetupRouter(services: SetupServices) {
  return router({
    createLaboratory: openToAll(beforeSetUp)
      .input(createLaboratorySchema)
      .mutation(async ({ ctx, input }) => {
        const identity = await createLaboratory(ctx.kernel, input, (work) => {
          if (input.catalogue === 'starter') services.addStarterCatalogue(work);
        });
        await services.afterCreation();
        return identity;
      }),

    createDemo: openToAll(beforeSetUp).mutation(async () => {
      await services.createDemo?.();
      await services.afterCreation();
      return { created: services.createDemo !== undefined };
    }),

    centre: permitted('setup.read').query(({ ctx }) => centreOf(ctx.reads)),

    updateCentre: permitted('setup.update')
      .input(
        z.strictObject({
          rev: z.string().max(100),
          change: centreShape.omit({ kind: true, currency: true }).partial(),
        }),
      )
      .mutation(({ ctx, input }) =>
        ctx.kernel.change(ctx.session, (work) => {
          const current = work.need('setup', work.labId);
          if (current.kind !== 'centre' || current._rev !== input.rev) throw conflict('setup', work.labId);
          const centre = work.update('setup', current, input.change);
          work.record('setup.updated', {
            values: { kind: 'Laboratory', name: centre.name },
            subject: { collection: 'setup', id: centre.id },
          });
          return centre;
        }),
      ),
  });
}
