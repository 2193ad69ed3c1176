import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import { describeError } from '../app/errors.ts';
import type { Format } from '../app/format.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { ConfirmWithReason } from '../ui/confirm-with-reason.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { TraceDialog } from './trace-dialog.tsx';

type Row = RowOf<Outputs['results']['holding']>;

/** Results that matched nothing, each with the reason and its remedy. */
export function HoldingScreen() {
  const trpc = useTRPC();
  const may = useMay();
  const format = useFormat();
  const navigate = useNavigate();
  const { results: w } = words;
  const list = useInfiniteQuery(trpc.results.holding.infiniteQueryOptions({ limit: 100 }, byCursor));
  const pages = usePages(list);
  const [ids, setIds] = useState<string[]>([]);
  const [dialog, setDialog] = useState<'assign' | 'discard'>();
  const [traced, setTraced] = useState<string>();
  const columns = useMemo(() => columnsFor(format), [format]);
  const done = () => {
    setDialog(undefined);
    setIds([]);
  };
  const discard = useMutation(trpc.results.reject.mutationOptions({ onSuccess: done }));
  const first = pages.rows.find((row) => ids.includes(row.id));
  const disabled = ids.length === 0 || !may('result.release');
  useKeys(w.holding, [
    { keys: 'F2', label: w.assign, run: () => setDialog('assign'), disabled },
    { keys: 'F4', label: w.discard, run: () => setDialog('discard'), disabled },
  ]);
  return (
    <Page
      title={w.holding}
      actions={
        <>
          <Button variant="subtle" color="red" disabled={disabled} onClick={() => setDialog('discard')}>
            {w.discard}
          </Button>
          <Button
            variant="default"
            disabled={!first || !may('device.configure')}
            onClick={() =>
              first &&
              void navigate({
                to: '/analyzers/$deviceId',
                params: { deviceId: first.deviceId },
                search: { tab: 'codes' },
              })
            }
          >
            {w.teach}
          </Button>
          <Button disabled={disabled} onClick={() => setDialog('assign')}>
            {w.assign}
          </Button>
        </>
      }
    >
      <DataTable
        {...pages}
        label={w.holding}
        columns={columns}
        rowId={(row) => row.id}
        selection={{ ids, onChange: setIds }}
        onOpen={(row) => setTraced(row.id)}
        empty={
          <Empty icon={IconInbox} title={w.holdingEmpty}>
            {w.holdingEmptyText}
          </Empty>
        }
      />
      <TraceDialog deviceResultId={traced} onClose={() => setTraced(undefined)} />
      <AssignDialog opened={dialog === 'assign'} ids={ids} onClose={() => setDialog(undefined)} onDone={done} />
      <ConfirmWithReason
        opened={dialog === 'discard'}
        onClose={() => setDialog(undefined)}
        title={w.discard}
        usual={w.discardReasons}
        confirm={w.discard}
        busy={discard.isPending}
        onConfirm={(reason) => discard.mutate({ ids, reason })}
      >
        {w.discardText}
      </ConfirmWithReason>
    </Page>
  );
}

function AssignDialog({
  opened,
  ids,
  onClose,
  onDone,
}: {
  opened: boolean;
  ids: string[];
  onClose: () => void;
  onDone: () => void;
}) {
  const trpc = useTRPC();
  const { results: w } = words;
  const [accession, setAccession] = useState('');
  const assign = useMutation(
    trpc.results.assign.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ pending }) => {
        notifyDone(w.assigned(pending));
        setAccession('');
        onDone();
      },
    }),
  );
  return (
    <Modal opened={opened} onClose={onClose} title={w.assign} size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          assign.mutate({ ids, accession });
        }}
      >
        <Stack gap="sm">
          <Text size="sm">{w.assignText}</Text>
          <TextInput
            data-autofocus
            label={w.accession}
            value={accession}
            error={assign.error ? describeError(assign.error).message : undefined}
            onChange={(event) => setAccession(event.currentTarget.value)}
          />
          <Button type="submit" loading={assign.isPending} disabled={accession.trim() === ''}>
            {w.assign}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

function columnsFor(format: Format): Column<Row>[] {
  const { results: w } = words;
  const plain = (id: string, header: string, size: number, text: (row: Row) => string): Column<Row> => ({
    id,
    header,
    size,
    cell: text,
    text,
  });
  return [
    {
      id: 'received',
      header: w.received,
      size: 130,
      cell: (row) => <Time at={row.receivedAt} />,
      text: (row) => format.dateTime(row.receivedAt),
    },
    plain('device', w.device, 150, (row) => row.deviceName),
    plain('sample', w.sample, 130, (row) => row.sampleId),
    plain('code', w.code, 110, (row) => row.deviceCode),
    plain('value', w.value, 120, (row) => `${row.originalValue} ${row.originalUnit ?? ''}`),
    {
      ...plain('why', w.why, 240, (row) => (row.holdReason ? w.reasons[row.holdReason] : '')),
      grow: 2,
    },
  ];
}
