import { Badge, Group, Table, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconFlask, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type Ref, useMemo, useState } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useFormat } from '../app/me.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Money } from '../ui/money.tsx';
import { Panel } from '../ui/panel.tsx';
import { Picker } from '../ui/picker.tsx';
import { words } from '../words/index.ts';
import { findTests, type TestChoice } from './find-tests.ts';
import type { OrderValues } from './order-values.ts';

/** The tests of the order, and the field that adds one by code or name. */
export function OrderTests({
  form,
  inputRef,
  prices,
  problem,
  autoFocus,
}: {
  form: UseFormReturnType<OrderValues>;
  inputRef: Ref<HTMLInputElement>;
  /** As priced by the core; the catalogue's price stands in until it has answered. */
  prices: Outputs['bills']['quote']['lines'] | undefined;
  /** Why the order cannot be priced. */
  problem: string | undefined;
  autoFocus: boolean;
}) {
  const trpc = useTRPC();
  const format = useFormat();
  const catalogue = useQuery(trpc.catalogue.tests.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }));
  const [text, setText] = useState('');
  const [remark, setRemark] = useState('');
  const tests = catalogue.data;
  const byId = useMemo(() => new Map(tests?.map((test) => [test.id, test])), [tests]);
  const { testIds } = form.values;

  const add = (test: TestChoice) => {
    setText('');
    setRemark(testIds.includes(test.id) ? words.orders.alreadyThere(test.name) : '');
    if (!testIds.includes(test.id)) form.setFieldValue('testIds', [...testIds, test.id]);
    form.clearFieldError('lines');
  };
  return (
    <Panel title={words.orders.tests} about={testIds.length > 0 ? <Badge color="gray">{testIds.length}</Badge> : null}>
      <Picker
        label={words.orders.findTest}
        placeholder={words.orders.findTest}
        icon={IconFlask}
        inputRef={inputRef}
        text={text}
        onText={(typed) => {
          setText(typed);
          setRemark('');
        }}
        choices={findTests(tests ?? [], text)}
        idOf={({ id }) => id}
        show={(test) => (
          <Choice test={test} price={test.price === undefined ? words.orders.notForSale : format.amount(test.price)} />
        )}
        onPick={add}
        nothing={words.orders.noTestFound}
        busy={catalogue.isPending}
        error={form.errors.lines}
        autoFocus={autoFocus}
      />
      <Text size="sm" c="var(--tone-warn)" role="status" mih="1.4em" mt={4}>
        {remark || problem}
      </Text>
      {testIds.length === 0 ? (
        <Text size="sm" c="dimmed">
          {words.orders.noTests}
        </Text>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={90}>{words.orders.code}</Table.Th>
              <Table.Th>{words.orders.test}</Table.Th>
              <Table.Th>{words.orders.specimen}</Table.Th>
              <Table.Th ta="end">{words.orders.price}</Table.Th>
              <Table.Th w={36} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {testIds.map((id) => {
              const test = byId.get(id);
              const price = prices?.find((line) => line.testId === id)?.price ?? test?.price;
              return (
                <Table.Tr key={id}>
                  <Table.Td className="mono">{test?.code}</Table.Td>
                  <Table.Td>{test?.name}</Table.Td>
                  <Table.Td c="dimmed">{test?.typeName}</Table.Td>
                  <Table.Td ta="end">
                    {price === undefined ? words.orders.notForSale : <Money amount={price} plain />}
                  </Table.Td>
                  <Table.Td py={0}>
                    <IconButton
                      label={words.orders.remove(test?.name ?? '')}
                      icon={IconX}
                      onClick={() =>
                        form.setFieldValue(
                          'testIds',
                          testIds.filter((other) => other !== id),
                        )
                      }
                    />
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
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
      <Text size="xs" c="dimmed" className="ellipsis">
        {test.typeName}
      </Text>
      <Text size="sm" ta="end" w={80} style={{ flex: 'none' }}>
        {price}
      </Text>
    </Group>
  );
}
