import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconX } from '@tabler/icons-react';
import { entryMethodSchema } from '../../../shared/billing/schema.ts';
import type { Outputs } from '../../app/api.ts';
import { useMay, useMe } from '../../app/me.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { Money } from '../../ui/money.tsx';
import { Panel } from '../../ui/panel.tsx';
import { words } from '../../words/index.ts';
import { DiscountFields } from '../discount-fields.tsx';
import { SumLine } from '../sum-line.tsx';
import { isDiscounted, type OrderAmounts, type OrderValues, takenSum } from './order-values.ts';

type Quote = Outputs['bills']['quote'];

/** What the order costs, what is taken off it, who pays which part, and what was paid at once. */
export function OrderPayment({
  form,
  quote,
  amounts,
  onPayAll,
  onSplit,
}: {
  form: UseFormReturnType<OrderValues>;
  quote: Quote | undefined;
  amounts: OrderAmounts;
  onPayAll: () => void;
  /** Keeps the payment being typed and begins another. */
  onSplit: () => void;
}) {
  const may = useMay();
  return (
    <>
      <Sums form={form} quote={quote} amounts={amounts} />
      {may('bill.pay') && <Payment form={form} quote={quote} amounts={amounts} onPayAll={onPayAll} onSplit={onSplit} />}
    </>
  );
}

function Sums({
  form,
  quote,
  amounts,
}: {
  form: UseFormReturnType<OrderValues>;
  quote: Quote | undefined;
  amounts: OrderAmounts;
}) {
  const may = useMay();
  const { currency } = useMe();
  const { orders, bills } = words;
  const totals = quote?.totals ?? { gross: 0, discount: 0, tax: 0, net: 0, due: 0 };
  const shared = quote?.totals.insurer !== undefined || quote?.totals.organisation !== undefined;
  return (
    <Panel title={orders.totals}>
      <Stack gap={6}>
        <SumLine name={orders.gross} amount={totals.gross} />
        {may('bill.discount') && (
          <DiscountFields
            label={orders.discount}
            currency={currency}
            needsReason={isDiscounted(amounts) || form.values.discount.trim() !== ''}
            propsOf={(field) => form.getInputProps(field)}
          />
        )}
        {totals.discount > 0 && <SumLine name={orders.discount} amount={-totals.discount} />}
        {totals.tax > 0 && <SumLine name={orders.tax} amount={totals.tax} />}
        {shared && <SumLine name={bills.net} amount={totals.net} />}
        {quote?.totals.insurer !== undefined && <SumLine name={bills.insurer} amount={-quote.totals.insurer} />}
        {quote?.totals.organisation !== undefined && (
          <SumLine name={bills.onAccount} amount={-quote.totals.organisation} />
        )}
        <SumLine name={orders.net} amount={totals.due} strong />
        {quote?.approvals.map(({ kind, what }) => (
          <Text key={kind} size="xs" c="var(--tone-warn)" role="status">
            {orders.needsApproval(what)}
          </Text>
        ))}
      </Stack>
    </Panel>
  );
}

function Payment({
  form,
  quote,
  amounts,
  onPayAll,
  onSplit,
}: {
  form: UseFormReturnType<OrderValues>;
  quote: Quote | undefined;
  amounts: OrderAmounts;
  onPayAll: () => void;
  onSplit: () => void;
}) {
  const { orders, bills } = words;
  const credit = quote?.credit ?? 0;
  const methods = entryMethodSchema.options
    .filter((value) => value !== 'credit' || credit > 0)
    .map((value) => ({ value, label: bills.methods[value] }));
  const { taken, method } = form.values;
  const left = (quote?.totals.due ?? 0) - takenSum(form.values);
  const received = amounts.received ?? 0;
  const change = method === 'cash' ? Math.max(0, received - left) : 0;
  return (
    <Panel title={orders.payment}>
      <Stack gap="xs">
        {taken.map((payment, index) => (
          <Group
            key={`${payment.method} ${payment.amount} ${payment.reference ?? ''}`}
            justify="space-between"
            gap="xs"
          >
            <Text size="sm">
              {bills.methods[payment.method]}
              {payment.reference ? `, ${payment.reference}` : ''}
            </Text>
            <Group gap={4}>
              <Money amount={payment.amount} plain />
              <IconButton
                label={orders.remove(bills.methods[payment.method])}
                icon={IconX}
                onClick={() =>
                  form.setFieldValue(
                    'taken',
                    taken.filter((_, other) => other !== index),
                  )
                }
              />
            </Group>
          </Group>
        ))}
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={orders.method}
          data={methods}
          value={method}
          onChange={(value) => form.setFieldValue('method', entryMethodSchema.parse(value))}
        />
        {credit > 0 && <SumLine name={bills.creditBalance} amount={credit} />}
        <TextInput
          label={orders.received}
          inputMode="decimal"
          autoComplete="off"
          description={received === 0 && taken.length === 0 ? orders.later : '\u00a0'}
          styles={{ input: { textAlign: 'end' } }}
          rightSectionWidth={104}
          rightSection={
            <Button
              variant="subtle"
              size="compact-xs"
              rightSection={<KeysHint keys="F8" />}
              onClick={onPayAll}
              disabled={left <= 0}
            >
              {orders.payAll}
            </Button>
          }
          {...form.getInputProps('received')}
        />
        {method !== 'cash' && method !== 'credit' && (
          <TextInput label={orders.reference} placeholder={orders.referenceHint} {...form.getInputProps('reference')} />
        )}
        {change > 0 && <SumLine name={orders.change} amount={change} strong />}
        {received > 0 && received < left && (
          <Group justify="space-between" gap="xs">
            <Button variant="subtle" size="compact-sm" rightSection={<KeysHint keys="F6" />} onClick={onSplit}>
              {orders.split}
            </Button>
          </Group>
        )}
        {received < left && <SumLine name={orders.due} amount={left - received} />}
      </Stack>
    </Panel>
  );
}
