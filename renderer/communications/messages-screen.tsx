import { Button, Select } from '@mantine/core';
import { IconMail } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { jobShape } from '../../shared/communications/job.ts';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import type { Format } from '../app/format.ts';
import { useFormat, useMay } from '../app/me.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { LinkButton } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import type { Tone } from '../ui/status-dot.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { MailServerForm } from './mail-server-form.tsx';

type Row = RowOf<Outputs['messages']['list']>;

const route = getRouteApi('/messages');
const states = jobShape.shape.state;
const tones: Record<Row['state'], Tone> = {
  queued: 'busy',
  running: 'busy',
  waiting: 'warn',
  done: 'ok',
  dead: 'error',
  cancelled: 'off',
};

/** What leaves the laboratory: waiting, sent, given up, with the reason of each failure. */
export function MessagesScreen() {
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const trpc = useTRPC();
  const may = useMay();
  const format = useFormat();
  const { messages: w } = words;
  const [ids, setIds] = useState<string[]>([]);
  const [settings, setSettings] = useState(false);
  const list = useInfiniteQuery(trpc.messages.list.infiniteQueryOptions({ state, limit: 100 }, byCursor));
  const pages = usePages(list);
  const columns = useMemo(() => columnsFor(format), [format]);
  const retry = useMutation(trpc.messages.retry.mutationOptions({ onSuccess: () => setIds([]) }));
  const cancel = useMutation(trpc.messages.cancel.mutationOptions({ onSuccess: () => setIds([]) }));
  const [id] = ids;
  const chosen = pages.rows.find((row) => row.id === id);
  const demo = useQuery(trpc.demo.state.queryOptions());
  const mayChange = (states: readonly Row['state'][]) =>
    chosen !== undefined && ids.length === 1 && may('message.retry') && states.includes(chosen.state);
  return (
    <Page
      title={w.title}
      filters={
        <Select
          aria-label={w.state}
          w={180}
          data={[{ value: '', label: w.any }, ...states.options.map((value) => ({ value, label: w.states[value] }))]}
          value={state ?? ''}
          onChange={(value) => void navigate({ search: { state: states.safeParse(value).data }, replace: true })}
        />
      }
      actions={
        <>
          {demo.data && (
            <LinkButton to="/inbox" variant="subtle">
              {w.inbox}
            </LinkButton>
          )}
          {may('setup.update') && (
            <Button variant="subtle" onClick={() => setSettings(true)}>
              {w.mailServer}
            </Button>
          )}
          <Button
            variant="default"
            disabled={!mayChange(['queued', 'waiting', 'dead'])}
            loading={cancel.isPending}
            onClick={() => id && cancel.mutate({ id })}
          >
            {w.cancel}
          </Button>
          <Button
            disabled={!mayChange(['waiting', 'dead'])}
            loading={retry.isPending}
            onClick={() => id && retry.mutate({ id })}
          >
            {w.retry}
          </Button>
        </>
      }
    >
      <DataTable
        {...pages}
        label={w.title}
        columns={columns}
        rowId={(row) => row.id}
        selection={{ ids, onChange: setIds }}
        empty={
          <Empty icon={IconMail} title={w.empty}>
            {w.emptyText}
          </Empty>
        }
      />
      <MailServerForm opened={settings} onClose={() => setSettings(false)} />
    </Page>
  );
}

/** The state in words, and when a message that failed is tried again. */
function stateText({ state, nextAttemptAt }: Row, format: Format): string {
  const { messages: w } = words;
  return state === 'waiting' && nextAttemptAt ? w.againAt(format.time(nextAttemptAt)) : w.states[state];
}

function columnsFor(format: Format): Column<Row>[] {
  const { messages: w } = words;
  const text = (id: string, header: string, size: number, of: (row: Row) => string): Column<Row> => ({
    id,
    header,
    size,
    cell: of,
    text: of,
  });
  return [
    text('created', w.created, 140, (row) => format.dateTime(row.createdAt)),
    { ...text('what', w.what, 260, (row) => row.title), grow: 2 },
    { ...text('to', w.to, 190, (row) => row.to.join(', ')), grow: 1 },
    {
      id: 'state',
      header: w.state,
      size: 190,
      cell: (row) => <StateBadge tone={tones[row.state]}>{stateText(row, format)}</StateBadge>,
      text: (row) => stateText(row, format),
    },
    { ...text('attempts', w.attempts, 80, (row) => `${row.attemptCount}/${row.maxAttempts}`), align: 'end' },
    { ...text('error', w.error, 200, (row) => row.error ?? ''), grow: 1 },
  ];
}
