import { pageInputSchema } from '../../../shared/kernel/page.ts';
import { configureSyncSchema } from '../../../shared/sync/state.ts';
import { permitted, router } from '../kernel/index.ts';
import type { Sync } from './sync.ts';

/** The API of replication with head office. */
export function createSyncRouter(sync: Sync) {
  return router({
    status: permitted('sync.read').query(() => sync.status()),

    configure: permitted('sync.configure')
      .input(configureSyncSchema)
      .mutation(async ({ ctx, input }) => {
        await sync.configure(ctx.session, input);
        return sync.status();
      }),

    now: permitted('sync.read').mutation(() => {
      sync.now();
      return sync.status();
    }),

    rejected: permitted('sync.read')
      .input(pageInputSchema)
      .query(({ input }) => sync.rejected(input)),
  });
}
