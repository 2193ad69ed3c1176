import { Select, SimpleGrid, Stack } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../app/api.ts';
import { useMay } from '../../app/me.tsx';
import { EntrySelect } from '../../directory/entry-select.tsx';
import { Panel } from '../../ui/panel.tsx';
import { words } from '../../words/index.ts';
import { DiagnosisPicker } from './diagnosis-picker.tsx';
import type { OrderValues } from './order-values.ts';

/** Which doctor or organisation sent the patient, whose insurance pays a share, and why: all may be nothing. */
export function OrderSender({ form }: { form: UseFormReturnType<OrderValues> }) {
  const trpc = useTRPC();
  const may = useMay();
  const enabled = may('directory.read');
  const { patientId } = form.values;
  const patient = useQuery(trpc.patients.get.queryOptions(patientId ? { id: patientId } : skipToken));
  const policies = patientId ? (patient.data?.patient.insurances ?? []) : [];
  const select = (field: 'referrerId' | 'organisationId') => ({
    value: form.values[field],
    error: form.errors[field],
    onChange: (id: string) => form.setFieldValue(field, id),
  });
  const { orders } = words;
  return (
    <Panel title={orders.from}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: policies.length > 0 ? 3 : 2 }} spacing="sm">
          {enabled && (
            <>
              <EntrySelect kind="doctor" label={orders.referrer} {...select('referrerId')} />
              <EntrySelect kind="organisation" label={orders.organisation} {...select('organisationId')} />
            </>
          )}
          {policies.length > 0 && (
            <Select
              label={orders.policy}
              clearable
              placeholder={orders.noPolicy}
              data={[...new Set(policies.map(({ policyNumber }) => policyNumber))]}
              value={form.values.policyNumber || null}
              error={form.errors.policyNumber}
              onChange={(number) => form.setFieldValue('policyNumber', number ?? '')}
            />
          )}
        </SimpleGrid>
        <DiagnosisPicker
          value={form.values.diagnoses}
          onChange={(diagnoses) => form.setFieldValue('diagnoses', diagnoses)}
          error={form.errors.diagnoses}
        />
      </Stack>
    </Panel>
  );
}
