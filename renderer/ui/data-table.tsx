// biome-ignore-all lint/a11y/useSemanticElements: rows are virtual and laid out by CSS grid, which table elements are not
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and points at its active row
// biome-ignore-all lint/a11y/useKeyWithClickEvents: keys are handled by the grid, which has the focus
import { Checkbox, Skeleton, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconTableExport } from '@tabler/icons-react';
import {
  createColumnHelper,
  type RowSelectionState,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { words } from '../words/index.ts';
import { toCsv } from './csv.ts';
import styles from './data-table.module.css';
import { Failed } from './failed.tsx';
import { IconButton } from './icon-button.tsx';
import { rowKeyHandler } from './row-keys.ts';
import { saveFile } from './save-file.ts';

/** A column of a `DataTable`. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  /** Pixels; with `grow` the least. Where all together are a little too wide, they give way a little. */
  readonly size: number;
  /** Share of the space that is left. */
  readonly grow?: number;
  readonly align?: 'start' | 'end' | 'center';
  readonly cell: (row: Row) => ReactNode;
  /** The cell as plain text, for export and as its tooltip. */
  readonly text: (row: Row) => string;
}

export interface DataTableProps<Row> {
  /** Names the table for screen readers, its kept column widths and its export file. */
  readonly label: string;
  /** Stable (outside the component or memoised), as are `rows`. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  /** Enter or a click on a row. */
  readonly onOpen?: (row: Row) => void;
  /** Rows can be ticked: by checkbox (Shift for a range) or the space bar. */
  readonly selection?: { readonly ids: readonly string[]; readonly onChange: (ids: string[]) => void };
  readonly loading?: boolean;
  readonly error?: unknown;
  readonly retry?: () => void;
  readonly hasMore?: boolean;
  readonly loadMore?: () => void;
  /** Shown instead of rows when there are none; an `EmptyState`. */
  readonly empty: ReactNode;
}

const rowHeight = 30;
const leastWidth = 40;
const features = tableFeatures({ rowSelectionFeature });

/**
 * The table of all lists: virtual rows, further pages as one scrolls, arrows, Home, End, PageUp and PageDown, Enter opens,
 * columns drag to size and keep it, export of what is loaded. It fills the height it is given.
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowId, onOpen, selection, loading, error, hasMore, loadMore, empty } = props;
  const id = useId();
  const scroll = useRef<HTMLDivElement>(null);
  const [widths, setWidths] = useLocalStorage<Record<string, number>>({
    key: `aliquot.columns.${label}`,
    defaultValue: {},
  });
  const [active, setActive] = useState(0);
  const selected = useMemo<RowSelectionState>(
    () => Object.fromEntries((selection?.ids ?? []).map((rowKey) => [rowKey, true as const])),
    [selection?.ids],
  );

  const table = useTable({
    features,
    data: rows as Row[],
    columns: useMemo(() => tableColumns(columns), [columns]),
    getRowId: rowId,
    state: { rowSelection: selected },
    onRowSelectionChange: (update) => {
      const next = typeof update === 'function' ? update(selected) : update;
      selection?.onChange(Object.keys(next).filter((rowKey) => next[rowKey]));
    },
  });
  const model = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: model.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows.length - 15) loadMore?.();
  }, [hasMore, last, rows.length, loadMore]);

  const keys = rowKeyHandler({
    count: model.length,
    active,
    page: () => Math.max(1, Math.floor((scroll.current?.clientHeight ?? rowHeight) / rowHeight) - 2),
    move: (index) => {
      setActive(index);
      virtual.scrollToIndex(index);
    },
    open: (index) => model[index] && onOpen?.(model[index].original),
    toggle: (index) => selection && model[index]?.toggleSelected(),
  });

  const template = columns.map(({ id: columnId, size, grow }) => trackOf(widths[columnId], size, grow)).join(' ');
  const least = columns.reduce((sum, column) => sum + (widths[column.id] ?? leastOf(column.size)), selection ? 32 : 0);
  const style = { '--columns': selection ? `32px ${template}` : template, '--least': `${least}px` } as CSSProperties;
  const isEmpty = !loading && !error && rows.length === 0;

  return (
    <div className={styles.frame}>
      <div
        ref={scroll}
        className={styles.scroll}
        style={style}
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={hasMore ? -1 : rows.length + 1}
        aria-multiselectable={selection ? true : undefined}
        aria-activedescendant={model[active] && !isEmpty ? `${id}-${active}` : undefined}
        aria-busy={loading}
        onKeyDown={keys}
      >
        <div role="row" className={styles.head} aria-rowindex={1}>
          {selection && (
            <div role="columnheader" className={styles.tick}>
              <Checkbox
                tabIndex={-1}
                aria-label={words.ui.selectAll}
                checked={rows.length > 0 && table.getIsAllRowsSelected()}
                indeterminate={table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected()}
                onChange={() => table.toggleAllRowsSelected()}
              />
            </div>
          )}
          {table.getLeafHeaders().map((header, index) => (
            <div key={header.id} role="columnheader" className={styles.headCell} data-align={columns[index]?.align}>
              <span className={styles.clip}>{columns[index]?.header}</span>
              <span
                className={styles.handle}
                aria-hidden
                onPointerDown={(event) =>
                  dragWidth(event, (width) => setWidths((kept) => ({ ...kept, [header.id]: width })))
                }
                onDoubleClick={() => setWidths(({ [header.id]: _, ...kept }) => kept)}
              />
            </div>
          ))}
        </div>
        {loading && <SkeletonRows columns={columns} />}
        {!loading && error ? <Failed error={error} retry={props.retry} /> : null}
        {isEmpty && <div className={styles.empty}>{empty}</div>}
        <div className={styles.body} style={{ blockSize: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = model[index];
            if (!row) return null;
            return (
              <div
                key={row.id}
                id={`${id}-${index}`}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={selection ? row.getIsSelected() : undefined}
                data-active={index === active || undefined}
                data-opens={onOpen ? true : undefined}
                className={styles.row}
                style={{ transform: `translateY(${start}px)` }}
                onClick={() => {
                  setActive(index);
                  onOpen?.(row.original);
                }}
              >
                {selection && (
                  <div role="gridcell" className={styles.tick} onClick={(event) => event.stopPropagation()}>
                    <Checkbox
                      tabIndex={-1}
                      aria-label={words.ui.selectRow}
                      checked={row.getIsSelected()}
                      onChange={row.getToggleSelectedHandler()}
                    />
                  </div>
                )}
                {columns.map((column) => (
                  <div
                    key={column.id}
                    role="gridcell"
                    className={styles.cell}
                    data-align={column.align}
                    title={column.text(row.original)}
                  >
                    {column.cell(row.original)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      <div className={styles.foot}>
        <Text size="xs" c="dimmed" aria-live="polite">
          {loading ? words.ui.loading : words.ui.rows(rows.length, hasMore ?? false)}
          {selection && selection.ids.length > 0 ? ` · ${words.ui.selected(selection.ids.length)}` : ''}
        </Text>
        <IconButton
          label={words.ui.exportCsv}
          icon={IconTableExport}
          disabled={rows.length === 0}
          onClick={() => saveFile(`${label}.csv`, new Blob([toCsv(columns, rows)], { type: 'text/csv;charset=utf-8' }))}
        />
      </div>
    </div>
  );
}

function SkeletonRows<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return Array.from({ length: 6 }, (_, row) => row).map((row) => (
    <div key={row} className={styles.skeleton} aria-hidden>
      {columns.map((column) => (
        <Skeleton key={column.id} height={10} width={`${45 + ((row * 17 + column.id.length * 13) % 45)}%`} />
      ))}
    </div>
  ));
}

function tableColumns<Row extends object>(columns: readonly Column<Row>[]) {
  const helper = createColumnHelper<typeof features, Row>();
  return columns.map(({ id, header }) => helper.display({ id, header }));
}

/** Follows the pointer until it is let go, and tells the width of the column whose edge was taken. */
function dragWidth(event: PointerEvent<HTMLElement>, tell: (width: number) => void): void {
  const handle = event.currentTarget;
  const start = handle.parentElement?.offsetWidth ?? leastWidth;
  const direction = getComputedStyle(handle).direction === 'rtl' ? -1 : 1;
  const drag = new AbortController();
  handle.setPointerCapture(event.pointerId);
  const follow = ({ clientX }: globalThis.PointerEvent) =>
    tell(Math.max(leastWidth, start + (clientX - event.clientX) * direction));
  handle.addEventListener('pointermove', follow, { signal: drag.signal });
  handle.addEventListener('lostpointercapture', () => drag.abort(), { signal: drag.signal });
}

function trackOf(kept: number | undefined, size: number, grow: number | undefined): string {
  if (kept !== undefined) return `${kept}px`;
  return `minmax(${leastOf(size)}px, ${grow === undefined ? `${size}px` : `${grow}fr`})`;
}

/** A table that is a few pixels too wide closes up before it scrolls. */
function leastOf(size: number): number {
  return Math.round(size * 0.88);
}
