import { Select, Text } from '@mantine/core';
import { IconFileInvoice } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { ageBands } from '../../../shared/billing/ageing.ts';
import { billStatusSchema } from '../../../shared/billing/schema.ts';
import { type Outputs, type RowOf, useTRPC } from '../../app/api.ts';
import type { Format } from '../../app/format.ts';
import { useKeys } from '../../app/keys.tsx';
import { useFormat, useMay } from '../../app/me.tsx';
import { EntrySelect } from '../../directory/entry-select.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Money } from '../../ui/money.tsx';
import { Page } from '../../ui/page.tsx';
import { SavedViews } from '../../ui/saved-views.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { byCursor, usePages } from '../../ui/use-pages.ts';
import { words } from '../../words/index.ts';
import { invoiceTones } from './invoice-tones.ts';
import { NewInvoice, NewInvoiceButton } from './new-invoice.tsx';

type Row = RowOf<Outputs['invoices']['list']>;

const route = getRouteApi('/invoices');
const statuses = [
  { value: '', label: words.bills.anyStatus },
  ...billStatusSchema.options.map((value) => ({ value, label: words.bills.statuses[value] })),
];

/** Invoices to organisations, the newest first, with what is owed by age below. */
export function InvoicesScreen() {
  const search = route.useSearch();
  const navigateHere = route.useNavigate();
  const navigate = useNavigate();
  const trpc = useTRPC();
  const may = useMay();
  const format = useFormat();
  const [making, setMaking] = useState(false);
  const { organisationId, status } = search;
  const list = useInfiniteQuery(
    trpc.invoices.list.infiniteQueryOptions({ organisationId, status, limit: 100 }, byCursor),
  );
  const pages = usePages(list);
  const columns = useMemo(() => columnsFor(format), [format]);
  const show = (next: Partial<typeof search>) => void navigateHere({ search: { ...search, ...next }, replace: true });
  const mayMake = may('invoice.manage') && may('directory.read');
  const begin = () => setMaking(true);
  useKeys(words.invoices.title, [{ keys: 'F2', label: words.invoices.create, run: begin, disabled: !mayMake }]);
  return (
    <Page
      title={words.invoices.title}
      actions={mayMake && <NewInvoiceButton onClick={begin} />}
      filters={
        <>
          {may('directory.read') && (
            <EntrySelect
              kind="organisation"
              inactive
              aria-label={words.invoices.organisation}
              placeholder={words.bills.anyOrganisation}
              w={220}
              autoFocus
              value={organisationId ?? ''}
              onChange={(id) => show({ organisationId: id || undefined })}
            />
          )}
          <Select
            aria-label={words.bills.status}
            w={130}
            data={statuses}
            value={status ?? ''}
            onChange={(value) => show({ status: billStatusSchema.safeParse(value).data })}
          />
          <SavedViews list="invoices" filters={search} onShow={(view) => void navigateHere({ search: view })} />
        </>
      }
    >
      <DataTable
        {...pages}
        label={words.invoices.title}
        columns={columns}
        rowId={(row) => row.id}
        onOpen={({ id }) => void navigate({ to: '/invoices/$invoiceId', params: { invoiceId: id } })}
        empty={
          <Empty
            icon={IconFileInvoice}
            title={words.invoices.emptyTitle}
            action={mayMake && <NewInvoiceButton onClick={begin} />}
          >
            {words.invoices.emptyText}
          </Empty>
        }
      />
      <Outstanding />
      <NewInvoice opened={making} onClose={() => setMaking(false)} organisationId={organisationId} />
    </Page>
  );
}

/** What each organisation owes on invoices, by age. */
function Outstanding() {
  const trpc = useTRPC();
  const format = useFormat();
  const { data = [] } = useQuery(trpc.invoices.ageing.queryOptions());
  if (data.length === 0) return null;
  const { invoices } = words;
  return (
    <Text size="sm">
      <Text span inherit c="dimmed">
        {invoices.ageing}{' '}
      </Text>
      {data
        .slice(0, 5)
        .map(({ name, currency, bands }) => {
          const parts = ageBands.filter((band) => bands[band] !== 0);
          return `${name}: ${parts.map((band) => `${invoices.bands[band]} ${format.money(bands[band], currency)}`).join(', ')}`;
        })
        .join(' · ')}
    </Text>
  );
}

function columnsFor(format: Format): Column<Row>[] {
  const { invoices, bills } = words;
  const plain = (id: string, header: string, size: number, of: (row: Row) => string, grow?: number): Column<Row> => ({
    ...{ id, header, size, grow },
    cell: of,
    text: of,
  });
  const amount = (id: 'net' | 'paid' | 'due', header: string): Column<Row> => ({
    ...{ id, header, size: 90, align: 'end' },
    cell: (row) => <Money amount={row.totals[id]} currency={row.currency} plain />,
    text: (row) => format.amount(row.totals[id], row.currency),
  });
  const dueText = (row: Row) =>
    [format.day(row.dueOn), row.overdueDays && invoices.overdue(row.overdueDays)].filter(Boolean).join(', ');
  return [
    plain('number', invoices.number, 80, (row) => row.number),
    plain('date', invoices.date, 100, (row) => format.day(row.registeredOn)),
    plain('organisation', invoices.organisation, 120, (row) => row.organisationName, 2),
    plain('period', invoices.period, 212, ({ period }) =>
      invoices.days(format.day(period.from), format.day(period.to)),
    ),
    { ...plain('bills', invoices.bills, 60, (row) => format.number(row.bills)), align: 'end' },
    amount('net', bills.net),
    amount('paid', bills.paid),
    amount('due', bills.due),
    {
      ...plain('dueOn', invoices.dueOn, 100, dueText),
      cell: (row) => (
        <Text span inherit c={row.overdueDays ? 'var(--tone-warn)' : undefined}>
          {dueText(row)}
        </Text>
      ),
    },
    {
      ...plain('status', bills.status, 100, (row) => bills.statuses[row.status]),
      cell: ({ status }) => <StateBadge tone={invoiceTones[status]}>{bills.statuses[status]}</StateBadge>,
    },
  ];
}
