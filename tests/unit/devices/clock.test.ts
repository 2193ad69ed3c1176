import { describe, expect, it } from 'vitest';
import { clockOffMinutes, sampleIdsTwice } from '../../../shared/devices/index.ts';

describe("an analyzer's clock", () => {
  const received = '2026-06-24T11:30';
  const at = (local: string) => ({ sent: local, local });

  it.each([
    ['right to a few minutes', at('2026-06-24T11:24:00'), undefined, undefined],
    ['an hour ahead', at('2026-06-24T12:30:10'), undefined, 60],
    ['a day behind', at('2026-06-23T11:30:00'), undefined, -1440],
    ['not told, but measured tomorrow', undefined, at('2026-06-25T11:30:00'), 1440],
    ['not told, measured yesterday: it may have been kept', undefined, at('2026-06-23T11:30:00'), undefined],
    ['a day without a time says nothing', at('2026-06-30'), undefined, undefined],
    ['no date at all', { sent: '?' }, { sent: '?' }, undefined],
  ])('%s', (_, sentAt, resultAt, minutes) => {
    const message = sentAt ? { sentAt } : {};
    expect(clockOffMinutes(message, resultAt ? { resultAt } : {}, received)).toBe(minutes);
  });
});

describe('two tubes with one id', () => {
  const tube = (sampleId: string, position: string | undefined, kind: 'patient' | 'control' = 'patient') => ({
    sampleId,
    rawSampleId: sampleId,
    kind,
    ...(position === undefined ? {} : { position }),
    comments: [],
    images: [],
    recordRef: { index: 0, type: 'O', field: 3, offset: 0, length: 0 },
  });

  it('are told by their places; orders of one tube, controls and tubes without a place are no doubt', () => {
    const samples = [
      tube('A', '1'),
      tube('A', '2'),
      tube('B', '3'),
      tube('B', '3'),
      tube('QC', '4', 'control'),
      tube('QC', '5', 'control'),
      tube('C', undefined),
      tube('C', '6'),
      tube('', '7'),
      tube('', '8'),
    ];
    expect([...sampleIdsTwice({ samples })]).toEqual(['A']);
  });
});
