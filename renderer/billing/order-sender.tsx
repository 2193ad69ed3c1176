import { SimpleGrid } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../app/api.ts';
import { useMay } from '../app/me.tsx';
import { Panel } from '../ui/panel.tsx';
import { SearchSelect } from '../ui/search-select.tsx';
import { words } from '../words/index.ts';
import type { OrderValues } from './order-values.ts';

/** Which doctor or organisation sent the patient; both may be nobody. */
export function OrderSender({ form }: { form: UseFormReturnType<OrderValues> }) {
  const trpc = useTRPC();
  const may = useMay();
  const enabled = may('directory.read');
  const doctors = useQuery(trpc.directory.doctors.queryOptions(undefined, { enabled }));
  const organisations = useQuery(trpc.directory.organisations.queryOptions(undefined, { enabled }));
  if (!enabled) return null;
  const select = (field: 'referrerId' | 'organisationId') => ({
    clearable: true,
    value: form.values[field] || null,
    error: form.errors[field],
    onChange: (id: string | null) => form.setFieldValue(field, id ?? ''),
  });
  return (
    <Panel title={words.orders.from}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <SearchSelect
          label={words.orders.referrer}
          data={doctors.data?.map(({ id, fullName }) => ({ value: id, label: fullName })) ?? []}
          {...select('referrerId')}
        />
        <SearchSelect
          label={words.orders.organisation}
          data={organisations.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          {...select('organisationId')}
        />
      </SimpleGrid>
    </Panel>
  );
}
