import { Button } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Outputs, type RowOf, useTRPC, useTRPCClient } from '../app/api.ts';
import type { Format } from '../app/format.ts';
import { useFormat } from '../app/me.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { notifyDone, notifyError } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';

type Row = RowOf<Outputs['activity']['list']>;

/** Who did what to what, the newest first. */
export function ActivityScreen() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const format = useFormat();
  const { activity: w } = words;
  const list = useInfiniteQuery(trpc.activity.list.infiniteQueryOptions({ limit: 100 }, byCursor));
  const pages = usePages(list);
  const columns = useMemo(() => columnsFor(format), [format]);
  const verify = useMutation({
    mutationFn: () => client.activity.verify.query(),
    onSuccess: ({ intact, entries, brokenAt }) => {
      if (intact) notifyDone(w.intact(entries));
      else notifyError({ message: w.broken(brokenAt?.position ?? entries) });
    },
  });
  return (
    <Page
      title={w.title}
      actions={
        <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
          {w.verify}
        </Button>
      }
    >
      <DataTable
        {...pages}
        label={w.title}
        columns={columns}
        rowId={(row) => row.id}
        empty={
          <Empty icon={IconHistory} title={w.empty}>
            {w.emptyText}
          </Empty>
        }
      />
    </Page>
  );
}

function columnsFor(format: Format): Column<Row>[] {
  const { activity: w } = words;
  const text = (id: string, header: string, size: number, of: (row: Row) => string): Column<Row> => ({
    id,
    header,
    size,
    cell: of,
    text: of,
  });
  return [
    text('at', w.time, 150, (row) => format.dateTime(row.at)),
    text('who', w.who, 170, (row) => row.actorName),
    { ...text('what', w.what, 400, (row) => row.text), grow: 3 },
  ];
}
