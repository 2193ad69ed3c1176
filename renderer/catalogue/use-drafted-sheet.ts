import { useCallback, useState } from 'react';
import { type Draft, useDraft } from '../app/draft.ts';
import { applyDraftCells, type DraftCell, draftCellsOf, type GridNames } from './grid-draft.ts';
import type { SheetRows } from './sheet-block.ts';
import { type SheetState, useSheet } from './use-sheet.ts';

interface GridDraftValues {
  cells: DraftCell[];
}

/** A grid that keeps what is typed until it is saved. */
export interface DraftedSheet {
  readonly sheet: SheetState;
  readonly draft: Draft<GridDraftValues>;
  /** Cells of the draft that somebody else changed meanwhile. */
  readonly dropped: number;
  /** After saving: the grid begins anew from what is saved now. */
  readonly saved: (rows: SheetRows) => void;
  /** Without the draft. */
  readonly discard: (rows: SheetRows) => void;
}

/**
 * The rows of a grid, begun from the draft of the last time.
 * @param before what is saved
 */
export function useDraftedSheet(formName: string, before: SheetRows, names: GridNames): DraftedSheet {
  const draft = useDraft<GridDraftValues>(formName, { cells: [] });
  const [begun] = useState(() => applyDraftCells(before, names, draft.initial.cells));
  const { keep, clear } = draft;
  const keepCells = useCallback(
    (cells: readonly DraftCell[]) => {
      const all = [...begun.elsewhere, ...cells];
      if (all.length > 0) keep({ cells: all });
      else clear();
    },
    [begun, keep, clear],
  );
  const kept = useCallback(
    (rows: SheetRows) => keepCells(draftCellsOf(rows, before, names)),
    [keepCells, before, names],
  );
  const sheet = useSheet(begun.rows, kept);
  return {
    sheet,
    draft,
    dropped: begun.dropped,
    saved: (rows) => {
      clear();
      keepCells([]);
      sheet.reset(rows);
    },
    discard: (rows) => {
      clear();
      sheet.reset(rows);
    },
  };
}
