import { Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../app/api.ts';
import { apiErrorOf, describeError } from '../app/errors.ts';
import { notifyDone } from '../ui/notify.tsx';
import { SearchSelect } from '../ui/search-select.tsx';
import { words } from '../words/index.ts';

interface CodeFieldsProps {
  readonly deviceId: string;
  readonly code: string;
  readonly parameterId?: string | undefined;
  readonly factor?: string;
  readonly unit?: string | undefined;
  readonly onDone?: () => void;
}

/** What one code is: a parameter with a factor, in any unit or only in one; or left out. Enter saves it. */
export function CodeFields({ deviceId, code, unit, onDone, ...given }: CodeFieldsProps) {
  const trpc = useTRPC();
  const { devices: w } = words;
  const [parameterId, setParameterId] = useState<string | null>(given.parameterId ?? null);
  const [factor, setFactor] = useState(given.factor ?? '1');
  const [onlyUnit, setOnlyUnit] = useState(unit ?? '');
  const parameters = useQuery(trpc.catalogue.parameters.queryOptions());
  const teach = useMutation(
    trpc.devices.teachCode.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ pending }) => {
        notifyDone(w.taught(pending));
        onDone?.();
      },
    }),
  );
  const errorAt = (field: string) => {
    const error = apiErrorOf(teach.error);
    return error?.kind === 'validation' ? error.errors.find((one) => one.field === field)?.message : undefined;
  };
  const isOther = teach.error && apiErrorOf(teach.error)?.kind !== 'validation';
  const deviceUnit = onlyUnit.trim() || undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (parameterId) teach.mutate({ deviceId, deviceCode: code, parameterId, factor: factor.trim(), deviceUnit });
      }}
    >
      <Group gap={6} wrap="nowrap" align="flex-start">
        <SearchSelect
          aria-label={`${w.parameter} ${code}`}
          placeholder={w.parameter}
          size="xs"
          style={{ flex: 1 }}
          data={(parameters.data ?? []).map((one) => ({ value: one.id, label: `${one.code} · ${one.name}` }))}
          value={parameterId}
          onChange={setParameterId}
          error={isOther ? describeError(teach.error).message : errorAt('parameterId')}
        />
        <TextInput
          aria-label={`${w.factor} ${code}`}
          title={w.factorText}
          size="xs"
          w={64}
          value={factor}
          onChange={({ currentTarget }) => setFactor(currentTarget.value)}
          error={errorAt('factor')}
        />
        <TextInput
          aria-label={`${w.onlyUnit} ${code}`}
          placeholder={w.anyUnit}
          title={w.onlyUnit}
          size="xs"
          w={76}
          value={onlyUnit}
          onChange={({ currentTarget }) => setOnlyUnit(currentTarget.value)}
          error={errorAt('deviceUnit')}
        />
        <Button type="submit" size="xs" disabled={!parameterId} loading={teach.isPending}>
          {w.teach}
        </Button>
        <Button
          size="xs"
          variant="subtle"
          loading={teach.isPending}
          onClick={() => teach.mutate({ deviceId, deviceCode: code })}
        >
          {w.leaveOut}
        </Button>
      </Group>
    </form>
  );
}
