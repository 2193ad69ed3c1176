import { useMemo, useState } from 'react';
import {
  type CellChange,
  type SheetRows,
  type Steps,
  stepBack,
  stepForth,
  stepTo,
  withChanges,
} from './sheet-block.ts';

/** Rows of texts with their way back: each `write` is one step that can be undone and done again until `reset`. */
export interface SheetState {
  readonly rows: SheetRows;
  readonly write: (changes: readonly CellChange[]) => void;
  readonly replace: (rows: SheetRows) => void;
  readonly undo: () => void;
  readonly canUndo: boolean;
  readonly redo: () => void;
  readonly canRedo: boolean;
  readonly reset: (rows: SheetRows) => void;
}

/** Keeps what is typed into a grid and what stood there before. @param kept told of every state, for a draft */
export function useSheet(initial: SheetRows, kept?: (rows: SheetRows) => void): SheetState {
  const [steps, setSteps] = useState<Steps>({ past: [], present: initial, future: [] });
  return useMemo(() => {
    const rows = steps.present;
    const go = (next: Steps) => {
      if (next.present === rows) return;
      setSteps(next);
      kept?.(next.present);
    };
    return {
      rows,
      write: (changes) => go(stepTo(steps, withChanges(rows, changes))),
      replace: (next) => go(stepTo(steps, next)),
      undo: () => go(stepBack(steps)),
      canUndo: steps.past.length > 0,
      redo: () => go(stepForth(steps)),
      canRedo: steps.future.length > 0,
      reset: (next) => setSteps({ past: [], present: next, future: [] }),
    };
  }, [steps, kept]);
}
