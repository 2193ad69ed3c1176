import { Button, Group, Input, NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import { IconFridge, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { nextCell, positionText } from '../../shared/specimens/cells.ts';
import { type Kept, keptSchema } from '../../shared/specimens/stability.ts';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import type { Format } from '../app/format.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { ConfirmWithReason } from '../ui/confirm-with-reason.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { Page } from '../ui/page.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { accessionColumn, patientColumn, stabilityColumn, testsColumn } from './columns.tsx';
import styles from './scan-panel.module.css';
import { ScanPanel } from './scan-panel.tsx';
import { type ScanStep, useScans } from './use-scans.ts';

type Row = RowOf<Outputs['specimens']['list']>;

const route = getRouteApi('/storage');

/** Putting tubes away by scanning, and finding, taking out and discarding what is kept. */
export function StorageScreen() {
  const may = useMay();
  return (
    <Page title={words.storage.title}>
      <div className={styles.columns}>
        {may('specimen.receive') && <PutAway />}
        <StoredList />
      </div>
    </Page>
  );
}

function PutAway() {
  const { place: shownPlace } = route.useSearch();
  const navigate = route.useNavigate();
  const trpc = useTRPC();
  const [place, setPlace] = useState(shownPlace ?? '');
  const [cell, setCell] = useState('');
  const [columns, setColumns] = useState(10);
  const [chosen, setChosen] = useState<Kept>();
  const there = useQuery(
    trpc.specimens.list.queryOptions(
      { state: 'stored', place: shownPlace ?? '', limit: 1 },
      { enabled: shownPlace !== undefined && shownPlace === place.trim() },
    ),
  );
  // A place is as warm or cold as it was for the tube before.
  const kept = chosen ?? there.data?.rows[0]?.kept ?? 'refrigerated';
  const store = useMutation(trpc.specimens.store.mutationOptions({ meta: { showsOwnErrors: true } }));
  const { storage } = words;
  const step: ScanStep = async ({ specimen }) => {
    const where = place.trim();
    if (!where) return { tone: 'error', title: storage.noPlace };
    const [stored] = await store.mutateAsync({
      place: where,
      kept,
      items: [{ id: specimen.id, cell: cell.trim() || undefined }],
    });
    setCell((used) => nextCell(used, columns) ?? '');
    if (where !== shownPlace) void navigate({ search: { place: where }, replace: true });
    return { tone: 'ok', title: storage.stored(positionText(stored ?? {})) };
  };
  return (
    <ScanPanel scans={useScans(step)} help={storage.help} purpose="store">
      <TextInput
        label={storage.place}
        placeholder={storage.placeHint}
        maxLength={60}
        value={place}
        onChange={({ currentTarget }) => {
          setPlace(currentTarget.value);
          setChosen(undefined);
        }}
      />
      <Input.Wrapper label={storage.kept}>
        <SegmentedControl
          fullWidth
          aria-label={storage.kept}
          data={keptSchema.options.map((value) => ({ value, label: storage.keptAt[value] }))}
          value={kept}
          onChange={(value) => setChosen(keptSchema.parse(value))}
        />
      </Input.Wrapper>
      <Group gap="xs" grow>
        <TextInput
          label={storage.cell}
          placeholder={storage.cellHint}
          maxLength={4}
          value={cell}
          onChange={({ currentTarget }) => setCell(currentTarget.value.toUpperCase())}
        />
        <NumberInput
          label={storage.columns}
          min={1}
          max={99}
          allowDecimal={false}
          value={columns}
          onChange={(value) => setColumns(Number(value) || 1)}
        />
      </Group>
    </ScanPanel>
  );
}

function StoredList() {
  const { place } = route.useSearch();
  const narrow = route.useNavigate();
  const navigate = useNavigate();
  const trpc = useTRPC();
  const format = useFormat();
  const may = useMay();
  const [ids, setIds] = useState<string[]>([]);
  const [discarding, setDiscarding] = useState(false);
  const list = useInfiniteQuery(
    trpc.specimens.list.infiniteQueryOptions({ state: 'stored', place: place || undefined, limit: 100 }, byCursor),
  );
  const pages = usePages(list);
  const here = new Set(pages.rows.map((row) => row.id));
  const selected = ids.filter((id) => here.has(id));
  const none = selected.length === 0;
  const done = () => {
    setIds([]);
    setDiscarding(false);
  };
  const takeOut = useMutation(trpc.specimens.takeOut.mutationOptions({ onSuccess: done }));
  const discard = useMutation(trpc.specimens.discard.mutationOptions({ onSuccess: done }));
  const columns = useMemo(() => columnsFor(format), [format]);
  const { storage, specimens } = words;
  const mayTakeOut = may('specimen.receive');
  useKeys(storage.title, [
    {
      keys: 'F7',
      label: specimens.takeOut,
      run: () => takeOut.mutate({ ids: selected }),
      disabled: none || !mayTakeOut,
    },
  ]);
  return (
    <section className={styles.list} aria-label={storage.list}>
      <Group gap="xs" justify="space-between">
        <TextInput
          aria-label={storage.filter}
          placeholder={storage.filter}
          leftSection={<IconSearch size={15} aria-hidden />}
          w={260}
          defaultValue={place ?? ''}
          key={place}
          onKeyDown={({ key, currentTarget }) => {
            if (key === 'Enter') void narrow({ search: { place: currentTarget.value.trim() || undefined } });
          }}
        />
        <Group gap="xs">
          {may('specimen.reject') && (
            <Button variant="subtle" color="red" disabled={none} onClick={() => setDiscarding(true)}>
              {specimens.discard}
            </Button>
          )}
          {mayTakeOut && (
            <Button
              variant="default"
              disabled={none}
              loading={takeOut.isPending}
              rightSection={<KeysHint keys="F7" />}
              onClick={() => takeOut.mutate({ ids: selected })}
            >
              {specimens.takeOut}
            </Button>
          )}
        </Group>
      </Group>
      <DataTable
        {...pages}
        label={storage.list}
        columns={columns}
        rowId={(row) => row.id}
        selection={{ ids: selected, onChange: setIds }}
        onOpen={({ accession }) => void navigate({ to: '/specimens/$accession', params: { accession } })}
        empty={
          <Empty icon={IconFridge} title={storage.emptyTitle}>
            {storage.emptyText}
          </Empty>
        }
      />
      <ConfirmWithReason
        opened={discarding}
        onClose={() => setDiscarding(false)}
        title={specimens.discardTitle(selected.length)}
        usual={specimens.discardReasons}
        confirm={specimens.discard}
        busy={discard.isPending}
        onConfirm={(reason) => discard.mutate({ ids: selected, reason })}
      >
        {specimens.discardText}
      </ConfirmWithReason>
    </section>
  );
}

function columnsFor(format: Format): Column<Row>[] {
  const { specimens, storage } = words;
  const keptText = (row: Row) => (row.kept ? storage.keptAt[row.kept] : '');
  return [
    {
      id: 'position',
      header: specimens.position,
      size: 150,
      grow: 2,
      cell: positionText,
      text: positionText,
    },
    { id: 'kept', header: storage.kept, size: 76, cell: keptText, text: keptText },
    accessionColumn(),
    patientColumn({ size: 100, grow: 1 }),
    testsColumn({ size: 66, grow: 1 }),
    stabilityColumn(format, { size: 172, grow: 1 }),
  ];
}
