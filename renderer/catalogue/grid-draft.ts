import { differencesOf, type SheetRows, withChanges } from './sheet-block.ts';

/** A cell that was changed and not saved: by what names its row and column, since rows come and go. */
export interface DraftCell {
  readonly row: string;
  readonly column: string;
  /** What stood there when it was changed. */
  readonly before: string;
  readonly text: string;
}

/** What names the rows and columns of a grid, in their order. */
export interface GridNames {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

/** The changed cells of a grid as a draft keeps them. */
export function draftCellsOf(rows: SheetRows, before: SheetRows, names: GridNames): DraftCell[] {
  return differencesOf(rows, before).flatMap(({ row, column, before: old, text }) => {
    const [rowName, columnName] = [names.rows[row], names.columns[column]];
    return rowName === undefined || columnName === undefined
      ? []
      : [{ row: rowName, column: columnName, before: old, text }];
  });
}

/**
 * A draft put into a grid as it is now. A cell that somebody else changed since keeps what they wrote and is counted as
 * dropped; cells of rows that the grid does not show, as those of another department, stay in the draft.
 */
export function applyDraftCells(
  before: SheetRows,
  names: GridNames,
  cells: readonly DraftCell[],
): { rows: SheetRows; dropped: number; elsewhere: DraftCell[] } {
  const rowAt = new Map(names.rows.map((name, index) => [name, index]));
  const columnAt = new Map(names.columns.map((name, index) => [name, index]));
  const placed = cells.map((cell) => ({ cell, row: rowAt.get(cell.row), column: columnAt.get(cell.column) }));
  const here = placed.flatMap(({ cell, row, column }) =>
    row === undefined || column === undefined ? [] : [{ row, column, text: cell.text, before: cell.before }],
  );
  const standing = here.filter(({ row, column, before: old }) => before[row]?.[column] === old);
  return {
    rows: withChanges(before, standing),
    dropped: here.length - standing.length,
    elsewhere: placed.flatMap(({ cell, row, column }) => (row === undefined || column === undefined ? [cell] : [])),
  };
}
