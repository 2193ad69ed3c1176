// biome-ignore-all lint/a11y/useSemanticElements: rows are virtual and laid out by CSS grid, which table elements are not
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and points at its active cell
// biome-ignore-all lint/a11y/useKeyWithClickEvents: keys are handled by the grid, which has the focus
import { Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ClipboardEvent, type CSSProperties, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { words } from '../words/index.ts';
import styles from './sheet-grid.module.css';
import { readClipboard, type SheetRows, type SheetState } from './use-sheet.ts';

export interface GridColumn {
  readonly id: string;
  readonly header: string;
  readonly size: number;
  readonly grow?: number;
  readonly align?: 'end';
  readonly readOnly?: boolean;
  /** Offered while one types; others can be typed all the same. */
  readonly options?: readonly string[];
}

interface SheetGridProps {
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly sheet: SheetState;
  /** What stood there before, row by row; cells that differ are marked. */
  readonly before?: SheetRows;
  /** Messages by `row.column`, both from 0. */
  readonly errors?: ReadonlyMap<string, string>;
  readonly disabled?: boolean;
  /** Rows can be added at the end and removed. */
  readonly growing?: boolean;
  /** Takes the height it is given instead of that of its rows. */
  readonly fill?: boolean;
}

interface Cell {
  readonly row: number;
  readonly column: number;
}

const rowHeight = 28;

/**
 * A grid like a spreadsheet: arrows and Tab move, typing overwrites, F2 or a double click edits, Enter goes down, Delete
 * empties, paste fills from the active cell on, Ctrl+Z undoes. Errors stand at their cells; the active cell's below.
 */
export function SheetGrid(props: SheetGridProps) {
  const { label, columns, sheet, before, errors, disabled, growing, fill } = props;
  const { rows } = sheet;
  const id = useId();
  const scroll = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<Cell>({
    row: 0,
    column: Math.max(
      0,
      columns.findIndex((one) => !one.readOnly),
    ),
  });
  const [typed, showTyped] = useState<string | undefined>();
  // What is being typed, known at once: leaving the field by a key must not write it a second time when it loses the focus.
  const typing = useRef<string | undefined>(undefined);
  const setTyped = (text: string | undefined) => {
    typing.current = text;
    showTyped(text);
  };
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollPaddingStart: rowHeight,
  });
  const firstError = errors && [...errors.keys()][0];
  useEffect(() => {
    if (firstError === undefined) return;
    const [row = 0, column = 0] = firstError.split('.').map(Number);
    setActive({ row, column });
  }, [firstError]);

  const move = (down: number, right: number) => {
    const row = Math.max(0, Math.min(rows.length - 1, active.row + down));
    const column = Math.max(0, Math.min(columns.length - 1, active.column + right));
    setActive({ row, column });
    virtual.scrollToIndex(row);
  };
  const mayWrite = (column: number) => !disabled && columns[column]?.readOnly !== true;
  const write = (text: string) => mayWrite(active.column) && sheet.write([{ ...active, text }]);
  const commit = (down: number, right: number) => {
    if (typing.current !== undefined) write(typing.current);
    setTyped(undefined);
    scroll.current?.focus();
    move(down, right);
  };
  const addRow = () => {
    sheet.replace([...rows, columns.map(() => '')]);
    setActive({ row: rows.length, column: 0 });
  };
  const removeRow = () => {
    sheet.replace(rows.filter((_, index) => index !== active.row));
    setActive({ row: Math.max(0, Math.min(active.row, rows.length - 2)), column: active.column });
  };

  const moves: Record<string, readonly [number, number]> = {
    ArrowDown: [1, 0],
    ArrowUp: [-1, 0],
    Enter: [1, 0],
    PageDown: [15, 0],
    PageUp: [-15, 0],
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const editing = typed !== undefined;
    const control = event.ctrlKey || event.metaKey;
    const step = moves[event.key] ?? (editing ? undefined : sideways[event.key]);
    if (control || event.altKey) {
      if (editing) return;
      if (event.key === 'z') sheet.undo();
      else if (event.key === 'Delete' && growing && !disabled) removeRow();
      else if (event.key === 'c') void navigator.clipboard?.writeText(rows[active.row]?.[active.column] ?? '');
      else if (event.key === 'Home') setActive({ row: 0, column: active.column });
      else if (event.key === 'End') move(rows.length, 0);
      else return;
    } else if (step) {
      if (event.key === 'Enter' && growing && !disabled && active.row === rows.length - 1) {
        addRowAfterTyping();
      } else if (editing) commit(step[0], step[1]);
      else move(step[0], step[1]);
    } else if (event.key === 'Tab') {
      const next = active.column + (event.shiftKey ? -1 : 1);
      // At either end Tab leaves the grid, so that the keyboard is never caught in it.
      if (!editing && (next < 0 || next >= columns.length)) return;
      commit(0, event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape' && editing) {
      setTyped(undefined);
      scroll.current?.focus();
    } else if (!editing && mayWrite(active.column) && rows.length > 0) {
      if (event.key === 'F2') setTyped(rows[active.row]?.[active.column] ?? '');
      else if (event.key === 'Delete' || event.key === 'Backspace') write('');
      else if (event.key.length === 1) setTyped(event.key);
      else return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  /** The rows as they are with what is being typed, and an empty one more. */
  const addRowAfterTyping = () => {
    const current = rows.map((row, index) =>
      index === active.row && typed !== undefined ? row.map((cell, at) => (at === active.column ? typed : cell)) : row,
    );
    setTyped(undefined);
    scroll.current?.focus();
    sheet.replace([...current, columns.map(() => '')]);
    setActive({ row: rows.length, column: 0 });
  };
  const onPaste = (event: ClipboardEvent) => {
    if (typed !== undefined || disabled) return;
    event.preventDefault();
    const cells = readClipboard(event.clipboardData.getData('text/plain'));
    const needed = active.row + cells.length - rows.length;
    if (growing && needed > 0) {
      const longer = [...rows, ...Array.from({ length: needed }, () => columns.map(() => ''))];
      sheet.replace(longer.map((row, index) => pasted(row, cells[index - active.row], active.column, columns)));
      return;
    }
    sheet.write(
      cells.flatMap((line, down) =>
        line.flatMap((text, right) => {
          const cell = { row: active.row + down, column: active.column + right };
          return mayWrite(cell.column) ? [{ ...cell, text: text.trim() }] : [];
        }),
      ),
    );
  };

  const template = columns.map(({ size, grow }) => (grow ? `minmax(${size}px, ${grow}fr)` : `${size}px`)).join(' ');
  const least = columns.reduce((sum, { size }) => sum + size, 0);
  const style = { '--columns': template, '--least': `${least}px` } as CSSProperties;
  const problem = errors?.get(`${active.row}.${active.column}`);
  return (
    <>
      <div
        ref={scroll}
        className={`${styles.scroll} ${fill ? styles.fill : ''}`}
        style={style}
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={rows.length > 0 ? `${id}-${active.row}-${active.column}` : undefined}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      >
        <div role="row" className={styles.head}>
          {columns.map((column) => (
            <div key={column.id} role="columnheader" style={{ textAlign: column.align }}>
              {column.header}
            </div>
          ))}
        </div>
        <div className={styles.body} style={{ blockSize: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => (
            <div
              key={index}
              role="row"
              aria-rowindex={index + 2}
              className={styles.row}
              style={{ transform: `translateY(${start}px)` }}
            >
              {columns.map((column, at) => {
                const isActive = active.row === index && active.column === at;
                const text = rows[index]?.[at] ?? '';
                const message = errors?.get(`${index}.${at}`);
                return (
                  <div
                    key={column.id}
                    id={`${id}-${index}-${at}`}
                    role="gridcell"
                    className={styles.cell}
                    data-align={column.align}
                    data-active={isActive || undefined}
                    data-changed={(before?.[index] && before[index][at] !== text) || undefined}
                    aria-readonly={column.readOnly}
                    aria-invalid={message !== undefined || undefined}
                    title={message ?? text}
                    onMouseDown={(event) => {
                      if (isActive && typed !== undefined) return;
                      event.preventDefault();
                      if (typing.current !== undefined) write(typing.current);
                      setTyped(undefined);
                      setActive({ row: index, column: at });
                      scroll.current?.focus();
                    }}
                    onDoubleClick={() => mayWrite(at) && setTyped(text)}
                  >
                    {isActive && typed !== undefined ? (
                      <>
                        <input
                          className={styles.input}
                          aria-label={column.header}
                          list={column.options ? `${id}-options-${at}` : undefined}
                          value={typed}
                          ref={focusAtEnd}
                          onChange={(event) => setTyped(event.currentTarget.value)}
                          onBlur={() => {
                            if (typing.current !== undefined) write(typing.current);
                            setTyped(undefined);
                          }}
                        />
                        {column.options && (
                          <datalist id={`${id}-options-${at}`}>
                            {column.options.map((option) => (
                              <option key={option} value={option} />
                            ))}
                          </datalist>
                        )}
                      </>
                    ) : (
                      text
                    )}
                  </div>
                );
              })}
            </div>
          ))}
        </div>
      </div>
      <Text size="xs" c={problem ? 'var(--tone-error)' : 'dimmed'} role="status" mih="1.3em">
        {problem ?? (growing && !disabled ? words.catalogue.growKeys : words.catalogue.gridKeys)}
        {growing && rows.length === 0 && !disabled && (
          <button type="button" className="mantine-focus-auto" style={{ marginInlineStart: 8 }} onClick={addRow}>
            {words.catalogue.addRow}
          </button>
        )}
      </Text>
    </>
  );
}

const sideways: Record<string, readonly [number, number]> = { ArrowRight: [0, 1], ArrowLeft: [0, -1] };

function focusAtEnd(input: HTMLInputElement | null): void {
  if (input && document.activeElement !== input) input.focus();
}

function pasted(
  row: readonly string[],
  line: readonly string[] | undefined,
  from: number,
  columns: readonly GridColumn[],
): readonly string[] {
  if (!line) return row;
  return row.map((cell, at) => (columns[at]?.readOnly ? cell : (line[at - from]?.trim() ?? cell)));
}
