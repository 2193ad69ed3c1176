import { Alert, Stack, Text, UnstyledButton } from '@mantine/core';
import { words } from '../words/index.ts';
import { type Cell, cellOfKey, type SheetRows } from './sheet-block.ts';
import type { GridColumn } from './sheet-grid.tsx';

const { catalogue: w } = words;
const mostShown = 4;

/** What keeps a grid from being saved, cell by cell; a click leads to the cell. */
export function CellErrors({
  errors,
  rows,
  columns,
  numbered,
  onShow,
}: {
  /** By `row.column`. */
  errors: ReadonlyMap<string, string>;
  rows: SheetRows;
  columns: readonly GridColumn[];
  /** Rows are named by their number; otherwise by their first column. */
  numbered?: boolean;
  onShow: (cell: Cell) => void;
}) {
  if (errors.size === 0) return null;
  return (
    <Alert color="red" p="xs" role="alert" title={w.notSaved(errors.size)}>
      <Stack gap={2} align="start">
        {[...errors].slice(0, mostShown).map(([key, message]) => {
          const cell = cellOfKey(key);
          return (
            <UnstyledButton key={key} fz="sm" onClick={() => onShow(cell)}>
              <Text span inherit td="underline">
                {numbered ? w.rowNumber(cell.row + 1) : rows[cell.row]?.[0]}, {columns[cell.column]?.header}
              </Text>
              {': '}
              {message}
            </UnstyledButton>
          );
        })}
        {errors.size > mostShown && (
          <Text size="sm" c="dimmed">
            {w.moreChanges(errors.size - mostShown)}
          </Text>
        )}
      </Stack>
    </Alert>
  );
}
