import { Group, Text } from '@mantine/core';
import type { Outputs } from '../app/api.ts';
import { Money } from '../ui/money.tsx';
import { words } from '../words/index.ts';

/** One line with the sums of a range of bills, a group for each currency. */
export function BillSums({
  sums,
  taken,
}: {
  sums: Outputs['bills']['totals'] | undefined;
  /** What was taken in these days, by method. */
  taken?: Outputs['bills']['taken'];
}) {
  const { bills } = words;
  return (
    <Group gap="lg" mih={20} justify="flex-end" aria-live="polite">
      {taken && taken.length > 0 && (
        <Group gap="sm">
          <Text size="sm" c="dimmed">
            {bills.takenInDays}
          </Text>
          {taken.map(({ currency, method, amount }) => (
            <Sum key={`${currency} ${method}`} name={bills.methods[method]} amount={amount} currency={currency} />
          ))}
        </Group>
      )}
      {sums?.map(({ currency, count, cancelled, net, insurer, organisation, paid, due }) => (
        <Group key={currency} gap="lg">
          <Text size="sm" c="dimmed">
            {bills.totals(count)}
            {cancelled > 0 ? `, ${bills.cancelled(cancelled)}` : ''}
          </Text>
          <Sum name={bills.net} amount={net} currency={currency} />
          {insurer > 0 && <Sum name={bills.insurerName} amount={insurer} currency={currency} />}
          {organisation > 0 && <Sum name={bills.onAccount} amount={organisation} currency={currency} />}
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
