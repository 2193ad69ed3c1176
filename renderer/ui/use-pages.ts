import { useMemo } from 'react';

/** What a table shows of a list that comes in pages. */
export interface Pages<Row> {
  readonly rows: readonly Row[];
  readonly loading: boolean;
  readonly error: unknown;
  readonly retry: () => void;
  /** True while there are more rows than those loaded. */
  readonly hasMore: boolean;
  readonly loadMore: () => void;
}

/**
 * The pages of a list procedure as the rows of a `DataTable`:
 * `const list = useInfiniteQuery(trpc.patients.list.infiniteQueryOptions({}, byCursor)); const pages = usePages(list);
 * <DataTable {...pages} … />`. (Two steps, since in one TypeScript cannot infer the row.)
 */
export function usePages<Row>(query: {
  data: { pages: readonly { rows: readonly Row[] }[] } | undefined;
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
  hasNextPage: boolean;
  fetchNextPage: () => unknown;
  isFetchingNextPage: boolean;
}): Pages<Row> {
  const { data, isPending, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = query;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows) ?? [], [data]);
  return {
    rows,
    loading: isPending,
    error: data ? null : error,
    retry: () => void refetch(),
    hasMore: hasNextPage,
    loadMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
  };
}

/** How every list procedure tells its next page; the second argument of `infiniteQueryOptions`. */
export const byCursor = {
  getNextPageParam: <P extends { nextCursor?: string }>(page: P) => page.nextCursor,
};
