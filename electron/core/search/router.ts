import { searchInputSchema } from '../../../shared/search/schema.ts';
import { loggedIn, router } from '../kernel/index.ts';
import { searchEverything } from './everything.ts';
import type { Search } from './search.ts';

/** The API of search. */
export function createSearchRouter(search: Search) {
  return router({
    /** Everything that fits what was typed, in groups; a group is filled only for sessions that may read its documents. */
    global: loggedIn
      .input(searchInputSchema)
      .query(({ ctx, input }) =>
        searchEverything(search, ctx.reads, ctx.session, input, new Date(ctx.kernel.clock.now())),
      ),

    /** How the word index is: loading, building or ready, how many documents, how far behind. */
    state: loggedIn.query(() => search.state()),
  });
}
