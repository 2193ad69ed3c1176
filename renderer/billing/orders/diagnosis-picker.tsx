import { Group, Pill, Text } from '@mantine/core';
import { IconStethoscope } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isIcd10 } from '../../../shared/billing/icd10/form.ts';
import { useTRPC } from '../../app/api.ts';
import { Picker } from '../../ui/picker.tsx';
import { words } from '../../words/index.ts';

interface Diagnosis {
  code: string;
  title: string;
}

/** ICD-10 codes of an order, found by code or words; a code that is not in the list is taken as typed. */
export function DiagnosisPicker({
  value,
  onChange,
  error,
}: {
  value: readonly Diagnosis[];
  onChange: (diagnoses: Diagnosis[]) => void;
  error?: React.ReactNode;
}) {
  const trpc = useTRPC();
  const [text, setText] = useState('');
  const typed = text.trim();
  const found = useQuery(
    trpc.bills.icd10.queryOptions(
      { text: typed.slice(0, 100) },
      { enabled: typed !== '', placeholderData: keepPreviousData, staleTime: Number.POSITIVE_INFINITY },
    ),
  );
  const listed = typed === '' ? [] : (found.data ?? []);
  const code = typed.toUpperCase();
  const asTyped = isIcd10(code) && !listed.some((one) => one.code === code) ? [{ code, title: '' }] : [];
  const { orders } = words;
  return (
    <>
      <Picker
        label={orders.findDiagnosis}
        placeholder={orders.findDiagnosis}
        icon={IconStethoscope}
        text={text}
        onText={setText}
        choices={[...listed, ...asTyped]}
        idOf={(one) => one.code}
        isExact={(one) => one.code === code}
        show={(one) => (
          <Group gap="sm" wrap="nowrap">
            <Text size="sm" className="mono" w={56} style={{ flex: 'none' }}>
              {one.code}
            </Text>
            <Text size="sm" c={one.title ? undefined : 'dimmed'}>
              {one.title || orders.asTyped}
            </Text>
          </Group>
        )}
        onPick={(one) => {
          setText('');
          if (!value.some((other) => other.code === one.code)) onChange([...value, one]);
        }}
        nothing={orders.noDiagnosis}
        busy={found.isFetching}
        error={error}
      />
      {value.length > 0 && (
        <Pill.Group mt={6}>
          {value.map((one) => (
            <Pill
              key={one.code}
              withRemoveButton
              removeButtonProps={{ 'aria-label': orders.remove(one.code) }}
              onRemove={() => onChange(value.filter((other) => other.code !== one.code))}
            >
              <span className="mono">{one.code}</span> {one.title}
            </Pill>
          ))}
        </Pill.Group>
      )}
    </>
  );
}
