import { Button, Grid, SimpleGrid, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconCashBanknote } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { denominationsOf } from '../../shared/billing/denominations.ts';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import { errorsOf } from '../app/errors.ts';
import type { Format } from '../app/format.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat } from '../app/me.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { Money } from '../ui/money.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { PdfPreview } from '../ui/pdf-preview.tsx';
import { Query } from '../ui/query.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { SumLine } from './sum-line.tsx';

type Till = Outputs['dayClose']['till'];
type Row = RowOf<Outputs['dayClose']['list']>;

/** Counts the till of the person at this station and closes it; earlier closes with their papers. */
export function DayCloseScreen() {
  const trpc = useTRPC();
  const format = useFormat();
  const [paperId, setPaperId] = useState<string>();
  const till = useQuery(trpc.dayClose.till.queryOptions());
  const list = useInfiniteQuery(trpc.dayClose.list.infiniteQueryOptions({ limit: 50 }, byCursor));
  const pages = usePages(list);
  const paper = useQuery(trpc.dayClose.paper.queryOptions({ id: paperId ?? '' }, { enabled: paperId !== undefined }));
  const columns = useMemo(() => columnsFor(format), [format]);
  return (
    <Page title={words.dayClose.title}>
      <Grid gap="sm" overflow="hidden" style={{ flex: 1, minBlockSize: 0 }}>
        <Grid.Col span={{ base: 12, sm: 6 }} style={{ overflowY: 'auto', maxBlockSize: '100%' }}>
          <Query query={till}>
            {(known) => <Count key={JSON.stringify(known)} till={known} onClosed={setPaperId} />}
          </Query>
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6 }} style={{ display: 'flex', flexDirection: 'column' }}>
          <DataTable
            {...pages}
            label={words.dayClose.earlier}
            columns={columns}
            rowId={(row) => row.id}
            onOpen={({ id }) => setPaperId(id)}
            empty={
              <Empty icon={IconCashBanknote} title={words.dayClose.emptyTitle}>
                {words.dayClose.emptyText}
              </Empty>
            }
          />
        </Grid.Col>
      </Grid>
      <PdfPreview
        opened={paperId !== undefined}
        onClose={() => setPaperId(undefined)}
        title={words.dayClose.title}
        query={paper}
      />
    </Page>
  );
}

function Count({ till, onClosed }: { till: Till; onClosed: (id: string) => void }) {
  const trpc = useTRPC();
  const format = useFormat();
  const { currency, expected, since } = till;
  const [counts, setCounts] = useState<Record<number, string>>({});
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState<FieldError[]>([]);
  const denominations = denominationsOf(currency).map((value) => ({ value, count: Number(counts[value] || 0) }));
  // Side by side, so that the whole till is seen at once.
  const half = Math.ceil(denominations.length / 2);
  const notes = denominations.reduce((sum, { value, count }) => sum + value * count, 0);
  const counted = expected.map(({ method, amount }) => {
    const text = typed[method] ?? (method === 'cash' ? '' : format.amount(amount, currency));
    const own = text.trim() === '' && method === 'cash' ? notes : format.readMoney(text, currency);
    return { method, expected: amount, counted: own };
  });
  const difference = counted.reduce((sum, one) => sum + (one.counted ?? 0) - one.expected, 0);
  const differs = counted.some((one) => one.counted !== one.expected);
  const close = useMutation(
    trpc.dayClose.close.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ id, number }) => {
        notifyDone(words.dayClose.closed(number));
        onClosed(id);
      },
      onError: (error) => setErrors(errorsOf(error)),
    }),
  );
  const save = () => {
    setErrors([]);
    const amounts = counted.flatMap((one) => (one.counted === null ? [] : [{ ...one, counted: one.counted }]));
    close.mutate({
      counted: amounts,
      denominations: denominations.filter(({ count }) => count > 0),
      reason: reason.trim() || undefined,
    });
  };
  const { dayClose } = words;
  const wrong = counted.some((one) => one.counted === null) || denominations.some(({ count }) => !(count >= 0));
  const busy = close.isPending;
  useKeys(dayClose.title, [{ keys: 'mod+Enter', label: dayClose.close, run: save, disabled: wrong || busy }]);
  return (
    <Panel
      title={dayClose.till}
      about={
        <Text size="sm" c="dimmed">
          {since ? dayClose.since(format.dateTime(since)) : dayClose.never}
        </Text>
      }
    >
      <Stack gap="sm">
        <FormErrors errors={errors} />
        <SimpleGrid cols={2} spacing="sm">
          {[denominations.slice(0, half), denominations.slice(half)].map((part, index) => (
            <Denominations
              key={index === 0 ? 'large' : 'small'}
              denominations={part}
              autoFocus={index === 0}
              currency={currency}
              counts={counts}
              onCount={(value, text) => setCounts({ ...counts, [value]: text })}
            />
          ))}
        </SimpleGrid>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.bills.method}</Table.Th>
              <Table.Th ta="end">{dayClose.expected}</Table.Th>
              <Table.Th w={130}>{dayClose.counted}</Table.Th>
              <Table.Th ta="end">{dayClose.difference}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {counted.map((one) => (
              <Table.Tr key={one.method}>
                <Table.Td>{dayClose.methods[one.method]}</Table.Td>
                <Table.Td ta="end">
                  <Money amount={one.expected} currency={currency} plain />
                </Table.Td>
                <Table.Td py={0}>
                  <TextInput
                    size="xs"
                    aria-label={`${dayClose.counted}: ${dayClose.methods[one.method]}`}
                    inputMode="decimal"
                    autoComplete="off"
                    placeholder={format.amount(notes, currency)}
                    styles={{ input: { textAlign: 'end' } }}
                    error={one.counted === null}
                    value={typed[one.method] ?? (one.method === 'cash' ? '' : format.amount(one.expected, currency))}
                    onChange={({ currentTarget }) => setTyped({ ...typed, [one.method]: currentTarget.value })}
                  />
                </Table.Td>
                <Table.Td ta="end">
                  <Money amount={(one.counted ?? 0) - one.expected} currency={currency} plain />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <SumLine name={dayClose.difference} amount={difference} currency={currency} strong />
        {differs && (
          <TextInput
            label={dayClose.reason}
            required
            data-path="reason"
            maxLength={300}
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
        )}
        <Button disabled={wrong} loading={busy} onClick={save} rightSection={<KeysHint keys="mod+Enter" />}>
          {dayClose.close}
        </Button>
      </Stack>
    </Panel>
  );
}

/** How many there are of each note and coin, with what they come to. */
function Denominations({
  denominations,
  autoFocus,
  currency,
  counts,
  onCount,
}: {
  denominations: readonly { value: number; count: number }[];
  autoFocus: boolean;
  currency: string;
  counts: Readonly<Record<number, string>>;
  onCount: (value: number, text: string) => void;
}) {
  const format = useFormat();
  const { dayClose } = words;
  return (
    <Table aria-label={dayClose.notes} style={{ alignSelf: 'start' }}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th ta="end">{dayClose.value}</Table.Th>
          <Table.Th w={84}>{dayClose.number}</Table.Th>
          <Table.Th ta="end">{dayClose.sum}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {denominations.map(({ value, count }, index) => (
          <Table.Tr key={value}>
            <Table.Td ta="end">
              <Money amount={value} currency={currency} plain />
            </Table.Td>
            <Table.Td py={0}>
              <TextInput
                size="xs"
                aria-label={dayClose.countOf(format.money(value, currency))}
                inputMode="numeric"
                autoComplete="off"
                autoFocus={autoFocus && index === 0}
                styles={{ input: { textAlign: 'end' } }}
                value={counts[value] ?? ''}
                onChange={({ currentTarget }) => onCount(value, currentTarget.value.replace(/\D/g, '').slice(0, 5))}
              />
            </Table.Td>
            <Table.Td ta="end">{count > 0 && <Money amount={value * count} currency={currency} plain />}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function columnsFor(format: Format): Column<Row>[] {
  const { columns } = words.dayClose;
  const amount = (id: string, header: string, of: (row: Row) => number): Column<Row> => ({
    ...{ id, header, size: 88, align: 'end' },
    cell: (row) => <Money amount={of(row)} currency={row.currency} plain />,
    text: (row) => format.amount(of(row), row.currency),
  });
  const sum = (row: Row, field: 'expected' | 'counted') => row.sums.reduce((total, one) => total + one[field], 0);
  return [
    { id: 'number', header: columns.number, size: 80, cell: (row) => row.number, text: (row) => row.number },
    {
      ...{ id: 'time', header: columns.time, size: 104 },
      cell: (row) => format.dateTime(row.registeredAt),
      text: (row) => format.dateTime(row.registeredAt),
    },
    {
      ...{ id: 'person', header: columns.person, size: 80, grow: 1 },
      cell: (row) => row.staffName,
      text: (row) => row.staffName,
    },
    amount('expected', columns.expected, (row) => sum(row, 'expected')),
    amount('counted', columns.counted, (row) => sum(row, 'counted')),
    amount('difference', words.dayClose.difference, (row) => row.difference),
  ];
}
