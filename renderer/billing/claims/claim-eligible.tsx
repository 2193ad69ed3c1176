import { Button, Group, Text } from '@mantine/core';
import { IconShieldDollar } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { type Outputs, type RowOf, useTRPC } from '../../app/api.ts';
import { errorsOf } from '../../app/errors.ts';
import type { Format } from '../../app/format.ts';
import { useKeys } from '../../app/keys.tsx';
import { useFormat, useMay } from '../../app/me.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { FormErrors } from '../../ui/form-errors.tsx';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { Money } from '../../ui/money.tsx';
import { byCursor, usePages } from '../../ui/use-pages.ts';
import { words } from '../../words/index.ts';

type Row = RowOf<Outputs['claims']['eligible']>;

interface ClaimEligibleProps {
  readonly insurerId: string | undefined;
  readonly from: string;
  readonly to: string;
  /** Claims were made; the batch that they are. */
  readonly onMade: (batch: string | undefined) => void;
}

/** From so many days left on, a bill is marked. */
const soon = 7;
/** Most bills in one go, as the core takes them. */
const most = 200;

/** Bills that insurers can be asked for, the oldest first; ticked ones become claims. */
export function ClaimEligible({ insurerId, from, to, onMade }: ClaimEligibleProps) {
  const trpc = useTRPC();
  const may = useMay();
  const format = useFormat();
  const [ids, setIds] = useState<string[]>([]);
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const list = useInfiniteQuery(
    trpc.claims.eligible.infiniteQueryOptions({ insurerId, from, to, limit: 100 }, byCursor),
  );
  const pages = usePages(list);
  const ticked = useMemo(() => pages.rows.filter(({ id }) => ids.includes(id)), [pages.rows, ids]);
  // Insurers take them no more; ticking all is not to end in a refusal.
  const chosen = ticked.filter(({ daysLeft = 0 }) => daysLeft >= 0);
  const columns = useMemo(() => columnsFor(format), [format]);
  const create = useMutation(
    trpc.claims.create.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: (claims) => onMade(claims[0]?.batch),
      onError: (error) => setErrors(errorsOf(error)),
    }),
  );
  const ready = may('claim.manage') && chosen.length > 0 && chosen.length <= most && !create.isPending;
  const make = () => {
    setErrors([]);
    create.mutate({ billIds: chosen.map(({ id }) => id) });
  };
  const { claims } = words;
  useKeys(claims.title, [{ keys: 'F2', label: claims.create, run: make, disabled: !ready }]);
  const sums = Map.groupBy(chosen, ({ currency }) => currency);
  return (
    <>
      <FormErrors errors={errors} />
      <DataTable
        {...pages}
        label={claims.tabs.eligible}
        columns={columns}
        rowId={(row) => row.id}
        selection={may('claim.manage') ? { ids, onChange: setIds } : undefined}
        empty={
          <Empty icon={IconShieldDollar} title={claims.emptyTitle}>
            {claims.emptyText}
          </Empty>
        }
      />
      {may('claim.manage') && pages.rows.length > 0 && (
        <Group justify="flex-end">
          {ticked.length > chosen.length && (
            <Text size="sm" c="var(--tone-warn)" role="status">
              {claims.leftOut(ticked.length - chosen.length)}
            </Text>
          )}
          {[...sums].map(([currency, rows]) => (
            <Text key={currency} size="sm" fw={600}>
              {format.money(
                rows.reduce((sum, row) => sum + row.amount, 0),
                currency,
              )}
            </Text>
          ))}
          <Button disabled={!ready} loading={create.isPending} onClick={make} rightSection={<KeysHint keys="F2" />}>
            {claims.create}
          </Button>
        </Group>
      )}
    </>
  );
}

function columnsFor(format: Format): Column<Row>[] {
  const { claims, bills, invoices } = words;
  const plain = (id: string, header: string, size: number, of: (row: Row) => string, grow?: number): Column<Row> => ({
    ...{ id, header, size, grow },
    cell: of,
    text: of,
  });
  const left = ({ daysLeft }: Row) => (daysLeft === undefined ? '' : claims.left(daysLeft));
  return [
    plain('number', bills.number, 95, (row) => row.number),
    plain('date', invoices.date, 104, (row) => format.day(row.registeredOn)),
    plain('patient', bills.patient, 115, (row) => row.patientName, 2),
    plain('insurer', claims.insurer, 95, (row) => row.insurerName, 2),
    plain('group', claims.group, 85, (row) => row.groupName, 1),
    plain('policy', claims.policy, 115, (row) => row.policyNumber),
    plain('diagnoses', claims.diagnoses, 85, (row) => row.diagnoses.join(', ')),
    plain('tests', bills.tests, 70, (row) => row.tests.join(', '), 1),
    {
      ...plain('left', claims.daysLeft, 112, left),
      cell: (row) => (
        <Text span inherit c={row.daysLeft !== undefined && row.daysLeft <= soon ? 'var(--tone-warn)' : undefined}>
          {left(row)}
        </Text>
      ),
    },
    {
      ...{ id: 'amount', header: claims.amount, size: 106, align: 'end' },
      cell: (row) => <Money amount={row.amount} currency={row.currency} plain />,
      text: (row) => format.amount(row.amount, row.currency),
    },
  ];
}
