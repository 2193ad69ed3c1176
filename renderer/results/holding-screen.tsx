import { Button, SegmentedControl } from '@mantine/core';
import { IconInbox, IconTargetArrow } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import { isGeneric } from '../../shared/devices/generic.ts';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import type { Format } from '../app/format.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { ConfirmWithReason } from '../ui/confirm-with-reason.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkButton } from '../ui/link.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { AssignDialog } from './assign-dialog.tsx';
import { tellingFlags } from './result-marks.tsx';
import { TeachDialog } from './teach-dialog.tsx';
import { TraceDialog } from './trace-dialog.tsx';

type Row = RowOf<Outputs['results']['holding']>;
type ControlKind = 'control' | 'calibration';

const route = getRouteApi('/holding');

/** Results that matched nothing or are held by somebody, each with the reason and its remedy; controls kept apart. */
export function HoldingScreen() {
  const { kind } = route.useSearch();
  const navigate = route.useNavigate();
  const { results: w } = words;
  const kinds = (
    <SegmentedControl
      aria-label={w.holding}
      data={[
        { value: 'patient', label: w.patients },
        { value: 'control', label: w.controls },
        { value: 'calibration', label: w.calibrations },
      ]}
      value={kind ?? 'patient'}
      onChange={(value) =>
        void navigate({ search: { kind: value === 'patient' ? undefined : (value as ControlKind) }, replace: true })
      }
    />
  );
  return kind ? <Controls key={kind} kind={kind} filters={kinds} /> : <HeldResults filters={kinds} />;
}

function HeldResults({ filters }: { filters: ReactNode }) {
  const trpc = useTRPC();
  const may = useMay();
  const format = useFormat();
  const navigate = useNavigate();
  const { results: w } = words;
  const list = useInfiniteQuery(trpc.results.holding.infiniteQueryOptions({ limit: 100 }, byCursor));
  const pages = usePages(list);
  const [ticked, setIds] = useState<string[]>([]);
  const [dialog, setDialog] = useState<'assign' | 'discard' | 'teach'>();
  const [traced, setTraced] = useState<string>();
  const columns = useMemo(() => heldColumns(format), [format]);
  const chosen = pages.rows.filter((row) => ticked.includes(row.id));
  const ids = chosen.map((row) => row.id);
  const done = () => {
    setDialog(undefined);
    setIds([]);
  };
  const close = () => setDialog(undefined);
  const discard = useMutation(trpc.results.reject.mutationOptions({ onSuccess: done }));
  const giveBack = useMutation(
    trpc.results.returnToValidation.mutationOptions({
      onSuccess: ({ pending }) => {
        notifyDone(w.gaveBack(pending));
        done();
      },
    }),
  );
  const disabled = ids.length === 0 || !may('result.release');
  const reportId = chosen.find((row) => row.reportId !== undefined)?.reportId;
  const openReport = () => reportId && void navigate({ to: '/reports/$reportId', params: { reportId } });
  const devices = useQuery(trpc.devices.list.queryOptions(undefined, { enabled: may('device.read') }));
  const generic = new Set(devices.data?.flatMap(({ id, driver }) => (isGeneric(driver) ? [id] : [])));
  // Where its message says what is what is a person's to choose.
  const mapped = chosen.find(({ deviceId }) => generic.has(deviceId));
  const mayTeach = chosen.length > 0 && may('device.configure');
  useKeys(w.holding, [
    { keys: 'F2', label: w.assign, run: () => setDialog('assign'), disabled },
    { keys: 'F4', label: w.discard, run: () => setDialog('discard'), disabled },
    { keys: 'F6', label: w.openReport, run: openReport, disabled: !reportId || !may('report.read') },
    { keys: 'F7', label: w.teach, run: () => setDialog('teach'), disabled: !mayTeach },
    { keys: 'F8', label: w.giveBack, run: () => giveBack.mutate({ ids }), disabled },
  ]);
  return (
    <Page
      title={w.holding}
      filters={filters}
      actions={
        <>
          {reportId && may('report.read') && (
            <Button variant="default" rightSection={<KeysHint keys="F6" />} onClick={openReport}>
              {w.openReport}
            </Button>
          )}
          <Button
            variant="subtle"
            color="red"
            disabled={disabled}
            rightSection={<KeysHint keys="F4" />}
            onClick={() => setDialog('discard')}
          >
            {w.discard}
          </Button>
          <Button
            variant="default"
            disabled={disabled}
            loading={giveBack.isPending}
            rightSection={<KeysHint keys="F8" />}
            onClick={() => giveBack.mutate({ ids })}
          >
            {w.giveBack}
          </Button>
          {mapped && mayTeach && (
            <LinkButton
              variant="default"
              to="/analyzers/$deviceId"
              params={{ deviceId: mapped.deviceId }}
              search={{ tab: 'map', message: mapped.journalId }}
            >
              {words.fieldMap.open}
            </LinkButton>
          )}
          <Button
            variant="default"
            disabled={!mayTeach}
            rightSection={<KeysHint keys="F7" />}
            onClick={() => setDialog('teach')}
          >
            {w.teach}
          </Button>
          <Button disabled={disabled} rightSection={<KeysHint keys="F2" />} onClick={() => setDialog('assign')}>
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
      <AssignDialog opened={dialog === 'assign'} ids={ids} onClose={close} onDone={done} />
      <TeachDialog result={dialog === 'teach' ? chosen[0] : undefined} onClose={close} onDone={done} />
      <ConfirmWithReason
        opened={dialog === 'discard'}
        onClose={close}
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

/** Controls, or calibrations, as the analyzers sent them, with their lot. */
function Controls({ kind, filters }: { kind: ControlKind; filters: ReactNode }) {
  const trpc = useTRPC();
  const format = useFormat();
  const { results: w } = words;
  const [traced, setTraced] = useState<string>();
  const list = useInfiniteQuery(trpc.results.controls.infiniteQueryOptions({ kind, limit: 100 }, byCursor));
  const pages = usePages(list);
  const columns = useMemo(() => controlColumns(format), [format]);
  return (
    <Page title={w.holding} filters={filters}>
      <DataTable
        {...pages}
        label={kind === 'control' ? w.controls : w.calibrations}
        columns={columns}
        rowId={(row) => row.id}
        onOpen={(row) => setTraced(row.id)}
        empty={
          <Empty icon={IconTargetArrow} title={w.controlsEmpty}>
            {w.controlsEmptyText}
          </Empty>
        }
      />
      <TraceDialog deviceResultId={traced} onClose={() => setTraced(undefined)} />
    </Page>
  );
}

function plain(id: string, header: string, size: number, text: (row: Row) => string): Column<Row> {
  return { id, header, size, cell: text, text };
}

function receivedColumn(format: Format): Column<Row> {
  return {
    id: 'received',
    header: words.results.received,
    size: 110,
    cell: (row) => <Time at={row.receivedAt} />,
    text: (row) => format.dateTime(row.receivedAt),
  };
}

function heldColumns(format: Format): Column<Row>[] {
  const { results: w } = words;
  return [
    receivedColumn(format),
    plain('device', w.device, 140, (row) => row.deviceName),
    plain('sample', w.sample, 120, (row) => row.sampleId),
    plain('code', w.code, 90, (row) => row.deviceCode),
    plain('value', w.value, 110, (row) => `${row.originalValue} ${row.originalUnit ?? ''}`),
    {
      ...plain('why', w.why, 220, (row) =>
        [
          row.reportedValue !== undefined && w.reportHas(row.reportedValue),
          row.holdReason && w.reasons[row.holdReason],
          row.decision,
        ]
          .filter(Boolean)
          .join(': '),
      ),
      grow: 2,
    },
    { ...plain('said', w.said, 140, saidOf), grow: 1 },
  ];
}

/** What the analyzer said beside the value. */
function saidOf({ rerun, analyzerFlags, comments, sampleComments = [] }: Row): string {
  const flags = tellingFlags(analyzerFlags).join(' ');
  return [rerun && words.results.rerunMark, flags, ...comments, ...sampleComments].filter(Boolean).join(' · ');
}

function controlColumns(format: Format): Column<Row>[] {
  const { results: w } = words;
  return [
    receivedColumn(format),
    plain('device', w.device, 140, (row) => row.deviceName),
    plain('sample', w.sample, 120, (row) => row.control?.name ?? row.sampleId),
    plain('level', w.level, 60, (row) => row.control?.level ?? ''),
    plain('lot', w.lot, 90, (row) => row.controlLot ?? ''),
    { ...plain('parameter', w.parameter, 120, (row) => row.parameterName ?? row.deviceCode), grow: 1 },
    {
      ...plain('value', w.value, 90, (row) => row.value ?? row.originalValue),
      align: 'end',
    },
    plain('unit', w.unit, 80, (row) => (row.value === undefined ? (row.originalUnit ?? '') : (row.unit ?? ''))),
  ];
}
