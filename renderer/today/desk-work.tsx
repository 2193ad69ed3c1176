import { Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../app/api.ts';
import { useFormat } from '../app/me.tsx';
import { SumLine } from '../billing/sum-line.tsx';
import { Failed } from '../ui/failed.tsx';
import { LinkText } from '../ui/link.tsx';
import { Money } from '../ui/money.tsx';
import { Panel } from '../ui/panel.tsx';
import { words } from '../words/index.ts';
import { shownRows, WorkPanel } from './work-panel.tsx';

/** The sums of today's bills. */
export function BillsToday() {
  const trpc = useTRPC();
  const { currency, today } = useFormat();
  const day = today();
  const { data, error } = useQuery(trpc.bills.totals.queryOptions({ from: day, to: day }));
  const sums = data?.length === 0 ? [{ currency, count: 0, net: 0, paid: 0, due: 0 }] : data;
  return (
    <Panel title={words.today.money} actions={<LinkText to="/bills">{words.today.all}</LinkText>}>
      {error && !data ? <Failed error={error} /> : null}
      <Stack gap={4} mih={88}>
        {sums?.map((sum) => (
          <Stack key={sum.currency} gap={4}>
            <Text size="sm">{words.bills.totals(sum.count)}</Text>
            <SumLine name={words.today.billed} amount={sum.net} currency={sum.currency} strong />
            <SumLine name={words.today.paid} amount={sum.paid} currency={sum.currency} />
            <SumLine name={words.today.due} amount={sum.due} currency={sum.currency} />
          </Stack>
        ))}
      </Stack>
    </Panel>
  );
}

/** Today's bills on which nothing was paid yet. */
export function UnpaidBills() {
  const trpc = useTRPC();
  const day = useFormat().today();
  const query = useQuery(trpc.bills.list.queryOptions({ from: day, to: day, status: 'open', limit: shownRows }));
  return (
    <WorkPanel
      title={words.today.unpaid}
      query={query}
      link={
        <LinkText to="/bills" search={{ status: 'open' }}>
          {words.today.all}
        </LinkText>
      }
      nothing={words.today.unpaidNone}
      rowId={({ id }) => id}
      cells={({ id, number, patientName, totals, currency }) => (
        <>
          <Table.Td>
            <LinkText to="/bills/$billId" params={{ billId: id }}>
              {number}
            </LinkText>
          </Table.Td>
          <Table.Td>{patientName}</Table.Td>
          <Table.Td ta="end">
            <Money amount={totals.due} currency={currency} plain />
          </Table.Td>
        </>
      )}
    />
  );
}
