import { Alert, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconArchive } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { LinkText } from '../ui/link.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Query } from '../ui/query.tsx';
import { Ago } from '../ui/time.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { messageColumns } from './message-columns.ts';
import { MessageDialog } from './message-dialog.tsx';
import { RetentionDays } from './retention-days.tsx';

type Archive = Outputs['devices']['archive'];

const route = getRouteApi('/analyzers/archive');

/** Messages that are older than the journal keeps: by month, searched, opened, saved, read again; and how long the journal keeps. */
export function ArchiveScreen() {
  const trpc = useTRPC();
  const archive = useQuery(trpc.devices.archive.queryOptions());
  return <Query query={archive}>{(found) => <Found archive={found} />}</Query>;
}

function Found({ archive }: { archive: Archive }) {
  const trpc = useTRPC();
  const may = useMay();
  const format = useFormat();
  const { archive: w } = words;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const month = search.month ?? archive.months[0]?.month;
  const [typed, setTyped] = useState(search.text ?? '');
  const field = useRef<HTMLInputElement>(null);
  const narrow = (change: Partial<typeof search>) => void navigate({ search: { ...search, ...change }, replace: true });
  const find = useDebouncedCallback((text: string) => narrow({ text: text.trim() || undefined }), 300);
  const devices = useQuery(trpc.devices.list.queryOptions());
  const move = useMutation(
    trpc.devices.archiveNow.mutationOptions({ onSuccess: ({ archived }) => notifyDone(w.moved(archived)) }),
  );
  useKeys(w.title, [{ keys: '/', label: w.find, run: () => field.current?.focus() }]);
  return (
    <Page
      title={w.title}
      about={
        <Text size="sm" c="dimmed">
          <LinkText to="/analyzers">{words.devices.title}</LinkText>
        </Text>
      }
      actions={
        may('device.configure') && (
          <Button variant="default" loading={move.isPending} onClick={() => move.mutate()}>
            {w.moveNow}
          </Button>
        )
      }
      filters={
        month && (
          <>
            <Select
              aria-label={w.month}
              w={280}
              allowDeselect={false}
              data={archive.months.map((one) => ({ value: one.month, label: monthLabel(one, format) }))}
              value={month}
              onChange={(value) => narrow({ month: value ?? undefined })}
            />
            <Select
              aria-label={words.results.device}
              placeholder={words.results.allAnalyzers}
              clearable
              w={210}
              data={(devices.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              value={search.device ?? null}
              onChange={(value) => narrow({ device: value ?? undefined })}
            />
            <TextInput
              ref={field}
              aria-label={w.find}
              placeholder={`${w.findHint} ( / )`}
              w={260}
              value={typed}
              onChange={({ currentTarget }) => {
                setTyped(currentTarget.value);
                find(currentTarget.value);
              }}
            />
          </>
        )
      }
    >
      <Stack gap="xs" flex={1} mih={0}>
        <Retention archive={archive} />
        {month ? (
          <Messages key={month} month={month} deviceId={search.device} text={search.text} />
        ) : (
          <Empty icon={IconArchive} title={w.empty}>
            {w.emptyText(archive.days)}
          </Empty>
        )}
      </Stack>
    </Page>
  );
}

/** What the setting is, what follows from it, and how the last move went. */
function Retention({ archive }: { archive: Archive }) {
  const { archive: w } = words;
  return (
    <>
      {archive.error && (
        <Alert color="red" p="xs" title={w.notMoved}>
          {archive.error}
        </Alert>
      )}
      <Group gap="xs" align="center">
        <RetentionDays days={archive.days} />
        {archive.lastRunAt && (
          <Text size="sm" c="dimmed">
            {w.lastRun} <Ago at={archive.lastRunAt} />
          </Text>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {w.consequences}
      </Text>
    </>
  );
}

function Messages({
  month,
  deviceId,
  text,
}: {
  month: string;
  deviceId: string | undefined;
  text: string | undefined;
}) {
  const trpc = useTRPC();
  const format = useFormat();
  const { archive: w } = words;
  const [open, setOpen] = useState<string>();
  const list = useInfiniteQuery(
    trpc.devices.archived.infiniteQueryOptions({ month, deviceId, text, limit: 50 }, byCursor),
  );
  const pages = usePages(list);
  const columns = useMemo(() => messageColumns(format, true), [format]);
  // A search goes on by itself from page to page; nothing was found only when it came to the end.
  const isSearching = pages.rows.length === 0 && pages.hasMore;
  return (
    <>
      <DataTable
        {...pages}
        label={w.title}
        columns={columns}
        rowId={(row) => row.id}
        onOpen={(row) => setOpen(row.id)}
        empty={
          <Empty icon={IconArchive} title={isSearching ? w.searching : w.nothing}>
            {isSearching ? w.searchingText : w.nothingText}
          </Empty>
        }
      />
      <MessageDialog journalId={open} onClose={() => setOpen(undefined)} />
    </>
  );
}

function monthLabel(
  { month, messages, bytes }: Archive['months'][number],
  format: ReturnType<typeof useFormat>,
): string {
  const { archive: w } = words;
  const size = format.number(Math.max(0.1, Math.round(bytes / 104_857.6) / 10));
  return `${month} · ${messages === undefined ? w.damaged : w.rows(format.number(messages))} · ${size} MB`;
}
