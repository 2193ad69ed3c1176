import { Group, Text } from '@mantine/core';
import type { Outputs } from '../app/api.ts';
import { Money } from '../ui/money.tsx';
import { words } from '../words/index.ts';

/** One line with the sums of a range of bills, a group for each currency. */
export function BillSums({ sums }: { sums: Outputs['bills']['totals'] | undefined }) {
  const { bills } = words;
  return (
    <Group gap="lg" mih={20} justify="flex-end" aria-live="polite">
      {sums?.map(({ currency, count, cancelled, net, paid, due }) => (
        <Group key={currency} gap="lg">
          <Text size="sm" c="dimmed">
            {bills.totals(count)}
            {cancelled > 0 ? `, ${bills.cancelled(cancelled)}` : ''}
          </Text>
          <Sum name={bills.net} amount={net} currency={currency} />
          <Sum name={bills.paid} amount={paid} currency={currency} />
          <Sum name={bills.due} amount={due} currency={currency} />
        </Group>
      ))}
    </Group>
  );
}

function Sum({ name, amount, currency }: { name: string; amount: number; currency: string }) {
  return (
    <Text size="sm" component="div">
      <Text span c="dimmed" inherit>
        {name}{' '}
      </Text>
      <Money amount={amount} currency={currency} strong />
    </Text>
  );
}
