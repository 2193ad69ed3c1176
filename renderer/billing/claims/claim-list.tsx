import { Anchor, Button, Group } from '@mantine/core';
import { IconShieldDollar } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { ClaimStatus as Status } from '../../../shared/billing/schema.ts';
import { type Outputs, type RowOf, useTRPC, useTRPCClient } from '../../app/api.ts';
import { reportUnexpected } from '../../app/errors.ts';
import type { Format } from '../../app/format.ts';
import { useKeys } from '../../app/keys.tsx';
import { useFormat, useMay } from '../../app/me.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { Money } from '../../ui/money.tsx';
import { byCursor, usePages } from '../../ui/use-pages.ts';
import { words } from '../../words/index.ts';
import { saveClaimCsv, saveClaimFhir } from './claim-files.ts';
import { ClaimStatus } from './claim-status.tsx';

type Row = RowOf<Outputs['claims']['list']>;

interface ClaimListProps {
  readonly insurerId: string | undefined;
  readonly status: Status | undefined;
  /** The number of a batch, or of a claim of it. */
  readonly batch: string | undefined;
  readonly focusSearch: () => void;
  readonly onShowBatch: (batch: string) => void;
}

/** Claims, the newest first; ticked ones are submitted together, or saved as files. */
export function ClaimList({ insurerId, status, batch, focusSearch, onShowBatch }: ClaimListProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const may = useMay();
  const navigate = useNavigate();
  const format = useFormat();
  const [ids, setIds] = useState<string[]>([]);
  const list = useInfiniteQuery(
    trpc.claims.list.infiniteQueryOptions({ insurerId, status, batch: batch || undefined, limit: 100 }, byCursor),
  );
  const pages = usePages(list);
  const columns = useMemo(() => columnsFor(format, onShowBatch), [format, onShowBatch]);
  const drafts = useMemo(
    () => pages.rows.filter((row) => row.status === 'draft' && ids.includes(row.id)).slice(0, 100),
    [pages.rows, ids],
  );
  const submit = useMutation(trpc.claims.submit.mutationOptions({ onSuccess: () => setIds([]) }));
  const ready = drafts.length > 0 && !submit.isPending;
  const send = () => submit.mutate({ claims: drafts.map(({ id, rev }) => ({ id, rev })) });
  const { claims } = words;
  const narrowed = [insurerId, status, batch].some(Boolean);
  const chosen = pages.rows.filter((row) => ids.includes(row.id)).slice(0, 100);
  const [first] = chosen;
  const oneBatch = first && chosen.every((row) => row.batch === first.batch);
  const fileName = `claims-${oneBatch ? first.batch : format.today()}`;
  const saveCsv = () => {
    const all = chosen.map(({ id }) => id);
    void saveClaimCsv(client, all, fileName).catch(reportUnexpected);
  };
  const saveFhir = () => void saveClaimFhir(client, chosen, fileName).catch(reportUnexpected);
  useKeys(claims.title, [
    { keys: 'F2', label: claims.submitSelected, run: send, disabled: !ready },
    { keys: 'F9', label: claims.fhirSelected, run: saveFhir, disabled: chosen.length === 0 },
    { keys: 'F10', label: claims.csvSelected, run: saveCsv, disabled: chosen.length === 0 },
    { keys: '/', label: claims.searchBatch, run: focusSearch },
  ]);
  return (
    <>
      <DataTable
        {...pages}
        label={claims.title}
        columns={columns}
        rowId={(row) => row.id}
        selection={{ ids, onChange: setIds }}
        onOpen={({ id }) => void navigate({ to: '/claims/$claimId', params: { claimId: id } })}
        empty={
          <Empty icon={IconShieldDollar} title={narrowed ? claims.noneFitTitle : claims.noClaimsTitle}>
            {narrowed ? claims.noneFitText : claims.noClaimsText}
          </Empty>
        }
      />
      {pages.rows.length > 0 && (
        <Group justify="flex-end">
          <Button
            variant="default"
            disabled={chosen.length === 0}
            onClick={saveFhir}
            rightSection={<KeysHint keys="F9" />}
          >
            {claims.fhirSelected}
          </Button>
          <Button
            variant="default"
            disabled={chosen.length === 0}
            onClick={saveCsv}
            rightSection={<KeysHint keys="F10" />}
          >
            {claims.csvSelected}
          </Button>
          {may('claim.manage') && pages.rows.some((row) => row.status === 'draft') && (
            <Button disabled={!ready} loading={submit.isPending} onClick={send} rightSection={<KeysHint keys="F2" />}>
              {claims.submitSelected}
            </Button>
          )}
        </Group>
      )}
    </>
  );
}

function columnsFor(format: Format, onShowBatch: (batch: string) => void): Column<Row>[] {
  const { claims, bills, invoices } = words;
  const plain = (id: string, header: string, size: number, of: (row: Row) => string, grow?: number): Column<Row> => ({
    ...{ id, header, size, grow },
    cell: of,
    text: of,
  });
  const amount = (id: keyof Row['totals']): Column<Row> => ({
    ...{ id, header: claims[id], size: 86, align: 'end' },
    cell: (row) => <Money amount={row.totals[id]} currency={row.currency} plain />,
    text: (row) => format.amount(row.totals[id], row.currency),
  });
  return [
    plain('number', claims.number, 85, (row) => row.number),
    plain('date', invoices.date, 104, (row) => format.day(row.registeredOn)),
    plain('insurer', claims.insurer, 105, (row) => row.insurerName, 2),
    plain('group', claims.group, 85, (row) => row.groupName, 1),
    {
      ...plain('batch', claims.batch, 85, (row) => row.batch),
      cell: ({ batch }) => (
        <Anchor
          component="button"
          size="sm"
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            onShowBatch(batch);
          }}
        >
          {batch}
        </Anchor>
      ),
    },
    { ...plain('bills', claims.bills, 50, (row) => format.number(row.bills)), align: 'end' },
    { ...plain('age', claims.age, 66, (row) => claims.days(row.age)), align: 'end' },
    amount('claimed'),
    amount('settled'),
    amount('writtenOff'),
    amount('open'),
    {
      ...plain('status', bills.status, 105, (row) => claims.statuses[row.status]),
      cell: ({ status }) => <ClaimStatus status={status} />,
    },
  ];
}
