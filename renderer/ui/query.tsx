import { Skeleton, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { words } from '../words/index.ts';
import { Failed } from './failed.tsx';

/** What a query answered, or its skeleton, or why it could not: `<Query query={useQuery(…)}>{(data) => …}</Query>`. */
export function Query<T>({
  query,
  children,
}: {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return (
    <Stack p="md" gap="sm" aria-busy aria-label={words.ui.loading}>
      <Skeleton height={24} width="40%" />
      <Skeleton height={90} />
      <Skeleton height={180} />
    </Stack>
  );
}
