import { ActionIcon, Button, Group, Stack, Text } from '@mantine/core';
import { IconTruckDelivery, IconX } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import type { Format } from '../app/format.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { PdfPreview } from '../ui/pdf-preview.tsx';
import { SearchSelect } from '../ui/search-select.tsx';
import { Time } from '../ui/time.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { accessionColumn, patientColumn, testsColumn } from './columns.tsx';
import { ManifestResults } from './manifest-results.tsx';
import styles from './scan-panel.module.css';
import { ScanPanel } from './scan-panel.tsx';
import { SpecimenState } from './specimen-state.tsx';
import { type Scanned, type ScanStep, useScans } from './use-scans.ts';

type Row = RowOf<Outputs['specimens']['sentOut']>;

/** Sending specimens to other laboratories with a manifest, and taking them back. */
export function SendOutsScreen() {
  const may = useMay();
  const [manifest, setManifest] = useState<string>();
  const [resultsOf, setResultsOf] = useState<string>();
  const trpc = useTRPC();
  const pdf = useQuery(
    trpc.specimens.manifestPdf.queryOptions({ number: manifest ?? '' }, { enabled: manifest !== undefined }),
  );
  return (
    <Page title={words.sendOuts.title}>
      <div className={styles.columns}>
        {may('specimen.send') && <Box onSent={setManifest} />}
        <SentList onManifest={setManifest} onResults={setResultsOf} />
      </div>
      <ManifestResults manifest={resultsOf} onClose={() => setResultsOf(undefined)} />
      <PdfPreview
        opened={manifest !== undefined}
        onClose={() => setManifest(undefined)}
        title={`${words.specimens.manifest} ${manifest ?? ''}`}
        query={pdf}
      />
    </Page>
  );
}

/** What goes out together: a laboratory, and the tubes scanned for it. */
function Box({ onSent }: { onSent: (manifest: string) => void }) {
  const trpc = useTRPC();
  const labs = useQuery(trpc.specimens.outsourceLabs.queryOptions());
  const [chosen, setLaboratory] = useState<string | null>(null);
  const [first, ...others] = labs.data ?? [];
  // Where there is only one there is nothing to choose.
  const laboratory = chosen ?? (others.length === 0 ? (first?.id ?? null) : null);
  const [box, setBox] = useState<readonly Scanned['specimen'][]>([]);
  const { sendOuts, specimens } = words;
  const send = useMutation(
    trpc.specimens.sendOut.mutationOptions({
      onSuccess: ({ number }) => {
        setBox([]);
        notifyDone(sendOuts.sent(number));
        onSent(number);
      },
    }),
  );
  const step: ScanStep = async ({ specimen }) => {
    if (!laboratory) return { tone: 'error', title: sendOuts.choose };
    if (box.some((one) => one.id === specimen.id)) return { tone: 'warn', title: sendOuts.twice };
    if (specimen.state !== 'received' && specimen.state !== 'stored') {
      return { tone: 'error', title: specimens.states[specimen.state], text: sendOuts.wrongState };
    }
    setBox((known) => [...known, specimen]);
    return { tone: 'ok', title: sendOuts.added };
  };
  const submit = () => {
    if (laboratory) send.mutate({ outsourceLabId: laboratory, ids: box.map((one) => one.id) });
  };
  const ready = laboratory !== null && box.length > 0 && !send.isPending;
  useKeys(sendOuts.title, [{ keys: 'mod+Enter', label: sendOuts.send, run: submit, disabled: !ready }]);
  return (
    <ScanPanel scans={useScans(step)} help={sendOuts.help} purpose={laboratory ?? ''}>
      <SearchSelect
        label={specimens.outsourceLab}
        data={(labs.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={laboratory}
        onChange={setLaboratory}
        description={labs.data?.length === 0 ? sendOuts.noLabs : undefined}
      />
      <Panel title={sendOuts.basket} about={<Text c="dimmed">{box.length}</Text>}>
        <Stack gap={4}>
          {box.length === 0 && (
            <Text size="sm" c="dimmed">
              {sendOuts.emptyBasket}
            </Text>
          )}
          {box.map((one) => (
            <Group key={one.id} gap="xs" wrap="nowrap" justify="space-between">
              <Text size="sm" className="ellipsis">
                <span className="mono">{one.accession}</span> {one.testCodes.join(', ')}
              </Text>
              <ActionIcon
                variant="subtle"
                size="sm"
                aria-label={`${sendOuts.remove}: ${one.accession}`}
                onClick={() => setBox((known) => known.filter(({ id }) => id !== one.id))}
              >
                <IconX size={14} aria-hidden />
              </ActionIcon>
            </Group>
          ))}
          <Button disabled={!ready} rightSection={<KeysHint keys="mod+Enter" />} onClick={submit}>
            {sendOuts.send}
          </Button>
        </Stack>
      </Panel>
    </ScanPanel>
  );
}

function SentList({
  onManifest,
  onResults,
}: {
  onManifest: (manifest: string) => void;
  onResults: (manifest: string) => void;
}) {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const format = useFormat();
  const may = useMay();
  const [ids, setIds] = useState<string[]>([]);
  const list = useInfiniteQuery(trpc.specimens.sentOut.infiniteQueryOptions({ limit: 100 }, byCursor));
  const pages = usePages(list);
  const away = new Map(pages.rows.filter((row) => row.state === 'sentOut').map((row) => [row.id, row]));
  const selected = ids.filter((id) => away.has(id));
  const chosen = pages.rows.find((row) => ids.includes(row.id))?.manifest;
  const takeBack = useMutation(trpc.specimens.takeBack.mutationOptions({ onSuccess: () => setIds([]) }));
  const columns = useMemo(() => columnsFor(format), [format]);
  const { sendOuts, specimens } = words;
  useKeys(sendOuts.title, [
    {
      keys: 'F8',
      label: sendOuts.results,
      run: () => chosen && onResults(chosen),
      disabled: !chosen || !may('result.enter'),
    },
  ]);
  return (
    <section className={styles.list} aria-label={sendOuts.list}>
      <Group gap="xs" justify="flex-end">
        <Button variant="default" disabled={!chosen} onClick={() => chosen && onManifest(chosen)}>
          {specimens.manifest}
        </Button>
        {may('result.enter') && (
          <Button
            variant="default"
            disabled={!chosen}
            rightSection={<KeysHint keys="F8" />}
            onClick={() => chosen && onResults(chosen)}
          >
            {sendOuts.results}
          </Button>
        )}
        {may('specimen.receive') && (
          <Button
            disabled={selected.length === 0}
            loading={takeBack.isPending}
            onClick={() => takeBack.mutate({ ids: selected })}
          >
            {specimens.takeBack}
          </Button>
        )}
      </Group>
      <DataTable
        {...pages}
        label={sendOuts.list}
        columns={columns}
        rowId={(row) => row.id}
        selection={{ ids, onChange: setIds }}
        onOpen={({ accession }) => void navigate({ to: '/specimens/$accession', params: { accession } })}
        empty={
          <Empty icon={IconTruckDelivery} title={sendOuts.emptyTitle}>
            {sendOuts.emptyText}
          </Empty>
        }
      />
    </section>
  );
}

function columnsFor(format: Format): Column<Row>[] {
  const { specimens } = words;
  return [
    {
      id: 'manifest',
      header: specimens.manifest,
      size: 90,
      cell: (row) => <span className="mono">{row.manifest}</span>,
      text: (row) => row.manifest ?? '',
    },
    {
      id: 'laboratory',
      header: specimens.outsourceLab,
      size: 120,
      grow: 1,
      cell: (row) => row.outsourceLabName,
      text: (row) => row.outsourceLabName ?? '',
    },
    accessionColumn(),
    patientColumn({ size: 120, grow: 1 }),
    testsColumn({ size: 80, grow: 1 }),
    {
      id: 'sent',
      header: specimens.sentAt,
      size: 76,
      cell: (row) => row.sentOutAt && <Time at={row.sentOutAt} />,
      text: (row) => (row.sentOutAt ? format.dateTime(row.sentOutAt) : ''),
    },
    {
      id: 'state',
      header: specimens.state,
      size: 100,
      cell: (row) => <SpecimenState state={row.state} />,
      text: (row) => specimens.states[row.state],
    },
  ];
}
