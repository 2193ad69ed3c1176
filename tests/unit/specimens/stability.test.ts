import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Keeping,
  keptSchema,
  keptSince,
  stabilityEnds,
  stabilityMark,
  stabilityOf,
} from '../../../shared/specimens/stability.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 10, 27) + Math.round(hour * 3_600_000)).toISOString();
const serum = { roomHours: 8, refrigeratedHours: 48, testCodes: ['LFT'] };
const step = (state: string, hour: number, kept?: 'room' | 'refrigerated' | 'frozen') => ({
  state,
  at: at(hour),
  kept,
});
const endsOf = (stability: Parameters<typeof stabilityEnds>[0], ...custody: Keeping['custody']) =>
  stabilityEnds(stability, { custody });

describe('how long a specimen keeps', () => {
  it('counts from when it was drawn, at room temperature', () => {
    expect(endsOf([serum], step('expected', 0), step('collected', 1), step('received', 2))).toEqual([
      { until: at(9), testCodes: ['LFT'] },
    ]);
    expect(endsOf([serum], step('expected', 0), step('received', 3))[0]?.until).toBe(at(11));
  });

  it('is nothing before it is drawn, and where the catalogue knows nothing', () => {
    expect(endsOf([serum], step('expected', 0))).toEqual([]);
    expect(endsOf([{ testCodes: ['X'] }], step('collected', 0))).toEqual([]);
    expect(endsOf([], step('collected', 0))).toEqual([]);
  });

  it('goes on slower in the refrigerator, and faster again on the bench', () => {
    const stored = [step('collected', 0), step('received', 2), step('stored', 4, 'refrigerated')];
    expect(endsOf([serum], ...stored)[0]?.until).toBe(at(4 + 24));
    expect(endsOf([serum], ...stored, step('received', 16))[0]?.until).toBe(at(16 + 2));
  });

  it('ends at once where it is kept as it must not be', () => {
    const frozen = endsOf([serum], step('collected', 0), step('stored', 3, 'frozen'));
    expect(frozen[0]?.until).toBe(at(3));
  });

  it('on ice counts what ice allows on the way', () => {
    const ammonia = { refrigeratedHours: 2, frozenHours: 100, testCodes: ['NH3'] };
    expect(endsOf([ammonia], step('collected', 0), step('received', 1))[0]?.until).toBe(at(2));
    expect(endsOf([ammonia], step('collected', 0), step('stored', 1, 'frozen'))[0]?.until).toBe(at(51));
  });

  it('travels as it was kept, and a tube drawn again begins anew', () => {
    const away = [step('collected', 0), step('stored', 4, 'refrigerated'), step('sentOut', 5)];
    expect(endsOf([serum], ...away)[0]?.until).toBe(at(28));
    expect(endsOf([serum], ...away, step('rejected', 6), step('expected', 6))).toEqual([]);
    expect(endsOf([serum], ...away, step('rejected', 6), step('expected', 6), step('collected', 10))[0]?.until).toBe(
      at(18),
    );
  });

  it('of an aliquot goes on where its first tube was', () => {
    const parent = { custody: [step('collected', 0), step('stored', 4, 'refrigerated'), step('received', 16)] };
    const aliquot = {
      custody: [step('received', 17), step('stored', 17, 'refrigerated')],
      keptBefore: keptSince(parent),
    };
    const [end] = stabilityEnds([serum], aliquot);
    expect(end?.until).toBe(at(17 + 6));
  });

  it('puts what ends first before the others', () => {
    const short = { roomHours: 1, testCodes: ['GLU'] };
    const ends = endsOf([serum, short], step('collected', 0));
    expect(ends.map(({ testCodes }) => testCodes)).toEqual([['GLU'], ['LFT']]);
    const mark = (hour: number) => stabilityMark(ends, Date.parse(at(hour)));
    expect(mark(0.5)).toEqual({ state: 'soon', at: at(1), testCodes: ['GLU'] });
    expect(mark(1)).toEqual({ state: 'unstable', at: at(1), testCodes: ['GLU'] });
    expect(mark(9)).toEqual({ state: 'unstable', at: at(1), testCodes: [] });
    expect(stabilityMark(ends.slice(1), Date.parse(at(1)))).toEqual({ state: 'stable', at: at(8), testCodes: [] });
    expect(stabilityMark([], 0)).toBeUndefined();
  });

  it('never ends before the shortest way of keeping would, nor after the longest, and never grows by moving to a warmer place', () => {
    const stay = fc.record({
      hours: fc.double({ min: 0.01, max: 30, noNaN: true }),
      kept: fc.constantFrom(...keptSchema.options),
    });
    const stability = { roomHours: 8, refrigeratedHours: 48, frozenHours: 720, testCodes: ['A'] };
    fc.assert(
      fc.property(fc.array(stay, { maxLength: 8 }), (stays) => {
        const custody = [step('collected', 0)];
        let hour = 0;
        for (const { hours, kept } of stays) {
          hour += hours;
          custody.push(step('stored', hour, kept));
        }
        const until = Date.parse(stabilityEnds([stability], { custody })[0]?.until ?? '');
        expect(until).toBeGreaterThanOrEqual(Date.parse(at(8)) - 1000);
        expect(until).toBeLessThanOrEqual(Date.parse(at(720)) + 1000);
        const warmed = [...custody, step('received', hour + 1)];
        const warm = Date.parse(stabilityEnds([stability], { custody: warmed })[0]?.until ?? '');
        expect(warm).toBeLessThanOrEqual(until + 1000);
      }),
    );
  });

  it('is told of some of the tests only', () => {
    const both = { roomHours: 8, testCodes: ['A', 'B'] };
    expect(stabilityOf([both, { roomHours: 1, testCodes: ['C'] }], ['B', 'D'])).toEqual([
      { roomHours: 8, testCodes: ['B'] },
    ]);
  });
});
