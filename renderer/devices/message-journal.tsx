import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconMessages } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { messageColumns } from './message-columns.ts';
import { MessageDialog } from './message-dialog.tsx';
import { ReplayDialog } from './replay-dialog.tsx';
import { outcomeSchema } from './tabs.ts';

const route = getRouteApi('/analyzers/$deviceId');

/** Every raw message of one analyzer, the newest first. */
export function MessageJournal({ deviceId }: { deviceId: string }) {
  const trpc = useTRPC();
  const format = useFormat();
  const may = useMay();
  const { devices: w } = words;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { outcome, sample } = search;
  const [open, setOpen] = useState<string>();
  const [typed, setTyped] = useState(sample ?? '');
  const [replaying, setReplaying] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const narrow = (change: Partial<typeof search>) => void navigate({ search: { ...search, ...change }, replace: true });
  const find = useDebouncedCallback((text: string) => narrow({ sample: text.trim() || undefined }), 250);
  const list = useInfiniteQuery(
    trpc.devices.traffic.infiniteQueryOptions(
      { deviceId, limit: 100, outcome, ...(sample ? { sampleId: sample } : {}) },
      byCursor,
    ),
  );
  const pages = usePages(list);
  const columns = useMemo(() => messageColumns(format, false), [format]);
  const mayReplay = may('device.configure');
  useKeys(w.journal, [
    { keys: '/', label: w.sampleId, run: () => field.current?.focus() },
    { keys: 'F7', label: w.replayRange, run: () => setReplaying(true), disabled: !mayReplay },
  ]);
  const isNarrowed = outcome !== undefined || sample !== undefined;
  return (
    <Stack gap="xs" flex={1} mih={0}>
      <Group gap="xs">
        <Select
          aria-label={w.outcome}
          placeholder={w.allOutcomes}
          clearable
          w={210}
          data={outcomeSchema.options.map((value) => ({ value, label: w.outcomes[value] }))}
          value={outcome ?? null}
          onChange={(value) =>
            narrow({
              outcome: outcomeSchema
                .optional()
                .catch(undefined)
                .parse(value ?? undefined),
            })
          }
        />
        <TextInput
          ref={field}
          aria-label={w.sampleId}
          placeholder={`${w.sampleId} ( / )`}
          w={180}
          value={typed}
          onChange={({ currentTarget }) => {
            setTyped(currentTarget.value);
            find(currentTarget.value);
          }}
        />
        {mayReplay && (
          <Button variant="default" rightSection={<KeysHint keys="F7" />} onClick={() => setReplaying(true)}>
            {w.replayRange}
          </Button>
        )}
      </Group>
      <DataTable
        {...pages}
        label={w.journal}
        columns={columns}
        rowId={(row) => row.id}
        onOpen={(row) => setOpen(row.id)}
        empty={
          <Empty icon={IconMessages} title={isNarrowed ? w.noMessages : w.journalEmpty}>
            {isNarrowed ? w.noMessagesText : w.liveEmpty}
          </Empty>
        }
      />
      <MessageDialog journalId={open} onClose={() => setOpen(undefined)} />
      <ReplayDialog deviceId={deviceId} opened={replaying} onClose={() => setReplaying(false)} />
    </Stack>
  );
}
