/** The rules of blocks in a grid, free of any screen: rectangles of cells, the clipboard's text, what a paste does, steps back. */

export type SheetRows = readonly (readonly string[])[];

/** Both from 0. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** A cell that shall have another text. */
export interface CellChange extends Cell {
  readonly text: string;
}

/** A rectangle of cells, its edges included. */
export interface Block {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** What the rules need to know of a column. */
export interface BlockColumn {
  readonly readOnly?: boolean;
  /** What is wrong with a text in it; undefined when nothing is. */
  readonly check?: (text: string) => string | undefined;
}

/** The rectangle between two of its corners. */
export function blockOf(one: Cell, other: Cell): Block {
  return {
    top: Math.min(one.row, other.row),
    left: Math.min(one.column, other.column),
    bottom: Math.max(one.row, other.row),
    right: Math.max(one.column, other.column),
  };
}

export function isInBlock({ row, column }: Cell, { top, left, bottom, right }: Block): boolean {
  return row >= top && row <= bottom && column >= left && column <= right;
}

/** A cell as errors name it: `row.column`. */
export function cellKey({ row, column }: Cell): string {
  return `${row}.${column}`;
}

/** The cell that an error names so. */
export function cellOfKey(key: string): Cell {
  const [row = 0, column = 0] = key.split('.').map(Number);
  return { row, column };
}

function cellsOf({ top, left, bottom, right }: Block): Cell[] {
  const cells: Cell[] = [];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) cells.push({ row, column });
  }
  return cells;
}

/** What a spreadsheet puts on the clipboard: lines of cells parted by tabs, cells with line breaks in quotes. */
export function readTsv(text: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/y;
  const rows: string[][] = [[]];
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (!match) break;
    const [, quoted, plain, end] = match;
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\t' && cell.lastIndex === text.length) rows.at(-1)?.push('');
    else if (end !== '\t' && cell.lastIndex < text.length) rows.push([]);
  }
  return rows;
}

/** Cells as a spreadsheet takes them from the clipboard; `readTsv` gives them back. */
export function writeTsv(rows: SheetRows): string {
  const write = (text: string) => (/[\t\r\n]|^"/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((row) => row.map(write).join('\t'));
  // A last line without text would be taken for the end of the one before it.
  return lines.at(-1) === '' ? `${lines.join('\n')}\n` : lines.join('\n');
}

/** The texts of a block. */
export function textsIn(rows: SheetRows, { top, left, bottom, right }: Block): string[][] {
  return rows.slice(top, bottom + 1).map((row) => row.slice(left, right + 1));
}

/** A paste that is done as a whole, or one that is not done at all, with the cells that refuse it. */
export type PastePlan =
  | { readonly changes: readonly CellChange[]; readonly block: Block; readonly newRows: number }
  | { readonly refused: ReadonlyMap<string, 'fixed' | 'outside'> };

/**
 * What pasting texts into a selected block does. A block that is a multiple of what is pasted is filled with repetitions,
 * any other takes the texts from its first cell on. A cell that cannot be written refuses the paste as a whole, unless it
 * holds the text already: so a block with its codes can be pasted back, and one in another order cannot set wrong prices.
 * @param growing rows may be added at the end
 */
export function planPaste(
  texts: SheetRows,
  selected: Block,
  rows: SheetRows,
  columns: readonly BlockColumn[],
  growing = false,
): PastePlan {
  const { top, left } = selected;
  const block = pastedBlock(texts, selected);
  const newRows = Math.max(0, block.bottom + 1 - rows.length);
  if (block.right >= columns.length || (newRows > 0 && !growing)) {
    return { refused: new Map([[cellKey({ row: top, column: left }), 'outside']]) };
  }
  const refused = new Map<string, 'fixed'>();
  const changes: CellChange[] = [];
  for (const cell of cellsOf(block)) {
    const line = texts[(cell.row - top) % texts.length] ?? [];
    const text = line[(cell.column - left) % widthOf(texts)]?.trim();
    if (text === undefined || text === (rows[cell.row]?.[cell.column] ?? '')) continue;
    if (columns[cell.column]?.readOnly) refused.set(cellKey(cell), 'fixed');
    else changes.push({ ...cell, text });
  }
  return refused.size > 0 ? { refused } : { changes, block, newRows };
}

function widthOf(texts: SheetRows): number {
  return Math.max(1, ...texts.map((line) => line.length));
}

function pastedBlock(texts: SheetRows, { top, left, bottom, right }: Block): Block {
  const [height, width] = [texts.length, widthOf(texts)];
  const [rows, columns] = [bottom - top + 1, right - left + 1];
  const repeats = rows % height === 0 && columns % width === 0;
  return repeats ? { top, left, bottom, right } : { top, left, bottom: top + height - 1, right: left + width - 1 };
}

/** Empties a block, except what cannot be written. */
export function planClear(block: Block, columns: readonly BlockColumn[]): CellChange[] {
  return cellsOf(block).flatMap((cell) => (columns[cell.column]?.readOnly ? [] : [{ ...cell, text: '' }]));
}

/** Gives a block the texts of its first row; one row alone takes those of the row above it. */
export function planFill(block: Block, rows: SheetRows, columns: readonly BlockColumn[]): CellChange[] {
  const from = block.top === block.bottom ? block.top - 1 : block.top;
  const source = rows[from];
  if (!source) return [];
  return planClear({ ...block, top: from + 1 }, columns).map((cell) => ({ ...cell, text: source[cell.column] ?? '' }));
}

/** The cells that differ from what stood there and hold what their column cannot take, with what is wrong. */
export function wrongCells(
  rows: SheetRows,
  before: SheetRows,
  columns: readonly BlockColumn[],
): ReadonlyMap<string, string> {
  return new Map(
    differencesOf(rows, before).flatMap((cell) => {
      const message = columns[cell.column]?.check?.(cell.text);
      return message === undefined ? [] : [[cellKey(cell), message] as const];
    }),
  );
}

/** A cell that differs from what stood there. */
export interface Difference extends CellChange {
  readonly before: string;
}

/** All cells that differ, row by row. */
export function differencesOf(rows: SheetRows, before: SheetRows): Difference[] {
  return rows.flatMap((texts, row) =>
    texts.flatMap((text, column) => {
      const old = before[row]?.[column] ?? '';
      return text === old ? [] : [{ row, column, text, before: old }];
    }),
  );
}

/** The rows with other texts in some cells. The same rows when nothing differs. */
export function withChanges(rows: SheetRows, changes: readonly CellChange[]): SheetRows {
  const byRow = Map.groupBy(
    changes.filter(({ row, column, text }) => rows[row] !== undefined && rows[row][column] !== text),
    ({ row }) => row,
  );
  if (byRow.size === 0) return rows;
  return rows.map((texts, row) => {
    const news = new Map(byRow.get(row)?.map(({ column, text }) => [column, text]));
    return news.size === 0 ? texts : texts.map((text, column) => news.get(column) ?? text);
  });
}

/** States one can go back and forth between, the present one among them. */
export interface Steps {
  readonly past: readonly SheetRows[];
  readonly present: SheetRows;
  /** The nearest first. */
  readonly future: readonly SheetRows[];
}

const mostSteps = 200;

/** A new state; what had been undone is gone. */
export function stepTo({ past, present }: Steps, next: SheetRows): Steps {
  return { past: [...past.slice(1 - mostSteps), present], present: next, future: [] };
}

/** One step back; the same steps at the beginning. */
export function stepBack(steps: Steps): Steps {
  const before = steps.past.at(-1);
  if (!before) return steps;
  return { past: steps.past.slice(0, -1), present: before, future: [steps.present, ...steps.future] };
}

/** One step forth again; the same steps at the end. */
export function stepForth(steps: Steps): Steps {
  const [next, ...future] = steps.future;
  if (!next) return steps;
  return { past: [...steps.past, steps.present], present: next, future };
}
