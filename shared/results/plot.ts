/** A histogram: how many (`y`) at each place (`x`); `marks` are the instrument's lines on the x axis. */
export interface Curve {
  readonly kind: 'curve';
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly marks: readonly number[];
}

/** A scattergram: a point for each cell. `groups` tells populations apart where the instrument does. */
export interface Cloud {
  readonly kind: 'cloud';
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly groups: readonly number[] | undefined;
  /** Ends of the axes: x from, x to, y from, y to. */
  readonly axes: readonly [number, number, number, number];
}

/** Why numbers of an instrument cannot be drawn. `linesOnly`: axes and limits of another plot, no counts. */
export type PlotTrouble = 'packing' | 'damaged' | 'linesOnly';

/** Unpacked numbers of one plot are less; more is a damaged or hostile stream, bytes. */
export const largestPlot = 8 * 1024 * 1024;
/** Fewer are no histogram. */
const leastBins = 16;

/** How a stream of numbers is packed, by its media type (`application/x-histogram; stream=FLOATLE-stream/deflate`). */
export interface Packing {
  readonly number: 'FLOATLE' | 'UINT8' | 'UINT16LE' | 'UINT32LE';
  readonly deflated: boolean;
}

/** The packing of a stream of numbers; undefined for one that is not known, and for what is no stream. */
export function packingOf(mediaType: string): Packing | undefined {
  const found = /;\s*stream=(FLOATLE|UINT8|UINT16LE|UINT32LE)-stream(\/deflate)?$/i.exec(mediaType);
  const number = found?.[1]?.toUpperCase() as Packing['number'] | undefined;
  return number && { number, deflated: found?.[2] !== undefined };
}

/** Whether a kept picture is a stream of numbers, whatever its packing. */
export function isStream(mediaType: string): boolean {
  return /;\s*stream=/i.test(mediaType);
}

/**
 * Makes a plot of an instrument's numbers. Two forms are known: bare counts of channels, and Horiba's table (ends of the axes,
 * two lists of limits, number of columns and of rows, then column by column x, y and what the instrument adds).
 * @param data after inflating
 */
export function plotOf(data: Uint8Array, { number }: Packing): Curve | Cloud | PlotTrouble {
  const values = numbersOf(data, number);
  if (!values?.every(Number.isFinite)) return 'damaged';
  const table = tableOf(values);
  if (table) return table;
  if (values.length < leastBins) return values.length === 0 ? 'damaged' : 'linesOnly';
  if (values.some((value) => value < 0)) return 'damaged';
  return { kind: 'curve', x: values.map((_, index) => index), y: values, marks: [] };
}

function numbersOf(data: Uint8Array, number: Packing['number']): number[] | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const read = (bytes: number, at: (offset: number) => number) =>
    data.length % bytes === 0
      ? Array.from({ length: data.length / bytes }, (_, index) => at(index * bytes))
      : undefined;
  switch (number) {
    case 'UINT8':
      return [...data];
    case 'UINT16LE':
      return read(2, (offset) => view.getUint16(offset, true));
    case 'UINT32LE':
      return read(4, (offset) => view.getUint32(offset, true));
    case 'FLOATLE':
      return read(4, (offset) => view.getFloat32(offset, true));
    default:
      return number satisfies never;
  }
}

/** Horiba Yumizen, as its messages show it; taken only where every number is accounted for. */
function tableOf(values: readonly number[]): Curve | Cloud | undefined {
  const [fromX = 0, toX = 0, fromY = 0, toY = 0, first = -1] = values;
  if (!isCount(first)) return undefined;
  const second = values[5 + first] ?? -1;
  if (!isCount(second)) return undefined;
  const at = 6 + first + second;
  const [columns = 0, rows = 0] = values.slice(at, at + 2);
  if (columns < 2 || !isCount(columns) || rows < 2 || !isCount(rows)) return undefined;
  if (at + 2 + columns * rows !== values.length) return undefined;
  const column = (index: number) => values.slice(at + 2 + index * rows, at + 2 + (index + 1) * rows);
  const [x, y] = [column(0), column(1)];
  if (columns === 2) return { kind: 'curve', x, y, marks: values.slice(5, 5 + first) };
  const groups = columns > 3 ? column(columns - 1) : undefined;
  return { kind: 'cloud', x, y, groups, axes: [fromX, toX, fromY, toY] };
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}
