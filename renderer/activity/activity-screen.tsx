import { Button, Text, TextInput } from '@mantine/core';
import { IconHistory, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type ActivityAction, activityActions } from '../../shared/activity/actions.ts';
import { type Outputs, type RowOf, useTRPC, useTRPCClient } from '../app/api.ts';
import type { Format } from '../app/format.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat } from '../app/me.tsx';
import { useSearchText } from '../app/search-text.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { DayField } from '../ui/day-field.tsx';
import { Empty } from '../ui/empty.tsx';
import { notifyDone, notifyError } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { SearchSelect } from '../ui/search-select.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { subjectAddress } from './subject-address.ts';

type Row = RowOf<Outputs['activity']['list']>;

const route = getRouteApi('/activity');
const { activity: w } = words;

const actionChoices = Object.entries(activityActions)
  .map(([value, { message }]) => ({ value, label: actionWords(message) }))
  .toSorted((a, b) => a.label.localeCompare(b.label));

/** Who did what to what, the newest first; Enter leads to what it was done to. */
export function ActivityScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { history } = useRouter();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const format = useFormat();
  const field = useSearchText(search.text, navigate);
  const action = actionOf(search.action);
  const { from = format.daysAgo(30), to = format.today() } = search;
  const filter = { from, to, actorId: search.actorId, action, text: search.text };
  const list = useInfiniteQuery(
    trpc.activity.list.infiniteQueryOptions(
      { ...filter, limit: 100 },
      { ...byCursor, placeholderData: keepPreviousData },
    ),
  );
  const pages = usePages(list);
  const actors = useQuery(trpc.activity.actors.queryOptions());
  const columns = useMemo(() => columnsFor(format), [format]);
  const narrow = (change: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const verify = useMutation({
    mutationFn: () => client.activity.verify.query(),
    onSuccess: ({ intact, entries, brokenAt }) => {
      if (intact) notifyDone(w.intact(entries));
      else notifyError({ message: w.broken(brokenAt?.position ?? entries) });
    },
  });
  const narrowed = Object.values(search).some(Boolean);
  useKeys(w.title, [
    { keys: '/', label: w.search, run: field.focus },
    { keys: 'F8', label: w.verify, run: () => verify.mutate(), disabled: verify.isPending },
  ]);
  return (
    <Page
      title={w.title}
      actions={
        <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
          {w.verify}
        </Button>
      }
      filters={
        <>
          <DayField label={w.from} value={from} onChange={(day) => narrow({ from: day })} />
          <DayField label={w.to} value={to} onChange={(day) => narrow({ to: day })} />
          <SearchSelect
            aria-label={w.who}
            placeholder={w.everybody}
            clearable
            w={190}
            data={[
              { value: 'system', label: w.system },
              ...(actors.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
            value={search.actorId ?? null}
            onChange={(actorId) => narrow({ actorId: actorId ?? undefined })}
          />
          <SearchSelect
            aria-label={w.action}
            placeholder={w.anything}
            clearable
            w={250}
            data={actionChoices}
            value={action ?? null}
            onChange={(next) => narrow({ action: next ?? undefined })}
          />
          <TextInput
            {...field.props}
            aria-label={w.search}
            placeholder={w.search}
            leftSection={<IconSearch size={15} aria-hidden />}
            w={220}
          />
          {narrowed && (
            <Button variant="subtle" onClick={() => void navigate({ search: {}, replace: true })}>
              {w.everything}
            </Button>
          )}
        </>
      }
    >
      <DataTable
        {...pages}
        label={w.title}
        columns={columns}
        rowId={(row) => row.id}
        onOpen={(row) => {
          const address = subjectAddress(row);
          if (address) history.push(address);
        }}
        empty={
          <Empty icon={IconHistory} title={narrowed ? w.nothing : w.empty}>
            {narrowed ? w.nothingText : w.emptyText}
          </Empty>
        }
      />
      {list.data?.pages[0]?.cut && (
        <Text size="xs" c="dimmed" role="status">
          {w.cut}
        </Text>
      )}
    </Page>
  );
}

function actionOf(text: string | undefined): ActivityAction | undefined {
  return text !== undefined && text in activityActions ? (text as ActivityAction) : undefined;
}

/** `Patient {name} ({number}) registered` as a choice: `Patient … registered`. */
function actionWords(message: string): string {
  return message
    .replace(/\{\w+\|[^|]+\|([^}]+)\}/g, '… $1')
    .replace(/\(?\{\w+\}\)?/g, '…')
    .replace(/(…[\s,:.%]*)+/g, '… ')
    .trim();
}

function columnsFor(format: Format): Column<Row>[] {
  const text = (id: string, header: string, size: number, of: (row: Row) => string): Column<Row> => ({
    id,
    header,
    size,
    cell: of,
    text: of,
  });
  return [
    text('at', w.time, 150, (row) => format.dateTime(row.at)),
    text('who', w.who, 170, (row) => row.actorName),
    { ...text('what', w.what, 400, (row) => row.text), grow: 3 },
  ];
}
