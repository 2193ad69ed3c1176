import { Group, Text } from '@mantine/core';
import { Money } from '../ui/money.tsx';

/** A named amount at the end of its line, so that amounts stand below each other. */
export function SumLine({
  name,
  amount,
  currency,
  strong,
}: {
  name: string;
  amount: number;
  currency?: string;
  strong?: boolean;
}) {
  return (
    <Group justify="space-between" gap="sm" wrap="nowrap">
      <Text size={strong ? 'lg' : 'sm'} fw={strong ? 600 : undefined}>
        {name}
      </Text>
      <Text component="div" size={strong ? 'lg' : 'sm'}>
        <Money amount={amount} currency={currency} plain={!strong} strong={strong} />
      </Text>
    </Group>
  );
}
