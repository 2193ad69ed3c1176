import { Badge, Group, Table, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconX } from '@tabler/icons-react';
import { type Ref, useState } from 'react';
import type { Outputs } from '../../app/api.ts';
import { useMay } from '../../app/me.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Money } from '../../ui/money.tsx';
import { Panel } from '../../ui/panel.tsx';
import { words } from '../../words/index.ts';
import type { OrderItem, OrderValues } from './order-values.ts';
import { TestPicker } from './test-picker.tsx';
import type { TestChoice } from './use-found-tests.ts';

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
  /** As priced by the core; undefined until it has answered. */
  quoted: QuotedLines | undefined;
  /** Why the order cannot be priced. */
  problem: string | undefined;
  autoFocus: boolean;
}) {
  const may = useMay();
  const [remark, setRemark] = useState('');
  const { items, patientId, organisationId, policyNumber } = form.values;
  const { orders } = words;

  const add = ({ kind, id, code, name, typeName, tests }: TestChoice) => {
    // As the form is by now: two answers may come between two renderings.
    const { items: now } = form.getValues();
    const there = now.flatMap((item) => item.tests);
    const known = tests.every((one) => there.includes(one));
    setRemark(known ? orders.alreadyThere(name) : '');
    if (!known) form.setFieldValue('items', [...now, { kind, id, code, name, typeName, tests, discount: '' }]);
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
        payers={{
          patientId: patientId || undefined,
          organisationId: organisationId || undefined,
          policyNumber: policyNumber || undefined,
        }}
        inputRef={inputRef}
        autoFocus={autoFocus}
        error={form.errors.lines}
        remark={remark || problem}
        onType={() => setRemark('')}
        onPick={add}
      />
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
                quoted={quoted}
                discount={
                  may('bill.discount') ? (
                    <TextInput
                      size="xs"
                      aria-label={orders.discountOn(item.name)}
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
  quoted,
  discount,
  onRemove,
}: {
  item: OrderItem;
  quoted: QuotedLines | undefined;
  discount: React.ReactNode;
  onRemove: () => void;
}) {
  const { orders } = words;
  const own = quoted?.filter((line) =>
    item.kind === 'test' ? line.testId === item.id : line.profileCode === item.code,
  );
  const [first] = own ?? [];
  const price = (own ?? []).reduce((sum, line) => sum + line.price, 0);
  return (
    <Table.Tr>
      <Table.Td className="mono">{item.code}</Table.Td>
      <Table.Td>
        {item.name}
        {item.kind === 'profile' && (
          <Text size="xs" c="dimmed">
            {item.tests.join(', ')}
          </Text>
        )}
      </Table.Td>
      <Table.Td c="dimmed">{item.typeName}</Table.Td>
      <Table.Td ta="end">
        {first && <Money amount={price} plain />}
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
        <IconButton label={orders.remove(item.name)} icon={IconX} onClick={onRemove} />
      </Table.Td>
    </Table.Tr>
  );
}
