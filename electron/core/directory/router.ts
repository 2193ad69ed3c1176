import { z } from 'zod';
import { findEntriesSchema, listEntriesSchema, saveEntrySchema } from '../../../shared/directory/entries.ts';
import { importEntriesSchema } from '../../../shared/directory/import.ts';
import { setPinSchema } from '../../../shared/directory/pin.ts';
import {
  changePasswordSchema,
  listStaffSchema,
  saveRoleSchema,
  saveStaffSchema,
} from '../../../shared/directory/staff-input.ts';
import { idSchema } from '../../../shared/kernel/document.ts';
import { loggedIn, openToAll, permitted, router } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { changeOwnPassword, endSessions, unlockStaff } from './accounts.ts';
import { importEntries } from './import-entries.ts';
import { logIn, logOut } from './log-in.ts';
import { findEntries, listEntries, needEntry } from './queries.ts';
import { referencesOf } from './references.ts';
import { saveEntry } from './save-entry.ts';
import { deleteRole, rolesWithUse, saveRole } from './save-role.ts';
import { saveStaff } from './save-staff.ts';
import { removePin, setOwnPin } from './signing-pin.ts';
import { listStaff } from './staff-queries.ts';

const byId = z.strictObject({ id: idSchema });

/** Logging in and out, and what everybody may do with the own account. */
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

    changePassword: loggedIn.input(changePasswordSchema).mutation(async ({ ctx, input }) => {
      await changeOwnPassword(ctx.kernel, ctx.session, ctx.connection.sessionToken ?? '', input);
      return { changed: true };
    }),

    /** Whether the person has a signing PIN. */
    pin: loggedIn.query(({ ctx }) => {
      const staff = ctx.reads.get('directory', ctx.session.actorId);
      return { hasPin: staff?.kind === 'staff' && staff.pinHash !== undefined };
    }),

    setPin: loggedIn.input(setPinSchema).mutation(async ({ ctx, input }) => {
      await setOwnPin(ctx.kernel, ctx.session, input);
      return { changed: true };
    }),
  });
}

/** Colleagues and their roles. */
export function createStaffRouter() {
  return router({
    list: permitted('staff.manage')
      .input(listStaffSchema)
      .query(({ ctx, input }) => listStaff(ctx.kernel, ctx.reads, input)),

    save: permitted('staff.manage')
      .input(saveStaffSchema)
      .mutation(({ ctx, input }) => saveStaff(ctx.kernel, ctx.session, input)),

    unlock: permitted('staff.manage')
      .input(byId)
      .mutation(({ ctx, input }) => {
        unlockStaff(ctx.kernel, ctx.session, input.id);
        return { unlocked: true };
      }),

    removePin: permitted('staff.manage')
      .input(byId)
      .mutation(({ ctx, input }) => {
        removePin(ctx.kernel, ctx.session, input.id);
        return { removed: true };
      }),

    endSessions: permitted('staff.manage')
      .input(byId)
      .mutation(({ ctx, input }) => {
        endSessions(ctx.kernel, ctx.session, input.id);
        return { ended: true };
      }),

    roles: permitted('staff.manage').query(({ ctx }) => rolesWithUse(ctx.reads)),

    saveRole: permitted('staff.manage')
      .input(saveRoleSchema)
      .mutation(({ ctx, input }) => saveRole(ctx.kernel, ctx.session, input)),

    deleteRole: permitted('staff.manage')
      .input(byId.extend({ rev: z.string().max(100) }))
      .mutation(({ ctx, input }) => {
        deleteRole(ctx.kernel, ctx.session, input);
        return { deleted: true };
      }),
  });
}

/** Organisations, doctors, insurers, insurance groups and outsource labs. */
export function createDirectoryRouter() {
  return router({
    list: permitted('directory.read')
      .input(listEntriesSchema)
      .query(({ ctx, input }) => listEntries(ctx.reads, input)),

    find: permitted('directory.read')
      .input(findEntriesSchema)
      .query(({ ctx, input }) => findEntries(ctx.reads, input)),

    get: permitted('directory.read')
      .input(byId)
      .query(({ ctx, input }) => needEntry(ctx.reads, input.id)),

    references: permitted('directory.read').query(({ ctx }) => referencesOf(ctx.reads)),

    save: permitted('directory.update')
      .input(saveEntrySchema)
      .mutation(({ ctx, input }) => saveEntry(ctx.kernel, ctx.session, input)),

    import: permitted('directory.update')
      .input(importEntriesSchema)
      .mutation(({ ctx, input }) => importEntries(ctx.kernel, ctx.session, input)),
  });
}
