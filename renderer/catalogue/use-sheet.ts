import { useMemo, useState } from 'react';

/** A cell that shall have another text. */
export interface CellChange {
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

export type SheetRows = readonly (readonly string[])[];

/** Rows of texts with their way back: each step of `write` can be undone until `reset`. */
export interface SheetState {
  readonly rows: SheetRows;
  readonly write: (changes: readonly CellChange[]) => void;
  readonly replace: (rows: SheetRows) => void;
  readonly undo: () => void;
  readonly canUndo: boolean;
  readonly reset: (rows: SheetRows) => void;
}

/** Keeps what is typed into a grid and what stood there before. @param kept told of every state, for a draft */
export function useSheet(initial: SheetRows, kept?: (rows: SheetRows) => void): SheetState {
  const [steps, setSteps] = useState<readonly SheetRows[]>([initial]);
  const rows = steps.at(-1) ?? initial;
  return useMemo(() => {
    const push = (next: SheetRows) => {
      setSteps((before) => [...before.slice(-200), next]);
      kept?.(next);
    };
    return {
      rows,
      write: (changes) => {
        const real = changes.filter(({ row, column, text }) => rows[row] && rows[row][column] !== text);
        if (real.length > 0) push(withChanges(rows, real));
      },
      replace: push,
      undo: () => {
        const before = steps.at(-2);
        if (!before) return;
        setSteps(steps.slice(0, -1));
        kept?.(before);
      },
      canUndo: steps.length > 1,
      reset: (next) => setSteps([next]),
    };
  }, [rows, steps, kept]);
}

function withChanges(rows: SheetRows, changes: readonly CellChange[]): SheetRows {
  const next = [...rows];
  for (const { row, column, text } of changes) {
    next[row] = (next[row] ?? []).map((cell, index) => (index === column ? text : cell));
  }
  return next;
}

/** What a spreadsheet puts on the clipboard: lines of cells parted by tabs, cells with line breaks in quotes. */
export function readClipboard(text: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r?\n|$)/y;
  const rows: string[][] = [[]];
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (!match) break;
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3]?.endsWith('\n') && cell.lastIndex < text.length) rows.push([]);
  }
  return rows;
}
