import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStream, packingOf, plotOf } from '../../../shared/results/plot.ts';

const floats = { number: 'FLOATLE', deflated: true } as const;
const bytesOf = (values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer);

describe('packing of numbers', () => {
  it('is read from the media type, and known or not', () => {
    expect(packingOf('application/x-histogram; stream=FLOATLE-stream/deflate')).toEqual(floats);
    expect(packingOf('application/x-histogram; stream=UINT16LE-stream')).toEqual({
      number: 'UINT16LE',
      deflated: false,
    });
    expect(packingOf('application/x-matrix; stream=OWN-stream')).toBeUndefined();
    expect([isStream('application/x-matrix; stream=OWN-stream'), isStream('image/png')]).toEqual([true, false]);
  });
});

describe('plots', () => {
  it('are bare counts of channels', () => {
    const counts = Array.from({ length: 64 }, (_, index) => index % 7);
    const sixteen = new Uint8Array(Uint16Array.from(counts).buffer);
    expect(plotOf(Uint8Array.from(counts), { number: 'UINT8', deflated: false })).toMatchObject({
      y: counts,
      marks: [],
    });
    expect(plotOf(sixteen, { number: 'UINT16LE', deflated: false })).toMatchObject({ kind: 'curve', y: counts });
  });

  it('are tables of Horiba: curves with their limits, points with their populations, and lines of another plot', () => {
    const x = Array.from({ length: 20 }, (_, index) => index / 2);
    const y = x.map((at) => 100 - at);
    expect(plotOf(bytesOf([0, 278, 0, 726, 3, 50, 100, 150, 0, 2, 20, ...x, ...y]), floats)).toEqual({
      ...{ kind: 'curve', x, y, marks: [50, 100, 150] },
    });
    const points = [0, 2047, 0, 2047, 0, 0, 4, 3, ...[1, 2, 3], ...[4, 5, 6], ...[0, 0, 0], ...[11, 12, 11]];
    expect(plotOf(bytesOf(points), floats)).toEqual({
      ...{ kind: 'cloud', x: [1, 2, 3], y: [4, 5, 6], groups: [11, 12, 11], axes: [0, 2047, 0, 2047] },
    });
    expect(plotOf(bytesOf([0, 278, 0, 726, 2, 0]), floats)).toBe('linesOnly');
  });

  it('of damaged numbers say so', () => {
    expect(plotOf(new Uint8Array([1, 2, 3]), floats)).toBe('damaged');
    expect(plotOf(new Uint8Array(), floats)).toBe('damaged');
    expect(plotOf(bytesOf(Array.from({ length: 30 }, () => Number.NaN)), floats)).toBe('damaged');
    expect(plotOf(bytesOf(Array.from({ length: 30 }, () => -1)), floats)).toBe('damaged');
  });

  it('come of any bytes without a throw, with as many x as y', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        fc.constantFrom('FLOATLE', 'UINT8', 'UINT16LE', 'UINT32LE'),
        (data, number) => {
          const plot = plotOf(data, { number, deflated: false });
          return typeof plot === 'string' || plot.x.length === plot.y.length;
        },
      ),
    );
  });
});
