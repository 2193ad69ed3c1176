import { Badge, Checkbox, Table, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { EntryMethod } from '../../../shared/billing/schema.ts';
import type { Outputs } from '../../app/api.ts';
import { useMay } from '../../app/me.tsx';
import { Money } from '../../ui/money.tsx';
import { words } from '../../words/index.ts';
import type { DiscountValues } from './order-values.ts';

/** A change of a bill as typed: tests to add with their discounts, lines to take off. */
export interface UpdateValues extends DiscountValues {
  /** Ids of lines. */
  removed: string[];
  reason: string;
  method: EntryMethod;
}

type Bill = Outputs['bills']['get']['bill'];
type Priced = Outputs['bills']['previewUpdate']['added'];

/** The lines of a bill that is being changed: added tests with a discount to type, and those that are there to tick off. */
export function UpdateLines({
  form,
  bill,
  priced,
}: {
  form: UseFormReturnType<UpdateValues>;
  bill: Bill;
  /** As priced by the core; undefined until it has answered. */
  priced: Priced | undefined;
}) {
  const may = useMay();
  const { items, removed } = form.values;
  const { bills, orders } = words;
  const priceOf = (item: UpdateValues['items'][number]) => {
    const own = priced?.filter((line) =>
      item.kind === 'test' ? line.testId === item.id && !line.profileCode : line.profileCode === item.code,
    );
    return own && own.length > 0 ? own.reduce((sum, line) => sum + line.price, 0) : undefined;
  };
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={36} />
          <Table.Th w={90}>{orders.code}</Table.Th>
          <Table.Th>{orders.test}</Table.Th>
          <Table.Th ta="end">{orders.price}</Table.Th>
          <Table.Th w={100} ta="end">
            {orders.discount}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((item, index) => {
          const price = priceOf(item);
          return (
            <Table.Tr key={item.id}>
              <Table.Td>
                <Checkbox
                  checked
                  aria-label={orders.remove(item.name)}
                  onChange={() =>
                    form.setFieldValue(
                      'items',
                      items.filter((one) => one.id !== item.id),
                    )
                  }
                />
              </Table.Td>
              <Table.Td className="mono">{item.code}</Table.Td>
              <Table.Td>
                {item.name} <Badge size="sm">{bills.added}</Badge>
              </Table.Td>
              <Table.Td ta="end">
                {price !== undefined && <Money amount={price} currency={bill.currency} plain />}
              </Table.Td>
              <Table.Td py={0}>
                {may('bill.discount') && (
                  <TextInput
                    size="xs"
                    aria-label={orders.discountOn(item.name)}
                    inputMode="decimal"
                    autoComplete="off"
                    styles={{ input: { textAlign: 'end' } }}
                    {...form.getInputProps(`items.${index}.discount`)}
                  />
                )}
              </Table.Td>
            </Table.Tr>
          );
        })}
        {bill.lines.map((line) => {
          const stays = !removed.includes(line.id);
          return (
            <Table.Tr key={line.id}>
              <Table.Td>
                <Checkbox
                  checked={stays}
                  aria-label={orders.remove(line.testName)}
                  onChange={() =>
                    form.setFieldValue(
                      'removed',
                      stays ? [...removed, line.id] : removed.filter((id) => id !== line.id),
                    )
                  }
                />
              </Table.Td>
              <Table.Td className="mono">{line.testCode}</Table.Td>
              <Table.Td td={stays ? undefined : 'line-through'}>{line.testName}</Table.Td>
              <Table.Td ta="end">
                <Money amount={line.price} currency={bill.currency} plain />
              </Table.Td>
              <Table.Td ta="end" pe="md">
                {line.discount > 0 && <Money amount={line.discount} currency={bill.currency} plain />}
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
