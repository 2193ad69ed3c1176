import { Button } from '@mantine/core';
import { IconArchive, IconMicroscope, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useMay } from '../app/me.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { Page } from '../ui/page.tsx';
import { Ago } from '../ui/time.tsx';
import { words } from '../words/index.ts';
import { DeviceForm } from './device-form.tsx';
import { DeviceStateWords } from './device-state.tsx';

type Listed = Outputs['devices']['list'][number];
type Today = Outputs['devices']['today'][number];
type Row = Listed & { readonly today: Today | undefined };

function withToday(devices: readonly Listed[], today: readonly Today[]): Row[] {
  const byId = new Map(today.map((one) => [one.deviceId, one]));
  return devices.map((device) => ({ ...device, today: byId.get(device.id) }));
}

/** The analyzers cabled to this station, live. */
export function AnalyzersScreen() {
  const trpc = useTRPC();
  const may = useMay();
  const navigate = useNavigate();
  const { devices: w } = words;
  const [adding, setAdding] = useState(false);
  const list = useQuery(trpc.devices.list.queryOptions(undefined, { refetchInterval: 2000 }));
  const mayAdd = may('device.configure');
  const today = useQuery(trpc.devices.today.queryOptions(undefined, { refetchInterval: 15_000 }));
  const rows = useMemo(() => withToday(list.data ?? [], today.data ?? []), [list.data, today.data]);
  const openArchive = () => void navigate({ to: '/analyzers/archive' });
  useKeys(w.title, [
    { keys: 'F2', label: w.add, run: () => setAdding(true), disabled: !mayAdd },
    { keys: 'F7', label: words.archive.title, run: openArchive },
  ]);
  return (
    <Page
      title={w.title}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconArchive size={16} aria-hidden />}
            rightSection={<KeysHint keys="F7" />}
            onClick={openArchive}
          >
            {words.archive.open}
          </Button>
          {mayAdd && (
            <Button
              leftSection={<IconPlus size={16} aria-hidden />}
              rightSection={<KeysHint keys="F2" />}
              onClick={() => setAdding(true)}
            >
              {w.add}
            </Button>
          )}
        </>
      }
    >
      <DataTable
        rows={rows}
        loading={list.isPending}
        error={list.error}
        retry={() => void list.refetch()}
        label={w.title}
        columns={columns}
        rowId={(row) => row.id}
        onOpen={({ id }) => void navigate({ to: '/analyzers/$deviceId', params: { deviceId: id } })}
        empty={
          <Empty
            icon={IconMicroscope}
            title={w.empty}
            action={mayAdd && <Button onClick={() => setAdding(true)}>{w.add}</Button>}
          >
            {w.emptyText}
          </Empty>
        }
      />
      <DeviceForm opened={adding} onClose={() => setAdding(false)} device={undefined} />
    </Page>
  );
}

const connectionOf = ({ connection, live }: Row) => {
  if (connection.kind === 'serial') return `${connection.path}, ${connection.settings.baudRate}`;
  if (connection.kind === 'folder') return connection.path;
  if (connection.kind === 'shared') return connection.sender ?? connection.peer ?? '';
  return `${connection.host}:${connection.kind === 'tcpServer' ? (live?.port ?? connection.port) : connection.port}`;
};

const text = (id: string, header: string, size: number, of: (row: Row) => string): Column<Row> => ({
  id,
  header,
  size,
  cell: of,
  text: of,
});

const columns: Column<Row>[] = [
  { ...text('name', words.devices.name, 180, (row) => row.name), grow: 1 },
  text('driver', words.devices.driver, 170, (row) => row.driverName),
  text('connection', words.devices.connection, 180, connectionOf),
  {
    id: 'state',
    header: words.devices.state,
    size: 190,
    grow: 2,
    cell: (row) => <DeviceStateWords live={row.live} />,
    text: (row) => row.live?.error ?? words.devices.states[row.live?.state ?? 'off'],
  },
  {
    id: 'last',
    header: words.devices.lastMessage,
    size: 130,
    cell: (row) => {
      const at = row.live?.lastMessageAt ?? row.today?.lastMessageAt;
      return at ? <Ago at={at} /> : '';
    },
    text: (row) => row.live?.lastMessageAt ?? row.today?.lastMessageAt ?? '',
  },
  { ...text('messages', words.devices.today, 70, (row) => String(row.today?.messages ?? '')), align: 'end' },
  { ...text('errors', words.devices.errorsToday, 100, (row) => String(row.today?.errors ?? '')), align: 'end' },
  { ...text('held', words.devices.held, 70, (row) => String(row.held)), align: 'end' },
];
