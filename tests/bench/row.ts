/** One comparison: ours beside a peer or a limit, measured in the same run. */
export interface BenchRow {
  readonly name: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  /** What the two figures are; a unit that ends in `/s` is better when higher, any other when lower. */
  readonly unit: string;
  /** `≤ 2x`: ours may take at most twice the peer's time; `≥ 0.6x`: ours must reach that part of the peer's rate; or words. */
  readonly goal: string;
}

export type Report = (row: BenchRow) => void;

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that a part of all (0 to 1) is below. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
}

/** Above 1: ours is faster. */
export function ratioOf({ ours, peer, unit }: BenchRow): number {
  return unit.endsWith('/s') ? ours / peer : peer / ours;
}

/** Whether the goal is met; undefined where the goal is words. */
export function isMet(row: BenchRow): boolean | undefined {
  const [, sign, factor] = /^([≤≥])\s*([\d.]+)\s*[x×]/.exec(row.goal) ?? [];
  if (factor === undefined) return undefined;
  const ratio = ratioOf(row);
  return sign === '≤' ? 1 / ratio <= Number(factor) : ratio >= Number(factor);
}
