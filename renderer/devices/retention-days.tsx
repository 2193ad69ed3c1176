import { Button, Group, NumberInput, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { describeError } from '../app/errors.ts';
import { useMay } from '../app/me.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { words } from '../words/index.ts';

/** How many days the journal keeps messages before they go to the archive; changed by whoever may change the set-up. */
export function RetentionDays({ days }: { days: number }) {
  const trpc = useTRPC();
  const may = useMay();
  const mayChange = may('setup.read') && may('setup.update');
  const preferences = useQuery(trpc.setup.preferences.queryOptions(undefined, { enabled: mayChange }));
  if (!mayChange || !preferences.data) return <Text size="sm">{words.archive.keeps(days)}</Text>;
  return <DaysForm key={preferences.data.rev ?? ''} preferences={preferences.data} />;
}

function DaysForm({ preferences }: { preferences: Outputs['setup']['preferences'] }) {
  const trpc = useTRPC();
  const { archive: w } = words;
  const [days, setDays] = useState<number | string>(preferences.journalDays);
  const save = useMutation(
    trpc.setup.updatePreferences.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: () => notifyDone(w.daysSaved(Number(days))),
    }),
  );
  const isChanged = Number(days) !== preferences.journalDays;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) save.mutate({ ...preferences, journalDays: Number(days) });
      }}
    >
      <Group gap="xs" align="center">
        <Text size="sm" component="label" htmlFor="journal-days">
          {w.days}
        </Text>
        <NumberInput
          id="journal-days"
          size="xs"
          w={90}
          min={30}
          max={3650}
          allowDecimal={false}
          value={days}
          onChange={setDays}
          error={save.error ? describeError(save.error).message : undefined}
        />
        {isChanged && (
          <Button type="submit" size="xs" loading={save.isPending}>
            {words.devices.save}
          </Button>
        )}
      </Group>
    </form>
  );
}
