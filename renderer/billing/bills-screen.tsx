import { Button, Checkbox, Group, Select, Text, TextInput } from '@mantine/core';
import { IconPlus, IconReceipt2, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { billOrderSchema } from '../../shared/billing/list-input.ts';
import { billStatusSchema } from '../../shared/billing/schema.ts';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import type { Format } from '../app/format.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay, useMe } from '../app/me.tsx';
import { useSearchText } from '../app/search-text.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { DayField } from '../ui/day-field.tsx';
import { Empty } from '../ui/empty.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkButton } from '../ui/link.tsx';
import { Money } from '../ui/money.tsx';
import { Page } from '../ui/page.tsx';
import { SavedViews } from '../ui/saved-views.tsx';
import { Time } from '../ui/time.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { BillStatus, statusText } from './bill-status.tsx';
import { BillSums } from './bill-sums.tsx';
import { PartyFilters } from './party-filters.tsx';

type Row = RowOf<Outputs['bills']['list']>;

const route = getRouteApi('/bills');
const statuses = [
  { value: '', label: words.bills.anyStatus },
  ...billStatusSchema.options.map((value) => ({ value, label: words.bills.statuses[value] })),
];

const orders = billOrderSchema.options.map((value) => ({ value, label: words.bills.orders[value] }));

/** Bills of a range of days, the newest first or by amount, with their sums. */
export function BillsScreen() {
  const search = route.useSearch();
  const navigateHere = route.useNavigate();
  const navigate = useNavigate();
  const trpc = useTRPC();
  const may = useMay();
  const me = useMe();
  const format = useFormat();
  const field = useSearchText(search.text, navigateHere);
  const { from = format.today(), to = format.today(), status, text, order: sort, ...more } = search;
  const { organisationId, insurerId, branchId, referrerId, dueOnly, userId } = more;
  const narrow = { from, to, status, organisationId, insurerId, branchId, referrerId, userId, dueOnly };
  const list = useInfiniteQuery(
    trpc.bills.list.infiniteQueryOptions({ ...narrow, order: sort, text: text || undefined, limit: 100 }, byCursor),
  );
  const pages = usePages(list);
  const totals = useQuery(trpc.bills.totals.queryOptions(narrow));
  const taken = useQuery(trpc.bills.taken.queryOptions({ from, to, userId }));
  const columns = useMemo(() => columnsFor(format), [format]);
  const show = (next: Partial<typeof search>) => void navigateHere({ search: { ...search, ...next }, replace: true });
  const showDays = (...days: [string, string]) => {
    const [first, last] = days.toSorted();
    show({ from: first, to: last });
  };
  const order = () => void navigate({ to: '/orders/new' });
  useKeys(words.bills.title, [
    { keys: 'F2', label: words.bills.newOrder, run: order, disabled: !may('bill.create') },
    { keys: '/', label: words.bills.search, run: field.focus },
  ]);

  return (
    <Page
      title={words.bills.title}
      actions={
        may('bill.create') && (
          <LinkButton
            to="/orders/new"
            leftSection={<IconPlus size={16} aria-hidden />}
            rightSection={<KeysHint keys="F2" />}
          >
            {words.bills.newOrder}
          </LinkButton>
        )
      }
      filters={
        <>
          <TextInput
            {...field.props}
            aria-label={words.bills.search}
            placeholder={words.bills.search}
            leftSection={<IconSearch size={15} aria-hidden />}
            w={240}
            autoFocus
          />
          <DayField label={words.bills.from} value={from} onChange={(day) => showDays(day, to)} />
          <DayField label={words.bills.to} value={to} onChange={(day) => showDays(from, day)} />
          <Group gap={4}>
            <Button variant="default" onClick={() => show({ from: undefined, to: undefined })}>
              {words.bills.today}
            </Button>
            <Button variant="default" onClick={() => show({ from: format.daysAgo(6), to: format.today() })}>
              {words.bills.week}
            </Button>
            <Button variant="default" onClick={() => show({ from: format.daysAgo(29), to: format.today() })}>
              {words.bills.month}
            </Button>
          </Group>
          <Select
            aria-label={words.bills.status}
            w={120}
            data={statuses}
            value={status ?? ''}
            onChange={(value) => show({ status: billStatusSchema.safeParse(value).data })}
          />
          <PartyFilters chosen={{ organisationId, insurerId, referrerId, branchId }} onChange={show} />
          <Checkbox
            label={words.bills.dueOnly}
            checked={dueOnly ?? false}
            onChange={({ currentTarget }) => show({ dueOnly: currentTarget.checked || undefined })}
          />
          <Checkbox
            label={words.bills.mine}
            checked={userId === me.actorId}
            onChange={({ currentTarget }) => show({ userId: currentTarget.checked ? me.actorId : undefined })}
          />
          <Select
            aria-label={words.bills.order}
            w={130}
            data={orders}
            value={sort ?? 'newest'}
            onChange={(value) =>
              show({ order: value === 'newest' ? undefined : billOrderSchema.safeParse(value).data })
            }
          />
          <SavedViews list="bills" filters={search} onShow={(view) => void navigateHere({ search: view })} />
        </>
      }
    >
      <DataTable
        {...pages}
        label={words.bills.title}
        columns={columns}
        rowId={(row) => row.id}
        onOpen={({ id }) => void navigate({ to: '/bills/$billId', params: { billId: id } })}
        empty={
          <Empty
            icon={IconReceipt2}
            title={words.bills.emptyTitle}
            action={may('bill.create') && <LinkButton to="/orders/new">{words.bills.newOrder}</LinkButton>}
          >
            {words.bills.emptyText}
          </Empty>
        }
      />
      <BillSums sums={totals.data} taken={taken.data} />
    </Page>
  );
}

function columnsFor(format: Format): Column<Row>[] {
  const { bills } = words;
  const amount = (id: 'net' | 'paid' | 'due', header: string): Column<Row> => ({
    id,
    header,
    size: 90,
    align: 'end',
    cell: (row) => <Money amount={row.totals[id]} currency={row.currency} plain />,
    text: (row) => format.amount(row.totals[id], row.currency),
  });
  return [
    { id: 'number', header: bills.number, size: 95, cell: (row) => row.number, text: (row) => row.number },
    {
      id: 'time',
      header: bills.time,
      size: 115,
      cell: (row) => <Time at={row.registeredAt} />,
      text: (row) => format.dateTime(row.registeredAt),
    },
    {
      id: 'patient',
      header: bills.patient,
      size: 140,
      grow: 2,
      cell: (row) => row.patientName,
      text: (row) => row.patientName,
    },
    {
      id: 'tests',
      header: bills.tests,
      size: 120,
      grow: 2,
      cell: (row) => row.tests.join(', '),
      text: (row) => row.tests.join(', '),
    },
    {
      id: 'sender',
      header: bills.sender,
      size: 90,
      grow: 1,
      cell: (row) => [row.organisationName, row.referrerName].filter(Boolean).join(', '),
      text: (row) => [row.organisationName, row.referrerName, row.insurerName].filter(Boolean).join(', '),
    },
    amount('net', bills.net),
    amount('paid', bills.paid),
    amount('due', bills.due),
    {
      id: 'status',
      header: bills.status,
      size: 130,
      cell: (row) => (
        <Group gap={4} wrap="nowrap">
          <BillStatus bill={row} />
          {row.flag && (
            <Text span size="xs" c="var(--tone-warn)">
              {bills.flagNames[row.flag]}
            </Text>
          )}
        </Group>
      ),
      text: (row) => [statusText(row), row.flag && bills.flagNames[row.flag]].filter(Boolean).join(', '),
    },
  ];
}
