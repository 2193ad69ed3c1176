import { Button, Select, Text } from '@mantine/core';
import { IconReportMedical } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { reportStateSchema } from '../../shared/reports/schema.ts';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import type { Format } from '../app/format.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { ReportStateBadge } from '../patients/report-state.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';

type Row = RowOf<Outputs['reports']['worklist']>;

const route = getRouteApi('/reports');

/** Reports by state; several can be verified or signed at once. */
export function ReportsScreen() {
  const { state } = route.useSearch();
  const navigateHere = route.useNavigate();
  const navigate = useNavigate();
  const trpc = useTRPC();
  const may = useMay();
  const format = useFormat();
  const { reports: w } = words;
  const [ids, setIds] = useState<string[]>([]);
  const list = useInfiniteQuery(trpc.reports.worklist.infiniteQueryOptions({ state, limit: 100 }, byCursor));
  const pages = usePages(list);
  const columns = useMemo(() => columnsFor(format), [format]);
  const done = {
    onSuccess: () => {
      notifyDone(w.done(ids.length));
      setIds([]);
    },
  };
  const verify = useMutation(trpc.reports.verify.mutationOptions(done));
  const sign = useMutation(trpc.reports.sign.mutationOptions(done));
  const all = (wanted: Row['state']) =>
    ids.length > 0 && pages.rows.every((row) => !ids.includes(row.id) || row.state === wanted);
  const mayVerify = may('report.verify') && all('resulted');
  const maySign = may('report.sign') && all('verified');
  useKeys(w.title, [
    { keys: 'F6', label: w.verify, run: () => verify.mutate({ ids }), disabled: !mayVerify },
    { keys: 'F8', label: w.sign, run: () => sign.mutate({ ids }), disabled: !maySign },
  ]);
  return (
    <Page
      title={w.title}
      filters={
        <Select
          aria-label={w.state}
          w={180}
          data={[
            { value: '', label: w.any },
            ...reportStateSchema.options.map((value) => ({
              value,
              label: words.patients.reportStates[value] ?? value,
            })),
          ]}
          value={state ?? ''}
          onChange={(value) =>
            void navigateHere({ search: { state: reportStateSchema.safeParse(value).data }, replace: true })
          }
        />
      }
      actions={
        <>
          <Button
            variant="default"
            disabled={!mayVerify}
            loading={verify.isPending}
            rightSection={<KeysHint keys="F6" />}
            onClick={() => verify.mutate({ ids })}
          >
            {w.verify}
          </Button>
          <Button
            disabled={!maySign}
            loading={sign.isPending}
            rightSection={<KeysHint keys="F8" />}
            onClick={() => sign.mutate({ ids })}
          >
            {w.sign}
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
        onOpen={({ id }) => void navigate({ to: '/reports/$reportId', params: { reportId: id } })}
        empty={
          <Empty icon={IconReportMedical} title={w.empty}>
            {w.emptyText}
          </Empty>
        }
      />
    </Page>
  );
}

function columnsFor(format: Format): Column<Row>[] {
  const { reports: w } = words;
  const text = (id: string, header: string, size: number, of: (row: Row) => string): Column<Row> => ({
    id,
    header,
    size,
    cell: of,
    text: of,
  });
  return [
    {
      id: 'ordered',
      header: w.ordered,
      size: 130,
      cell: (row) => <Time at={row.orderedAt} />,
      text: (row) => format.dateTime(row.orderedAt),
    },
    { ...text('patient', w.patient, 190, (row) => `${row.patientName}, ${row.ageText}`), grow: 2 },
    { ...text('test', w.test, 170, (row) => row.testName), grow: 1 },
    text('accession', w.accession, 120, (row) => row.accession ?? ''),
    { ...text('filled', w.filled, 80, (row) => `${row.filled}/${row.total}`), align: 'end' },
    {
      id: 'abnormal',
      header: w.abnormal,
      size: 90,
      align: 'end',
      cell: (row) =>
        row.abnormal > 0 ? (
          <Text span size="sm" fw={600} c={row.critical > 0 ? 'var(--tone-error)' : 'var(--tone-warn)'}>
            {row.critical > 0 ? `‼ ${row.abnormal}` : row.abnormal}
          </Text>
        ) : (
          ''
        ),
      text: (row) => String(row.abnormal),
    },
    {
      id: 'state',
      header: w.state,
      size: 130,
      cell: (row) => <ReportStateBadge state={row.state} />,
      text: (row) => row.state,
    },
  ];
}
