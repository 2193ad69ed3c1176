import { listActivitySchema } from '../../../shared/activity/input.ts';
import { permitted, router } from '../kernel/index.ts';
import type { Search } from '../search/index.ts';
import { actors, listActivity } from './queries.ts';
import { verifyChain } from './verify-chain.ts';

/** The API of the activity log. */
export function createActivityRouter(search: Pick<Search, 'query'>) {
  return router({
    list: permitted('activity.read')
      .input(listActivitySchema)
      .query(({ ctx, input }) => listActivity(ctx.reads, search, input)),

    /** Whose entries can be asked for. */
    actors: permitted('activity.read').query(({ ctx }) => actors(ctx.reads)),

    verify: permitted('activity.read').query(({ ctx }) => verifyChain(ctx.kernel)),
  });
}
