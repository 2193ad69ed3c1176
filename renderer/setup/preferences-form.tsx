import { NumberInput, Stack, Switch, TagsInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { showAtFields } from '../app/errors.ts';
import { useMay } from '../app/me.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { words } from '../words/index.ts';
import { SetupPanel } from './setup-panel.tsx';

const { setup: w } = words;

type Stored = Omit<Outputs['setup']['preferences'], 'rev'>;

/** Numbers as typed. */
type PreferenceValues = { [K in keyof Stored]: Stored[K] extends number ? number | string : Stored[K] };

/** When sessions end and accounts lock, how long messages stay, which departments share tubes. */
export function PreferencesForm({
  preferences: { rev, ...stored },
  mayChange,
}: {
  preferences: Outputs['setup']['preferences'];
  mayChange: boolean;
}) {
  const trpc = useTRPC();
  const may = useMay();
  const tests = useQuery(
    trpc.catalogue.list.queryOptions({ kind: 'test', limit: 1 }, { enabled: may('catalogue.read') }),
  );
  const form = useForm<PreferenceValues>({ initialValues: stored });
  const [errors, setErrors] = useState<FieldError[]>([]);
  const save = useMutation(
    trpc.setup.updatePreferences.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: () => notifyDone(w.saved),
      onError: (error) => setErrors(showAtFields(form, error)),
    }),
  );
  return (
    <SetupPanel
      title={w.preferences}
      errors={errors}
      dirty={form.isDirty()}
      busy={save.isPending}
      mayChange={mayChange}
      onSave={() => {
        setErrors([]);
        const { sessionMinutes, lockAfterFailures, lockMinutes, journalDays, ...tubes } = form.values;
        save.mutate({
          rev,
          sessionMinutes: Number(sessionMinutes),
          lockAfterFailures: Number(lockAfterFailures),
          lockMinutes: Number(lockMinutes),
          journalDays: Number(journalDays),
          ...tubes,
        });
      }}
      onDiscard={() => {
        form.reset();
        setErrors([]);
      }}
    >
      <Stack gap="sm">
        <NumberInput
          label={w.sessionMinutes}
          min={1}
          max={1440}
          allowDecimal={false}
          {...form.getInputProps('sessionMinutes')}
        />
        <NumberInput
          label={w.lockAfter}
          min={3}
          max={20}
          allowDecimal={false}
          {...form.getInputProps('lockAfterFailures')}
        />
        <NumberInput
          label={w.lockMinutes}
          min={1}
          max={1440}
          allowDecimal={false}
          {...form.getInputProps('lockMinutes')}
        />
        <NumberInput
          label={w.journalDays}
          description={w.journalDaysHint}
          min={30}
          max={3650}
          allowDecimal={false}
          {...form.getInputProps('journalDays')}
        />
        <Switch
          label={w.tubesByDepartment}
          description={w.tubesByDepartmentHint}
          {...form.getInputProps('tubesByDepartment', { type: 'checkbox' })}
        />
        <TagsInput
          label={w.ownTubes}
          description={w.ownTubesHint}
          data={tests.data?.departments ?? []}
          disabled={form.values.tubesByDepartment}
          maxTags={50}
          {...form.getInputProps('ownTubeDepartments')}
        />
      </Stack>
    </SetupPanel>
  );
}
