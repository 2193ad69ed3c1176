import { IconClock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ageBands } from '../../../shared/billing/ageing.ts';
import { type Outputs, useTRPC } from '../../app/api.ts';
import { useFormat } from '../../app/me.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Money } from '../../ui/money.tsx';
import { words } from '../../words/index.ts';

type Row = Outputs['claims']['ageing'][number];

/** What is open of claims by insurer and by days since they were submitted. */
export function ClaimAgeing({ onOpen }: { onOpen: (insurerId: string) => void }) {
  const trpc = useTRPC();
  const format = useFormat();
  const query = useQuery(trpc.claims.ageing.queryOptions());
  const columns = useMemo((): Column<Row>[] => {
    const { claims } = words;
    const amount = (id: string, header: string, of: (row: Row) => number): Column<Row> => ({
      ...{ id, header, size: 120, align: 'end' },
      cell: (row) => <Money amount={of(row)} currency={row.currency} plain />,
      text: (row) => format.amount(of(row), row.currency),
    });
    return [
      { id: 'insurer', header: claims.insurer, size: 180, grow: 2, cell: (row) => row.name, text: (row) => row.name },
      { id: 'currency', header: claims.currency, size: 80, cell: (row) => row.currency, text: (row) => row.currency },
      {
        ...{ id: 'claims', header: claims.title, size: 80, align: 'end' },
        cell: (row) => format.number(row.count),
        text: (row) => format.number(row.count),
      },
      ...ageBands.map((band) => amount(band, claims.bands[band], (row) => row.bands[band])),
      amount('total', claims.total, (row) => row.total),
    ];
  }, [format]);
  return (
    <DataTable
      label={words.claims.tabs.ageing}
      columns={columns}
      rows={query.data ?? noRows}
      rowId={(row) => `${row.id} ${row.currency}`}
      onOpen={(row) => onOpen(row.id)}
      loading={query.isPending}
      error={query.data ? null : query.error}
      retry={() => void query.refetch()}
      empty={
        <Empty icon={IconClock} title={words.claims.noAgeingTitle}>
          {words.claims.noAgeingText}
        </Empty>
      }
    />
  );
}

const noRows: Row[] = [];
