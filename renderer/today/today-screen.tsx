import { Badge, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTRPC } from '../app/api.ts';
import { useFormat, useMay, useMe } from '../app/me.tsx';
import { SumLine } from '../billing/sum-line.tsx';
import { Failed } from '../ui/failed.tsx';
import { LinkButton, LinkText } from '../ui/link.tsx';
import { Money } from '../ui/money.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Time } from '../ui/time.tsx';
import { words } from '../words/index.ts';

/** Rows a panel shows; what is more is behind its link. */
const shown = 8;

/** The work that waits for the person's role: a panel for each thing the role may do. */
export function TodayScreen() {
  const may = useMay();
  const me = useMe();
  const format = useFormat();
  const panels = [
    may('bill.read') && may('bill.create') && <BillsToday key="money" />,
    may('specimen.collect') && <Waiting key="collect" mode="collect" />,
    may('specimen.receive') && <Waiting key="receive" mode="receive" />,
    may('bill.pay') && <Unpaid key="unpaid" />,
  ].filter(Boolean);
  return (
    <Page
      title={words.today.title}
      body="scroll"
      about={
        <Text size="sm" c="dimmed">
          {format.day(format.today())} · {me.name}
        </Text>
      }
      actions={
        <>
          {may('patient.create') && (
            <LinkButton to="/patients/new" variant="default">
              {words.nav.registerPatient}
            </LinkButton>
          )}
          {may('bill.create') && <LinkButton to="/orders/new">{words.nav.newOrder}</LinkButton>}
        </>
      }
    >
      {panels.length === 0 && <Text c="dimmed">{words.today.nothing}</Text>}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm" verticalSpacing="sm" style={{ alignItems: 'start' }}>
        {panels}
      </SimpleGrid>
    </Page>
  );
}

function BillsToday() {
  const trpc = useTRPC();
  const format = useFormat();
  const today = format.today();
  const { data, error } = useQuery(trpc.bills.totals.queryOptions({ from: today, to: today }));
  const { currency } = format;
  const sums = data?.length ? data : data && [{ currency, count: 0, net: 0, paid: 0, due: 0 }];
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

function Waiting({ mode }: { mode: 'collect' | 'receive' }) {
  const trpc = useTRPC();
  const state = mode === 'collect' ? 'expected' : 'collected';
  const { data, error } = useQuery(trpc.specimens.list.queryOptions({ state, limit: shown }));
  return (
    <WorkPanel
      title={words.today[mode]}
      count={data && countOf(data)}
      link={
        <LinkText to="/specimens" search={{ mode }}>
          {words.today.all}
        </LinkText>
      }
      error={data ? null : error}
      nothing={mode === 'collect' ? words.today.collectNone : words.today.receiveNone}
    >
      {data?.rows.map((row) => (
        <Table.Tr key={row.id}>
          <Table.Td>
            <LinkText to="/specimens/$accession" params={{ accession: row.accession }} className="mono">
              {row.accession}
            </LinkText>
          </Table.Td>
          <Table.Td>{row.patientName}</Table.Td>
          <Table.Td c="dimmed">{row.testCodes.join(', ')}</Table.Td>
          <Table.Td ta="end">
            <Time at={row.collectedAt ?? row.createdAt} />
          </Table.Td>
        </Table.Tr>
      ))}
    </WorkPanel>
  );
}

function Unpaid() {
  const trpc = useTRPC();
  const today = useFormat().today();
  const { data, error } = useQuery(
    trpc.bills.list.queryOptions({ from: today, to: today, status: 'open', limit: shown }),
  );
  return (
    <WorkPanel
      title={words.today.unpaid}
      count={data && countOf(data)}
      link={
        <LinkText to="/bills" search={{ status: 'open' }}>
          {words.today.all}
        </LinkText>
      }
      error={data ? null : error}
      nothing={words.today.unpaidNone}
    >
      {data?.rows.map((row) => (
        <Table.Tr key={row.id}>
          <Table.Td>
            <LinkText to="/bills/$billId" params={{ billId: row.id }}>
              {row.number}
            </LinkText>
          </Table.Td>
          <Table.Td>{row.patientName}</Table.Td>
          <Table.Td ta="end">
            <Money amount={row.totals.due} currency={row.currency} plain />
          </Table.Td>
        </Table.Tr>
      ))}
    </WorkPanel>
  );
}

/** A list of work with its count; rows are table rows. */
function WorkPanel({
  title,
  count,
  link,
  error,
  nothing,
  children,
}: {
  title: string;
  count: string | undefined;
  link: ReactNode;
  error: unknown;
  nothing: string;
  children: ReactNode;
}) {
  return (
    <Panel title={title} about={count !== undefined && count !== '0' && <Badge>{count}</Badge>} actions={link} flush>
      {error ? <Failed error={error} /> : null}
      {count === '0' && (
        <Text size="sm" c="dimmed" p="sm">
          {nothing}
        </Text>
      )}
      <Table highlightOnHover>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Panel>
  );
}

function countOf({ rows, nextCursor }: { rows: readonly unknown[]; nextCursor?: string }): string {
  return nextCursor ? words.today.more(rows.length) : String(rows.length);
}
