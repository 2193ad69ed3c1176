import { z } from 'zod';
import { saveStaffSchema } from '../../../shared/directory/staff-input.ts';
import { loggedIn, openToAll, permitted, router } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { logIn, logOut } from './log-in.ts';
import { directoryOf, listRoles, staffRow } from './queries.ts';
import { saveStaff } from './save-staff.ts';

/** Logging in and out. */
export function createAuthRouter() {
  return router({
    login: openToAll('This is how a session begins.')
      .input(z.strictObject({ username: z.string().max(200), password: z.string().max(1000) }))
      .mutation(async ({ ctx, input }) => {
        const { token, staff } = await logIn(ctx.kernel, input.username, input.password);
        ctx.connection.sessionToken = token;
        return { token, user: { id: staff.id, name: staff.fullName } };
      }),

    logout: loggedIn.mutation(({ ctx }) => {
      logOut(ctx.kernel, ctx.session, ctx.connection.sessionToken ?? '');
      ctx.connection.sessionToken = undefined;
      return { loggedOut: true };
    }),

    me: loggedIn.query(({ ctx }) => {
      const { name, currency, timeZone, locale, country } = centreOf(ctx.reads);
      return {
        actorId: ctx.session.actorId,
        name: ctx.session.actorName,
        permissions: [...ctx.session.permissions],
        labName: name,
        stationName: ctx.kernel.station().name,
        currency,
        timeZone,
        locale,
        country,
      };
    }),
  });
}

/** Colleagues and their roles. */
export function createStaffRouter() {
  return router({
    list: permitted('staff.manage').query(({ ctx }) => directoryOf(ctx.reads, 'staff').map(staffRow)),
    roles: permitted('staff.manage').query(({ ctx }) => listRoles(ctx.reads)),
    save: permitted('staff.manage')
      .input(saveStaffSchema)
      .mutation(({ ctx, input }) => saveStaff(ctx.kernel, ctx.session, input)),
  });
}

/** Doctors and organisations. */
export function createDirectoryRouter() {
  return router({
    doctors: permitted('directory.read').query(({ ctx }) => directoryOf(ctx.reads, 'doctor')),
    organisations: permitted('directory.read').query(({ ctx }) => directoryOf(ctx.reads, 'organisation')),
  });
}
