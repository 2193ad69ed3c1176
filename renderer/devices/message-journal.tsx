import { Alert, Button, Group, Modal, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconMessages } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import type { Format } from '../app/format.ts';
import { useFormat, useMay } from '../app/me.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Query } from '../ui/query.tsx';
import { RawText } from '../ui/raw-text.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { ReplayDialog } from './replay-dialog.tsx';

type Row = RowOf<Outputs['devices']['traffic']>;
type Outcome = Row['outcome']['state'];

const outcomes: readonly Outcome[] = ['stored', 'parsed', 'failed', 'incomplete', 'duplicate', 'superseded', 'sent'];

/** Every raw message of one analyzer, the newest first. */
export function MessageJournal({ deviceId }: { deviceId: string }) {
  const trpc = useTRPC();
  const format = useFormat();
  const { devices: w } = words;
  const [open, setOpen] = useState<string>();
  const may = useMay();
  const [outcome, setOutcome] = useState<Outcome>();
  const [typed, setTyped] = useState('');
  const [replaying, setReplaying] = useState(false);
  const [sampleId] = useDebouncedValue(typed.trim(), 250);
  const list = useInfiniteQuery(
    trpc.devices.traffic.infiniteQueryOptions(
      { deviceId, limit: 100, outcome, ...(sampleId ? { sampleId } : {}) },
      byCursor,
    ),
  );
  const pages = usePages(list);
  const columns = useMemo(() => columnsFor(format), [format]);
  return (
    <Stack gap="xs" flex={1} mih={0}>
      <Group gap="xs">
        <Select
          aria-label={w.outcome}
          placeholder={w.allOutcomes}
          clearable
          w={210}
          data={outcomes.map((value) => ({ value, label: w.outcomes[value] }))}
          value={outcome ?? null}
          onChange={(value) => setOutcome(outcomes.find((one) => one === value))}
        />
        <TextInput
          aria-label={w.sampleId}
          placeholder={w.sampleId}
          w={180}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        {may('device.configure') && (
          <Button variant="default" onClick={() => setReplaying(true)}>
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
          <Empty icon={IconMessages} title={w.journalEmpty}>
            {w.liveEmpty}
          </Empty>
        }
      />
      <Modal opened={open !== undefined} onClose={() => setOpen(undefined)} title={w.journal} size="58rem">
        {open && <Message journalId={open} />}
      </Modal>
      <ReplayDialog deviceId={deviceId} opened={replaying} onClose={() => setReplaying(false)} />
    </Stack>
  );
}

function Message({ journalId }: { journalId: string }) {
  const trpc = useTRPC();
  const may = useMay();
  const { devices: w } = words;
  const query = useQuery(trpc.devices.message.queryOptions({ journalId }));
  const replay = useMutation(
    trpc.devices.replay.mutationOptions({ onSuccess: ({ results }) => notifyDone(w.replayed(results)) }),
  );
  return (
    <Query query={query}>
      {({ message, results }) => (
        <Stack gap="sm">
          <Group justify="space-between">
            <Text size="sm">
              {w.outcomes[message.outcome.state]} · {message.peer}
            </Text>
            {message.direction === 'in' && may('device.configure') && (
              <Button
                size="xs"
                variant="default"
                loading={replay.isPending}
                onClick={() => replay.mutate({ journalId })}
              >
                {w.replay}
              </Button>
            )}
          </Group>
          {message.outcome.state === 'failed' && (
            <Alert color="red" p="xs">
              {message.outcome.reason} ({message.outcome.place})
            </Alert>
          )}
          {message.outcome.state === 'incomplete' && (
            <Alert color="yellow" p="xs">
              {message.outcome.reason}
            </Alert>
          )}
          <RawText text={message.bytes} />
          {results.length > 0 && (
            <Table verticalSpacing={3}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{w.code}</Table.Th>
                  <Table.Th>{words.results.original}</Table.Th>
                  <Table.Th>{w.parameter}</Table.Th>
                  <Table.Th>{w.state}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {results.map((result) => (
                  <Table.Tr key={result.id}>
                    <Table.Td>{result.deviceCode}</Table.Td>
                    <Table.Td>
                      {result.originalValue} {result.originalUnit}
                    </Table.Td>
                    <Table.Td>{result.parameterName ?? ''}</Table.Td>
                    <Table.Td>{result.holdReason ? words.results.reasons[result.holdReason] : result.state}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </Stack>
      )}
    </Query>
  );
}

function columnsFor(format: Format): Column<Row>[] {
  const { devices: w } = words;
  const text = (id: string, header: string, size: number, of: (row: Row) => string): Column<Row> => ({
    id,
    header,
    size,
    cell: of,
    text: of,
  });
  return [
    text('at', w.time, 150, (row) => format.dateTime(row.at)),
    text('direction', w.direction, 90, (row) => (row.direction === 'in' ? w.in : w.out)),
    text('outcome', w.outcome, 170, (row) => w.outcomes[row.outcome.state]),
    {
      ...text('results', w.results, 80, (row) => (row.outcome.state === 'parsed' ? String(row.outcome.results) : '')),
      align: 'end',
    },
    { ...text('bytes', w.journal, 260, (row) => row.bytes.slice(0, 200).replaceAll(/[\x00-\x1f]/g, ' ')), grow: 3 },
  ];
}
