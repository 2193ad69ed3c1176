import { Badge, Group, Text } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type Ref, useState } from 'react';
import { useTRPC } from '../app/api.ts';
import { useFormat } from '../app/me.tsx';
import { Picker } from '../ui/picker.tsx';
import { words } from '../words/index.ts';
import { findTests, type TestChoice } from './find-tests.ts';

/** The catalogue as the order screens search it: kept whole, searched as one types. */
export function useOrderables() {
  const trpc = useTRPC();
  return useQuery(trpc.bills.orderables.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }));
}

/** The field that finds a test or profile by code, name or alias. */
export function TestPicker({
  inputRef,
  autoFocus,
  error,
  onPick,
  onType,
}: {
  inputRef?: Ref<HTMLInputElement>;
  autoFocus?: boolean;
  error?: ReactNode;
  onPick: (test: TestChoice) => void;
  onType?: () => void;
}) {
  const format = useFormat();
  const catalogue = useOrderables();
  const [text, setText] = useState('');
  return (
    <Picker
      label={words.orders.findTest}
      placeholder={words.orders.findTest}
      icon={IconFlask}
      inputRef={inputRef}
      text={text}
      onText={(typed) => {
        setText(typed);
        onType?.();
      }}
      choices={findTests(catalogue.data ?? [], text)}
      idOf={({ id }) => id}
      show={(test) => (
        <Choice test={test} price={test.price === undefined ? words.orders.notForSale : format.amount(test.price)} />
      )}
      onPick={(test) => {
        setText('');
        onPick(test);
      }}
      nothing={words.orders.noTestFound}
      busy={catalogue.isPending}
      error={error}
      autoFocus={autoFocus}
    />
  );
}

function Choice({ test, price }: { test: TestChoice; price: string }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Text size="sm" className="mono" w={72} style={{ flex: 'none' }}>
        {test.code}
      </Text>
      <Text size="sm" className="ellipsis" style={{ flex: 1 }}>
        {test.name}
      </Text>
      {test.kind === 'profile' ? (
        <Badge size="sm" color="gray">
          {words.orders.profileOf(test.tests.length)}
        </Badge>
      ) : (
        <Text size="xs" c="dimmed" className="ellipsis">
          {test.typeName}
        </Text>
      )}
      <Text size="sm" ta="end" w={80} style={{ flex: 'none' }}>
        {price}
      </Text>
    </Group>
  );
}
