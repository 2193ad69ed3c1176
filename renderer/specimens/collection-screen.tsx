import { Button, Group, SegmentedControl, TextInput } from '@mantine/core';
import { IconBarcode, IconClipboardList, IconSearch, IconTestPipe } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import type { Format } from '../app/format.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { useSearchText } from '../app/search-text.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { Page } from '../ui/page.tsx';
import { PdfPreview } from '../ui/pdf-preview.tsx';
import { Time } from '../ui/time.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { accessionColumn, patientColumn, stabilityColumn, testsColumn } from './columns.tsx';
import styles from './scan-panel.module.css';
import { ScanPanel } from './scan-panel.tsx';
import { keepsText } from './stability.tsx';
import { Tube } from './tube.tsx';
import { type Mode, useCollectionStep, useScans } from './use-scans.ts';

type Row = RowOf<Outputs['specimens']['list']>;

const route = getRouteApi('/specimens');
const waitingFor = { collect: 'expected', receive: 'collected' } as const;

/** Collecting and receiving by scanning, with the list of what is still to come. */
export function CollectionScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const modes = (['collect', 'receive'] as const).filter((mode) => may(`specimen.${mode}`));
  const mode = search.mode && modes.includes(search.mode) ? search.mode : (modes[0] ?? 'collect');
  const setMode = (next: Mode) => void navigate({ search: { ...search, mode: next }, replace: true });
  useKeys(words.specimens.title, [
    {
      keys: 'F2',
      label: words.specimens.modes.collect,
      run: () => setMode('collect'),
      disabled: !modes.includes('collect'),
    },
    {
      keys: 'F4',
      label: words.specimens.modes.receive,
      run: () => setMode('receive'),
      disabled: !modes.includes('receive'),
    },
  ]);
  return (
    <Page title={words.specimens.title}>
      <div className={styles.columns}>
        {modes.length > 0 && <CollectionScans mode={mode} modes={modes} onMode={setMode} />}
        <WaitingList key={mode} mode={mode} mayStep={modes.includes(mode)} />
      </div>
    </Page>
  );
}

function CollectionScans({
  mode,
  modes,
  onMode,
}: {
  mode: Mode;
  modes: readonly Mode[];
  onMode: (mode: Mode) => void;
}) {
  const { specimens } = words;
  return (
    <ScanPanel scans={useScans(useCollectionStep(mode))} help={specimens.modeHelp[mode]} purpose={mode}>
      {modes.length > 1 && (
        <SegmentedControl
          fullWidth
          aria-label={specimens.title}
          data={modes.map((value) => ({ value, label: specimens.modes[value] }))}
          value={mode}
          onChange={(value) => onMode(value as Mode)}
        />
      )}
    </ScanPanel>
  );
}

function WaitingList({ mode, mayStep }: { mode: Mode; mayStep: boolean }) {
  const { text } = route.useSearch();
  const field = useSearchText(text, route.useNavigate());
  const trpc = useTRPC();
  const navigate = useNavigate();
  const format = useFormat();
  const [ids, setIds] = useState<string[]>([]);
  const [labelsOpen, setLabelsOpen] = useState(false);
  const list = useInfiniteQuery(
    trpc.specimens.list.infiniteQueryOptions(
      { state: waitingFor[mode], text: text || undefined, limit: 100 },
      byCursor,
    ),
  );
  const pages = usePages(list);
  // A row that left the list, by this screen or another, is no longer selected.
  const here = new Set(pages.rows.map((row) => row.id));
  const selected = ids.filter((id) => here.has(id));
  const done = { onSuccess: () => setIds([]) };
  const collect = useMutation(trpc.specimens.collect.mutationOptions(done));
  const receive = useMutation(trpc.specimens.receive.mutationOptions(done));
  const step = mode === 'collect' ? collect : receive;
  const labels = useQuery(
    trpc.specimens.labels.queryOptions({ ids: selected }, { enabled: labelsOpen && selected.length > 0 }),
  );
  const [listOpen, setListOpen] = useState(false);
  const collectionList = useQuery(
    trpc.specimens.collectionList.queryOptions(undefined, { enabled: listOpen, staleTime: 0 }),
  );
  const columns = useMemo(() => columnsFor(format, mode), [format, mode]);
  const { specimens } = words;
  const none = selected.length === 0;
  useKeys(specimens.title, [{ keys: 'F7', label: specimens.labels, run: () => setLabelsOpen(true), disabled: none }]);

  return (
    <section className={styles.list} aria-label={mode === 'collect' ? specimens.expectedList : specimens.collectedList}>
      <Group gap="xs" justify="space-between">
        <TextInput
          {...field.props}
          aria-label={specimens.filter}
          placeholder={specimens.filter}
          leftSection={<IconSearch size={15} aria-hidden />}
          w={220}
        />
        <Group gap="xs">
          {mode === 'collect' && (
            <Button
              variant="default"
              leftSection={<IconClipboardList size={16} aria-hidden />}
              onClick={() => setListOpen(true)}
            >
              {specimens.collectionList}
            </Button>
          )}
          <Button
            variant="default"
            disabled={none}
            leftSection={<IconBarcode size={16} aria-hidden />}
            rightSection={<KeysHint keys="F7" />}
            onClick={() => setLabelsOpen(true)}
          >
            {specimens.labels}
          </Button>
          {mayStep && (
            <Button disabled={none} loading={step.isPending} onClick={() => step.mutate({ ids: selected })}>
              {mode === 'collect' ? specimens.collectSelected : specimens.receiveSelected}
            </Button>
          )}
        </Group>
      </Group>
      <DataTable
        {...pages}
        label={mode === 'collect' ? specimens.expectedList : specimens.collectedList}
        columns={columns}
        rowId={(row) => row.id}
        selection={{ ids: selected, onChange: setIds }}
        onOpen={({ accession }) => void navigate({ to: '/specimens/$accession', params: { accession } })}
        empty={
          <Empty
            icon={IconTestPipe}
            title={mode === 'collect' ? specimens.emptyCollectTitle : specimens.emptyReceiveTitle}
          >
            {mode === 'collect' ? specimens.emptyCollectText : specimens.emptyReceiveText}
          </Empty>
        }
      />
      <PdfPreview
        opened={listOpen}
        onClose={() => setListOpen(false)}
        title={specimens.collectionList}
        query={collectionList}
      />
      <PdfPreview opened={labelsOpen} onClose={() => setLabelsOpen(false)} title={specimens.labels} query={labels} />
    </section>
  );
}

function columnsFor(format: Format, mode: Mode): Column<Row>[] {
  const { specimens } = words;
  return [
    accessionColumn(),
    patientColumn({ size: 120, grow: 2 }),
    ...(mode === 'collect' ? [ageColumn()] : []),
    {
      id: 'container',
      header: specimens.container,
      size: 110,
      grow: 1,
      cell: (row) => <Tube {...row} />,
      text: (row) => [row.typeName, row.container, row.department].filter(Boolean).join(', '),
    },
    testsColumn({ size: 80, grow: 1 }),
    mode === 'collect'
      ? {
          id: 'keeps',
          header: specimens.stabilityTitle,
          size: 110,
          grow: 1,
          cell: (row) => keepsText(row.stability),
          text: (row) => keepsText(row.stability),
        }
      : stabilityColumn(format, { size: 172, grow: 1 }),
    {
      id: 'since',
      header: mode === 'collect' ? specimens.ordered : specimens.collectedAt,
      size: 76,
      cell: (row) => <Time at={row.collectedAt ?? row.createdAt} />,
      text: (row) => format.dateTime(row.collectedAt ?? row.createdAt),
    },
  ];
}

function ageColumn(): Column<Row> {
  const text = (row: Row) => row.ageText;
  return { id: 'age', header: words.specimens.age, size: 52, align: 'end', cell: text, text };
}
