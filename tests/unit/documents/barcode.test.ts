import { describe, expect, it } from 'vitest';
import { code128, qrCode } from '../../../electron/core/documents/barcode.ts';

const dot = 72 / 203;

/** Modules of `A000000423` at its shortest: start, A, 0, change to set C, four pairs, check symbol, and the stop of 13. */
const modules = 11 * 9 + 13;

describe('Code 128', () => {
  it('is whole printer dots a module and leaves the quiet zones free', () => {
    for (const maximum of [60, 90, 101, 102, 120, 141.7, 153, 200]) {
      const { width } = code128('A000000423', maximum, 20);
      const module = width / modules;
      expect(module / dot).toBeCloseTo(Math.round(module / dot), 6);
      expect(width + 20 * module).toBeLessThanOrEqual(maximum);
      const larger = module + dot;
      expect(module / dot === 4 || (modules + 20) * larger > maximum).toBe(true);
    }
  });

  it('is refused where it does not fit, rather than printed unreadable', () => {
    expect(() => code128('A000000423', 40, 20)).toThrow(RangeError);
    expect(() => code128('A'.repeat(60), 141.7, 20)).toThrow(RangeError);
  });
});

describe('the QR code', () => {
  it('fills its square and nothing else', () => {
    const { content } = qrCode('ALIQUOT1|A-R000317', 62);
    const runs = content.canvas.flatMap((element) => (element.type === 'rect' ? [element] : []));
    expect(Math.min(...runs.map((run) => Math.min(run.x, run.y)))).toBe(0);
    expect(Math.max(...runs.map((run) => run.x + run.w))).toBeCloseTo(62, 6);
    expect(Math.max(...runs.map((run) => run.y + run.h))).toBeCloseTo(62, 6);
  });
});
