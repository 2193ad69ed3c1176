import { type ClipboardEvent, type KeyboardEvent, useRef, useState } from 'react';
import { words } from '../words/index.ts';
import {
  type BlockColumn,
  blockOf,
  type Cell,
  planClear,
  planFill,
  planPaste,
  readTsv,
  textsIn,
  withChanges,
  writeTsv,
} from './sheet-block.ts';
import type { SheetState } from './use-sheet.ts';

interface Grid {
  readonly columns: readonly BlockColumn[];
  readonly sheet: SheetState;
  readonly disabled: boolean;
  readonly growing: boolean;
  readonly scrollTo: (row: number) => void;
  /** Gives the focus back to the grid after typing in a cell. */
  readonly focus: () => void;
}

type Step = readonly [down: number, right: number];

const steps: Readonly<Record<string, Step>> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  PageDown: [15, 0],
  PageUp: [-15, 0],
};
const sideways: Readonly<Record<string, Step>> = {
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  Home: [0, Number.NEGATIVE_INFINITY],
  End: [0, Number.POSITIVE_INFINITY],
};
const far: Readonly<Record<string, Step>> = {
  Home: [Number.NEGATIVE_INFINITY, 0],
  End: [Number.POSITIVE_INFINITY, 0],
  ArrowUp: [Number.NEGATIVE_INFINITY, 0],
  ArrowDown: [Number.POSITIVE_INFINITY, 0],
};

/** Where one is in a grid, what is selected and being typed, and what keys and the clipboard do. */
export function useSheetCursor({ columns, sheet, disabled, growing, scrollTo, focus }: Grid) {
  const { rows } = sheet;
  const [place, setPlace] = useState<{ active: Cell; end: Cell }>(() => {
    const first = {
      row: 0,
      column: Math.max(
        0,
        columns.findIndex((one) => !one.readOnly),
      ),
    };
    return { active: first, end: first };
  });
  const [typed, showTyped] = useState<string | undefined>();
  // What is being typed, known at once: leaving the field by a key must not write it a second time when it loses the focus.
  const typing = useRef<string | undefined>(undefined);
  const [refusal, setRefusal] = useState<{ readonly rows: unknown; readonly cells: ReadonlyMap<string, string> }>();

  const within = ({ row, column }: Cell): Cell => ({
    row: Math.max(0, Math.min(rows.length - 1, row)),
    column: Math.max(0, Math.min(columns.length - 1, column)),
  });
  // Undone rows may have been where one was.
  const active = within(place.active);
  const end = within(place.end);
  const block = blockOf(active, end);
  const mayWrite = (column: number) => !disabled && columns[column]?.readOnly !== true;

  const setTyped = (text: string | undefined) => {
    typing.current = text;
    showTyped(text);
  };
  const goTo = (cell: Cell) => {
    setRefusal(undefined);
    setPlace({ active: cell, end: cell });
  };
  const extendTo = (cell: Cell) => setPlace({ active, end: within(cell) });
  const move = ([down, right]: Step, extend = false) => {
    const from = extend ? end : active;
    const to = within({ row: from.row + down, column: from.column + right });
    if (extend) extendTo(to);
    else goTo(to);
    scrollTo(to.row);
  };
  const finishTyping = () => {
    if (typing.current !== undefined && mayWrite(active.column)) sheet.write([{ ...active, text: typing.current }]);
    setTyped(undefined);
  };
  const commit = (step: Step) => {
    finishTyping();
    focus();
    move(step);
  };
  const addRow = () => {
    const text = typing.current;
    const typedIn = text === undefined ? rows : withChanges(rows, [{ ...active, text }]);
    setTyped(undefined);
    focus();
    sheet.replace([...typedIn, columns.map(() => '')]);
    setPlace({ active: { row: rows.length, column: 0 }, end: { row: rows.length, column: 0 } });
  };
  const removeRows = () => {
    sheet.replace(rows.filter((_, row) => row < block.top || row > block.bottom));
    goTo({ row: Math.max(0, block.top - (block.bottom === rows.length - 1 ? 1 : 0)), column: active.column });
  };
  const clear = () => {
    if (!disabled) sheet.write(planClear(block, columns));
  };

  const withControl = (event: KeyboardEvent): boolean => {
    const key = event.key.toLowerCase();
    const step = far[event.key];
    if (event.altKey) return false;
    if (key === 'z' && !event.shiftKey) sheet.undo();
    else if (key === 'y' || key === 'z') sheet.redo();
    else if (key === 'd') {
      if (!disabled) sheet.write(planFill(block, rows, columns));
    } else if (key === 'a') {
      setPlace({ active: { row: 0, column: 0 }, end: within({ row: rows.length, column: columns.length }) });
    } else if (event.key === 'Delete' && growing && !disabled) removeRows();
    else if (step) move(step, event.shiftKey);
    else return false;
    return true;
  };
  const inGrid = (event: KeyboardEvent): boolean => {
    const step = steps[event.key] ?? sideways[event.key];
    if (step) move(step, event.shiftKey);
    else if (event.key === 'Escape' && (refusal || block.top !== block.bottom || block.left !== block.right)) {
      goTo(active);
    } else if (event.key === 'Delete' || event.key === 'Backspace') clear();
    else if (!mayWrite(active.column) || rows.length === 0) return false;
    else if (event.key === 'F2') setTyped(rows[active.row]?.[active.column] ?? '');
    else if (event.key.length === 1) setTyped(event.key);
    else return false;
    return true;
  };
  const inCell = (event: KeyboardEvent): boolean => {
    const step = steps[event.key];
    if (step) commit(step);
    else if (event.key === 'Escape') {
      setTyped(undefined);
      focus();
    } else return false;
    return true;
  };
  const enterOrTab = (event: KeyboardEvent): boolean => {
    if (event.key === 'Enter' && growing && !disabled && active.row === rows.length - 1) addRow();
    else if (event.key === 'Enter') commit([event.shiftKey ? -1 : 1, 0]);
    else {
      const right = event.shiftKey ? -1 : 1;
      const next = active.column + right;
      // At either end Tab leaves the grid, so that the keyboard is never caught in it.
      if (typed === undefined && (next < 0 || next >= columns.length)) return false;
      commit([0, right]);
    }
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const editing = typed !== undefined;
    const handled = (): boolean => {
      if (event.ctrlKey || event.metaKey || event.altKey) return !editing && withControl(event);
      if (event.key === 'Enter' || event.key === 'Tab') return enterOrTab(event);
      return editing ? inCell(event) : inGrid(event);
    };
    if (!handled()) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const onCopy = (event: ClipboardEvent) => {
    if (typed !== undefined) return;
    event.preventDefault();
    event.clipboardData.setData('text/plain', writeTsv(textsIn(rows, block)));
  };
  const onCut = (event: ClipboardEvent) => {
    if (typed !== undefined) return;
    onCopy(event);
    clear();
  };
  const onPaste = (event: ClipboardEvent) => {
    if (typed !== undefined || disabled) return;
    event.preventDefault();
    const plan = planPaste(readTsv(event.clipboardData.getData('text/plain')), block, rows, columns, growing);
    if ('refused' in plan) {
      const cells = new Map([...plan.refused].map(([key, why]) => [key, words.catalogue.pasteRefused[why]]));
      setRefusal({ rows, cells });
      return;
    }
    const longer = [...rows, ...Array.from({ length: plan.newRows }, () => columns.map(() => ''))];
    sheet.replace(withChanges(plan.newRows > 0 ? longer : rows, plan.changes));
    setRefusal(undefined);
    const { top, left, bottom, right } = plan.block;
    setPlace({ active: { row: top, column: left }, end: { row: bottom, column: right } });
  };

  return {
    active,
    block,
    typed,
    setTyped,
    finishTyping,
    goTo,
    extendTo,
    addRow,
    /** Cells that refused the last paste, until anything else happens. */
    refused: refusal?.rows === rows ? refusal.cells : undefined,
    mayWrite,
    handlers: { onKeyDown, onCopy, onCut, onPaste },
  };
}
