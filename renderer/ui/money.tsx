import { Text } from '@mantine/core';
import { useFormat } from '../app/me.tsx';

/** Minor units as the lab writes money. `plain` leaves the currency out, for columns and sums whose heading names it. */
export function Money({
  amount,
  currency,
  plain,
  strong,
}: {
  amount: number;
  currency?: string;
  plain?: boolean;
  strong?: boolean;
}) {
  const format = useFormat();
  return (
    <Text span inherit fw={strong ? 600 : undefined} style={{ whiteSpace: 'nowrap' }}>
      {plain ? format.amount(amount, currency) : format.money(amount, currency)}
    </Text>
  );
}
