import { Badge, Group, Table, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconX } from '@tabler/icons-react';
import { type Ref, useMemo, useState } from 'react';
import type { Outputs } from '../app/api.ts';
import { useMay } from '../app/me.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Money } from '../ui/money.tsx';
import { Panel } from '../ui/panel.tsx';
import { words } from '../words/index.ts';
import type { TestChoice } from './find-tests.ts';
import type { OrderItem, OrderValues } from './order-values.ts';
import { TestPicker, useOrderables } from './test-picker.tsx';

type QuotedLines = Outputs['bills']['quote']['lines'];

/** The tests and profiles of the order, and the field that adds one by code or name. */
export function OrderTests({
  form,
  inputRef,
  quoted,
  problem,
  autoFocus,
}: {
  form: UseFormReturnType<OrderValues>;
  inputRef: Ref<HTMLInputElement>;
  /** As priced by the core; the catalogue's price stands in until it has answered. */
  quoted: QuotedLines | undefined;
  /** Why the order cannot be priced. */
  problem: string | undefined;
  autoFocus: boolean;
}) {
  const may = useMay();
  const catalogue = useOrderables();
  const [remark, setRemark] = useState('');
  const byId = useMemo(() => new Map(catalogue.data?.map((test) => [test.id, test])), [catalogue.data]);
  const { items } = form.values;
  const { orders } = words;

  const add = (test: TestChoice) => {
    const there = items.flatMap((item) => byId.get(item.id)?.tests ?? []);
    const known = test.tests.every((code) => there.includes(code));
    setRemark(known ? orders.alreadyThere(test.name) : '');
    if (!known) form.setFieldValue('items', [...items, { kind: test.kind, id: test.id, discount: '' }]);
    form.clearFieldError('lines');
  };
  const remove = (id: string) =>
    form.setFieldValue(
      'items',
      items.filter((other) => other.id !== id),
    );
  return (
    <Panel title={orders.tests} about={items.length > 0 ? <Badge color="gray">{items.length}</Badge> : null}>
      <TestPicker
        inputRef={inputRef}
        autoFocus={autoFocus}
        error={form.errors.lines}
        onType={() => setRemark('')}
        onPick={add}
      />
      <Text size="sm" c="var(--tone-warn)" role="status" mih="1.4em" mt={4}>
        {remark || problem}
      </Text>
      {items.length === 0 ? (
        <Text size="sm" c="dimmed">
          {orders.noTests}
        </Text>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={90}>{orders.code}</Table.Th>
              <Table.Th>{orders.test}</Table.Th>
              <Table.Th>{orders.specimen}</Table.Th>
              <Table.Th ta="end">{orders.price}</Table.Th>
              {may('bill.discount') && <Table.Th w={90}>{orders.discount}</Table.Th>}
              <Table.Th w={36} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((item, index) => (
              <Row
                key={item.id}
                item={item}
                test={byId.get(item.id)}
                quoted={quoted}
                discount={
                  may('bill.discount') ? (
                    <TextInput
                      size="xs"
                      aria-label={orders.discountOn(byId.get(item.id)?.name ?? '')}
                      inputMode="decimal"
                      autoComplete="off"
                      styles={{ input: { textAlign: 'end' } }}
                      {...form.getInputProps(`items.${index}.discount`)}
                    />
                  ) : undefined
                }
                onRemove={() => remove(item.id)}
              />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  );
}

function Row({
  item,
  test,
  quoted,
  discount,
  onRemove,
}: {
  item: OrderItem;
  test: TestChoice | undefined;
  quoted: QuotedLines | undefined;
  discount: React.ReactNode;
  onRemove: () => void;
}) {
  const { orders } = words;
  const own = quoted?.filter((line) =>
    item.kind === 'test' ? line.testId === item.id : line.profileCode === test?.code,
  );
  const [first] = own ?? [];
  const price = first ? (own ?? []).reduce((sum, line) => sum + line.price, 0) : test?.price;
  return (
    <Table.Tr>
      <Table.Td className="mono">{test?.code}</Table.Td>
      <Table.Td>
        {test?.name}
        {item.kind === 'profile' && (
          <Text size="xs" c="dimmed">
            {test?.tests.join(', ')}
          </Text>
        )}
      </Table.Td>
      <Table.Td c="dimmed">{test?.typeName}</Table.Td>
      <Table.Td ta="end">
        {price === undefined ? orders.notForSale : <Money amount={price} plain />}
        {first && (
          <Group gap={4} justify="flex-end">
            {(own ?? []).some((line) => line.notCovered) && (
              <Text size="xs" c="var(--tone-warn)">
                {orders.notCovered}
              </Text>
            )}
            {first.priceSource && first.priceSource !== 'standard' && (
              <Text size="xs" c="dimmed">
                {orders.priceSources[first.priceSource]} {first.priceList}
              </Text>
            )}
          </Group>
        )}
      </Table.Td>
      {discount !== undefined && <Table.Td py={0}>{discount}</Table.Td>}
      <Table.Td py={0}>
        <IconButton label={orders.remove(test?.name ?? '')} icon={IconX} onClick={onRemove} />
      </Table.Td>
    </Table.Tr>
  );
}
