import { Select, SimpleGrid, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { showAtFields } from '../app/errors.ts';
import { notifyDone } from '../ui/notify.tsx';
import { words } from '../words/index.ts';
import { SetupPanel } from './setup-panel.tsx';

const { setup: w } = words;

/** This computer's place in the laboratory. */
export function StationForm({
  state: { station, prefixInUse },
  branches,
  mayChange,
}: {
  state: Outputs['setup']['station'];
  branches: Outputs['setup']['branches'];
  mayChange: boolean;
}) {
  const trpc = useTRPC();
  const { name, prefix, branchId = '' } = station;
  const form = useForm({ initialValues: { name, prefix, branchId } });
  const [errors, setErrors] = useState<FieldError[]>([]);
  const save = useMutation(
    trpc.setup.updateStation.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: () => notifyDone(w.saved),
      onError: (error) => setErrors(showAtFields(form, error)),
    }),
  );
  return (
    <SetupPanel
      title={w.station}
      errors={errors}
      dirty={form.isDirty()}
      busy={save.isPending}
      mayChange={mayChange}
      onSave={() => {
        setErrors([]);
        const { values } = form;
        save.mutate({ rev: station._rev, ...values, branchId: values.branchId || undefined });
      }}
      onDiscard={() => {
        form.reset();
        setErrors([]);
      }}
    >
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput label={w.stationName} required maxLength={100} {...form.getInputProps('name')} />
        <Select
          label={w.branch}
          placeholder={w.noBranch}
          clearable
          data={branches.map(({ id, name: label }) => ({ value: id, label }))}
          {...form.getInputProps('branchId')}
          value={form.values.branchId || null}
          onChange={(id) => form.setFieldValue('branchId', id ?? '')}
        />
        <TextInput
          label={w.prefix}
          description={prefixInUse ? w.prefixFixed : w.prefixFree}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          readOnly={prefixInUse}
          variant={prefixInUse ? 'filled' : undefined}
          maxLength={4}
          {...form.getInputProps('prefix')}
          onChange={({ currentTarget }) => form.setFieldValue('prefix', currentTarget.value.toUpperCase())}
        />
      </SimpleGrid>
    </SetupPanel>
  );
}
