// biome-ignore-all lint/a11y/useSemanticElements: rows are virtual and laid out by CSS grid, which table elements are not
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and points at its active cell
// biome-ignore-all lint/a11y/useKeyWithClickEvents: keys are handled by the grid, which has the focus
import { Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useEffect, useEffectEvent, useId, useRef } from 'react';
import type { ScreenKey } from '../app/keys.tsx';
import { words } from '../words/index.ts';
import { type BlockColumn, type Cell, cellKey, cellOfKey, isInBlock, type SheetRows } from './sheet-block.ts';
import styles from './sheet-grid.module.css';
import { useFoundErrors } from './use-found-errors.ts';
import type { SheetState } from './use-sheet.ts';
import { useSheetCursor } from './use-sheet-cursor.ts';

export interface GridColumn extends BlockColumn {
  readonly id: string;
  readonly header: string;
  readonly size: number;
  readonly grow?: number;
  readonly align?: 'end';
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
  /** Where one is led, each time it is another object. */
  readonly goal?: Cell;
  readonly disabled?: boolean;
  /** Rows can be added at the end and removed. */
  readonly growing?: boolean;
  /** Takes the height it is given instead of that of its rows. */
  readonly fill?: boolean;
}

const rowHeight = 28;

const { gridKey: k } = words.catalogue;

/** The keys of a grid, for the help of the screen that shows one: the grid handles them itself while it has the focus. */
export const sheetKeys: readonly ScreenKey[] = [
  { keys: 'F2', label: k.edit },
  { keys: 'Enter', label: k.down },
  { keys: 'Tab', label: k.right },
  { keys: 'shift+ArrowDown', label: k.select },
  { keys: 'mod+A', label: k.selectAll },
  { keys: 'mod+C', label: k.copy },
  { keys: 'mod+X', label: k.cut },
  { keys: 'mod+V', label: k.paste },
  { keys: 'mod+D', label: k.fill },
  { keys: 'Delete', label: k.clear },
  { keys: 'mod+End', label: k.last },
];

/**
 * A grid like a spreadsheet: arrows and Tab move, Shift selects a block, typing overwrites, F2 or a double click edits, Enter
 * goes down, Delete empties, Ctrl+C and Ctrl+V are those of any spreadsheet, Ctrl+D fills down, Ctrl+Z and Ctrl+Y go back and
 * forth. Errors stand at their cells; the active cell's below. A paste that a cell refuses is not done at all.
 */
export function SheetGrid(props: SheetGridProps) {
  const { label, columns, sheet, before, errors, goal, disabled, growing, fill } = props;
  const { rows } = sheet;
  const id = useId();
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollPaddingStart: rowHeight,
  });
  const cursor = useSheetCursor({
    columns,
    sheet,
    disabled: disabled ?? false,
    growing: growing ?? false,
    scrollTo: (row) => virtual.scrollToIndex(row),
    focus: () => scroll.current?.focus(),
  });
  const { active, block, typed, goTo } = cursor;
  const firstError = errors && [...errors.keys()][0];
  const leadTo = useEffectEvent((cell: Cell) => {
    goTo(cell);
    virtual.scrollToIndex(cell.row);
  });
  // To the first error when it arrives, not again while one mends it.
  useEffect(() => {
    if (firstError !== undefined) leadTo(cellOfKey(firstError));
  }, [firstError]);
  useEffect(() => {
    if (!goal) return;
    leadTo(goal);
    scroll.current?.focus();
  }, [goal]);
  const found = useFoundErrors(errors, rows);
  const messageAt = (row: number, column: number): string | undefined => {
    const key = cellKey({ row, column });
    const text = rows[row]?.[column] ?? '';
    const refused = cursor.refused?.get(key);
    if (refused !== undefined) return refused;
    if (before && before[row]?.[column] !== text) {
      const wrong = columns[column]?.check?.(text);
      if (wrong !== undefined) return wrong;
    }
    return found.get(key);
  };

  const template = columns.map(({ size, grow }) => (grow ? `minmax(${size}px, ${grow}fr)` : `${size}px`)).join(' ');
  const least = columns.reduce((sum, { size }) => sum + size, 0);
  const style = { '--columns': template, '--least': `${least}px` } as CSSProperties;
  const problem = cursor.refused
    ? words.catalogue.nothingPasted(cursor.refused.size, [...cursor.refused.values()][0] ?? '')
    : messageAt(active.row, active.column);
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
        aria-multiselectable
        {...cursor.handlers}
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
                const message = messageAt(index, at);
                return (
                  <div
                    key={column.id}
                    id={`${id}-${index}-${at}`}
                    role="gridcell"
                    className={styles.cell}
                    data-align={column.align}
                    data-active={isActive || undefined}
                    data-selected={isInBlock({ row: index, column: at }, block) || undefined}
                    aria-selected={isInBlock({ row: index, column: at }, block)}
                    data-changed={(before?.[index] && before[index][at] !== text) || undefined}
                    aria-readonly={column.readOnly}
                    aria-invalid={message !== undefined || undefined}
                    title={message ?? text}
                    onMouseDown={(event) => {
                      if (isActive && typed !== undefined) return;
                      event.preventDefault();
                      cursor.finishTyping();
                      if (event.shiftKey) cursor.extendTo({ row: index, column: at });
                      else goTo({ row: index, column: at });
                      scroll.current?.focus();
                    }}
                    onMouseEnter={(event) => {
                      if (event.buttons === 1 && typed === undefined) cursor.extendTo({ row: index, column: at });
                    }}
                    onDoubleClick={() => cursor.mayWrite(at) && cursor.setTyped(text)}
                  >
                    {isActive && typed !== undefined ? (
                      <>
                        <input
                          className={styles.input}
                          aria-label={column.header}
                          list={column.options ? `${id}-options-${at}` : undefined}
                          value={typed}
                          ref={focusAtEnd}
                          onChange={(event) => cursor.setTyped(event.currentTarget.value)}
                          onBlur={cursor.finishTyping}
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
          <button type="button" className="mantine-focus-auto" style={{ marginInlineStart: 8 }} onClick={cursor.addRow}>
            {words.catalogue.addRow}
          </button>
        )}
      </Text>
    </>
  );
}

function focusAtEnd(input: HTMLInputElement | null): void {
  if (input && document.activeElement !== input) input.focus();
}
