import { Badge, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Failed } from '../ui/failed.tsx';
import { Panel } from '../ui/panel.tsx';
import { words } from '../words/index.ts';
import styles from './work-panel.module.css';

/** Rows a panel asks for; what is more is behind its link. */
export const shownRows = 8;

interface WorkPanelProps<Row> {
  readonly title: string;
  readonly query: { data: { rows: readonly Row[]; nextCursor?: string } | undefined; error: unknown };
  /** To the screen where all of it is. */
  readonly link: ReactNode;
  /** Said when there is no such work. */
  readonly nothing: string;
  /** A row of work as table cells. */
  readonly cells: (row: Row) => ReactNode;
  readonly rowId: (row: Row) => string;
}

/** One kind of work that waits: how much, the first of it, the way to all of it. */
export function WorkPanel<Row>({ title, query, link, nothing, cells, rowId }: WorkPanelProps<Row>) {
  const { data, error } = query;
  const count = data?.rows.length ?? 0;
  return (
    <Panel
      title={title}
      about={count > 0 && <Badge>{data?.nextCursor ? words.today.more(count) : count}</Badge>}
      actions={link}
      flush
    >
      {error && !data ? <Failed error={error} /> : null}
      {data && count === 0 && (
        <Text size="sm" c="dimmed" p="sm">
          {nothing}
        </Text>
      )}
      <Table highlightOnHover className={styles.table}>
        <Table.Tbody>
          {data?.rows.map((row) => (
            <Table.Tr key={rowId(row)}>{cells(row)}</Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}
