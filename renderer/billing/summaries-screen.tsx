import { Button, Group, SegmentedControl, Text } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type SummaryInput, summaryInputSchema } from '../../shared/billing/list-input.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import type { Format } from '../app/format.ts';
import { useFormat, useMe } from '../app/me.tsx';
import { BarChart } from '../ui/bar-chart.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { DayField } from '../ui/day-field.tsx';
import { Empty } from '../ui/empty.tsx';
import { Money } from '../ui/money.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { SavedViews } from '../ui/saved-views.tsx';
import { words } from '../words/index.ts';

type By = SummaryInput['by'];
type Summary = Outputs['bills']['summary'];
type Row = Summary['rows'][number];

const route = getRouteApi('/summaries');

/** Day book, outstanding by age, discounts and referrers of a range of days, with a chart. */
export function SummariesScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const trpc = useTRPC();
  const format = useFormat();
  const { currency } = useMe();
  const { by = 'day', from = format.daysAgo(29), to = format.today() } = search;
  const summary = useQuery(trpc.bills.summary.queryOptions({ by, from, to }, { placeholderData: keepPreviousData }));
  const show = (next: Partial<typeof search>) => void navigate({ search: { ...search, ...next }, replace: true });
  const showDays = (...days: [string, string]) => {
    const [first, last] = days.toSorted();
    show({ from: first, to: last });
  };
  // Rows of the summary before stay until the next is there, as what they are.
  const shown = summary.data?.by ?? by;
  const rows = useMemo(() => summary.data?.rows ?? [], [summary.data]);
  const foreign = rows.some((row) => row.currency !== currency);
  const columns = useMemo(() => columnsFor(shown, format, foreign), [shown, format, foreign]);
  const chart = useMemo(() => {
    // One axis has one currency: the laboratory's own.
    const drawn = rows.filter((row) => row.currency === currency).slice(0, 60);
    return { labels: drawn.map((row) => barOf(shown, row, format)), values: drawn.map((row) => row[measureOf(shown)]) };
  }, [rows, shown, currency, format]);
  const { summaries } = words;
  return (
    <Page
      title={summaries.title}
      filters={
        <>
          <SegmentedControl
            aria-label={summaries.title}
            data={summaryInputSchema.shape.by.options.map((value) => ({ value, label: summaries.by[value] }))}
            value={by}
            onChange={(value) => show({ by: summaryInputSchema.shape.by.parse(value) })}
          />
          <DayField label={words.bills.from} value={from} onChange={(day) => showDays(day, to)} />
          <DayField label={words.bills.to} value={to} onChange={(day) => showDays(from, day)} />
          <Group gap={4}>
            <Button variant="default" onClick={() => show({ from: format.today(), to: format.today() })}>
              {words.bills.today}
            </Button>
            <Button variant="default" onClick={() => show({ from: undefined, to: undefined })}>
              {words.bills.month}
            </Button>
          </Group>
          <SavedViews list="summaries" filters={search} onShow={(view) => void navigate({ search: view })} />
        </>
      }
    >
      {rows.length > 0 && (
        <Panel title={summaries.chart[shown]}>
          <BarChart {...chart} format={format.amount} />
        </Panel>
      )}
      <DataTable
        label={summaries.by[shown]}
        columns={columns}
        rows={rows}
        rowId={(row) => `${row.key} ${row.currency}`}
        loading={summary.isPending}
        error={summary.data ? null : summary.error}
        retry={() => void summary.refetch()}
        empty={
          <Empty icon={IconChartBar} title={summaries.emptyTitle}>
            {summaries.emptyText}
          </Empty>
        }
      />
      {summary.data && <Below summary={summary.data} format={format} />}
    </Page>
  );
}

/** What organisations owe, and what was taken, below the table. */
function Below({ summary: { accounts, taken }, format }: { summary: Summary; format: Format }) {
  const { summaries, bills } = words;
  const parts = [
    ...accounts.map(({ name, amount, currency }) => `${name} ${format.money(amount, currency)}`),
    ...[...Map.groupBy(taken, ({ currency, method }) => `${currency} ${method}`).values()].flatMap((group) => {
      const [first] = group;
      if (!first) return [];
      const sum = group.reduce((total, one) => total + one.amount, 0);
      return [`${bills.methods[first.method]} ${format.money(sum, first.currency)}`];
    }),
  ];
  if (parts.length === 0) return null;
  return (
    <Text size="sm">
      <Text span inherit c="dimmed">
        {accounts.length > 0 ? summaries.accounts : bills.takenInDays}{' '}
      </Text>
      {parts.join(' · ')}
    </Text>
  );
}

/** What the chart of a summary shows. */
function measureOf(by: By): 'net' | 'due' | 'discount' {
  switch (by) {
    case 'day':
    case 'referrer':
      return 'net';
    case 'outstanding':
      return 'due';
    case 'discount':
      return 'discount';
    default:
      return by satisfies never;
  }
}

function labelOf(by: By, { key, label }: Row, format: Format): string {
  if (by === 'day') return format.day(key);
  if (by === 'outstanding') return words.summaries.ages[key] ?? key;
  return label || words.summaries.nobody;
}

/** What stands below a bar. */
function barOf(by: By, row: Row, format: Format): string {
  const label = labelOf(by, row, format);
  return by === 'discount' && row.reason ? `${label}\n${row.reason}` : label;
}

/** @param foreign some rows are in another currency than the laboratory's */
function columnsFor(by: By, format: Format, foreign: boolean): Column<Row>[] {
  const { summaries } = words;
  const amount = (
    id: 'gross' | 'discount' | 'tax' | 'net' | 'insurer' | 'organisation' | 'paid' | 'due',
  ): Column<Row> => ({
    ...{ id, header: summaries[id], size: 95, align: 'end' },
    cell: (row) => <Money amount={row[id]} currency={row.currency} plain />,
    text: (row) => format.amount(row[id], row.currency),
  });
  const plain = (id: string, header: string, size: number, of: (row: Row) => string, grow?: number): Column<Row> => ({
    ...{ id, header, size, grow },
    cell: of,
    text: of,
  });
  return [
    plain('group', summaries.group[by], 130, (row) => labelOf(by, row, format), 2),
    ...(by === 'discount' ? [plain('reason', summaries.reason, 150, (row) => row.reason ?? '', 2)] : []),
    ...(foreign ? [plain('currency', summaries.currency, 84, (row) => row.currency)] : []),
    { ...plain('count', summaries.bills, 60, (row) => format.number(row.count)), align: 'end' },
    amount('gross'),
    amount('discount'),
    amount('tax'),
    amount('net'),
    amount('insurer'),
    amount('organisation'),
    amount('paid'),
    amount('due'),
  ];
}
