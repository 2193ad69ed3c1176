import {
  changeCentreSchema,
  changePreferencesSchema,
  changeStationSchema,
  saveBranchSchema,
} from '../../../shared/setup/change.ts';
import { createLaboratorySchema } from '../../../shared/setup/create-laboratory.ts';
import { openToAll, permitted, router, type Work } from '../kernel/index.ts';
import { changeCentre, changePreferences, changeStation, saveBranch } from './change-setup.ts';
import { createLaboratory } from './create-laboratory.ts';
import { centreOf, journalDaysOf, setupOf, stationState, tubeRulesOf } from './queries.ts';

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
      .input(changeCentreSchema)
      .mutation(({ ctx, input }) => changeCentre(ctx.kernel, ctx.session, input)),

    station: permitted('setup.read').query(({ ctx }) => stationState(ctx.kernel, ctx.reads)),

    updateStation: permitted('setup.update')
      .input(changeStationSchema)
      .mutation(({ ctx, input }) => changeStation(ctx.kernel, ctx.session, input)),

    branches: permitted('setup.read').query(({ ctx }) => setupOf(ctx.reads, 'branch')),

    saveBranch: permitted('setup.update')
      .input(saveBranchSchema)
      .mutation(({ ctx, input }) => saveBranch(ctx.kernel, ctx.session, input)),

    preferences: permitted('setup.read').query(({ ctx }) => {
      const { sessionMinutes, lockAfterFailures, lockMinutes } = ctx.kernel.preferences();
      const journalDays = journalDaysOf(ctx.reads);
      const rev = setupOf(ctx.reads, 'preferences')[0]?._rev;
      const { byDepartment: tubesByDepartment, ownTubeDepartments } = tubeRulesOf(ctx.reads);
      return {
        ...{ sessionMinutes, lockAfterFailures, lockMinutes, journalDays, tubesByDepartment, rev },
        ownTubeDepartments: [...ownTubeDepartments],
      };
    }),

    updatePreferences: permitted('setup.update')
      .input(changePreferencesSchema)
      .mutation(({ ctx, input }) => changePreferences(ctx.kernel, ctx.session, input)),
  });
}
