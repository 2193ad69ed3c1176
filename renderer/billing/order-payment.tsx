import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { type PaymentMethod, paymentMethodSchema } from '../../shared/billing/schema.ts';
import type { Outputs } from '../app/api.ts';
import { useMay, useMe } from '../app/me.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { Panel } from '../ui/panel.tsx';
import { words } from '../words/index.ts';
import type { OrderAmounts, OrderValues } from './order-values.ts';
import { SumLine } from './sum-line.tsx';

const methods = paymentMethodSchema.options.map((value) => ({ value, label: words.orders.methods[value] }));

/** What the order costs, what is taken off it, and what was paid at once. */
export function OrderPayment({
  form,
  quote,
  amounts,
  onPayAll,
}: {
  form: UseFormReturnType<OrderValues>;
  quote: Outputs['bills']['quote'] | undefined;
  amounts: OrderAmounts;
  onPayAll: () => void;
}) {
  const may = useMay();
  const { currency } = useMe();
  const { orders } = words;
  const totals = quote?.totals ?? { gross: 0, discount: 0, tax: 0, net: 0 };
  const received = amounts.received ?? 0;
  const change = form.values.method === 'cash' ? Math.max(0, received - totals.net) : 0;
  return (
    <>
      <Panel title={orders.totals}>
        <Stack gap={6}>
          <SumLine name={orders.gross} amount={totals.gross} />
          {may('bill.discount') && <Discount form={form} currency={currency} />}
          {totals.discount > 0 && <SumLine name={orders.discount} amount={-totals.discount} />}
          {totals.tax > 0 && <SumLine name={orders.tax} amount={totals.tax} />}
          <SumLine name={orders.net} amount={totals.net} strong />
        </Stack>
      </Panel>
      {may('bill.pay') && (
        <Panel title={orders.payment}>
          <Stack gap="xs">
            <SegmentedControl
              fullWidth
              aria-label={orders.method}
              data={methods}
              value={form.values.method}
              onChange={(method) => form.setFieldValue('method', method as PaymentMethod)}
            />
            <TextInput
              label={orders.received}
              inputMode="decimal"
              autoComplete="off"
              description={received === 0 ? orders.later : '\u00a0'}
              styles={{ input: { textAlign: 'end' } }}
              rightSectionWidth={104}
              rightSection={
                <Button
                  variant="subtle"
                  size="compact-xs"
                  rightSection={<KeysHint keys="F8" />}
                  onClick={onPayAll}
                  disabled={totals.net === 0}
                >
                  {orders.payAll}
                </Button>
              }
              {...form.getInputProps('received')}
            />
            {form.values.method !== 'cash' && (
              <TextInput
                label={orders.reference}
                placeholder={orders.referenceHint}
                {...form.getInputProps('reference')}
              />
            )}
            {change > 0 && <SumLine name={orders.change} amount={change} strong />}
            {received < totals.net && <SumLine name={orders.due} amount={totals.net - received} />}
          </Stack>
        </Panel>
      )}
    </>
  );
}

function Discount({ form, currency }: { form: UseFormReturnType<OrderValues>; currency: string }) {
  const { orders } = words;
  return (
    <>
      <Group gap="xs" wrap="nowrap" justify="space-between" align="flex-start">
        <Text size="sm" pt={5}>
          {orders.discount}
        </Text>
        <Group gap={4} wrap="nowrap" align="flex-start">
          <TextInput
            aria-label={orders.discount}
            w={90}
            inputMode="decimal"
            autoComplete="off"
            styles={{ input: { textAlign: 'end' } }}
            {...form.getInputProps('discount')}
          />
          <SegmentedControl
            aria-label={orders.discountKind}
            data={[
              { value: 'percent', label: '%' },
              { value: 'amount', label: currency },
            ]}
            {...form.getInputProps('discountKind')}
          />
        </Group>
      </Group>
      {form.values.discount.trim() !== '' && (
        <TextInput
          aria-label={orders.discountReason}
          placeholder={orders.discountReason}
          maxLength={300}
          {...form.getInputProps('discountReason')}
        />
      )}
    </>
  );
}
