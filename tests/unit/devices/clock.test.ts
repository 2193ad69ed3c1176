import { describe, expect, it } from 'vitest';
import { clockOffMinutes, laboratoryTime, mayBeOtherZone, sampleIdsTwice } from '../../../shared/devices/index.ts';
import type { DeviceTime } from '../../../shared/devices/reading.ts';

describe("an analyzer's clock", () => {
  const received = { at: new Date('2026-06-24T07:30:00Z'), timeZone: 'Asia/Dubai' };
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

  it('is read in its own time zone, and in the one that the message names', () => {
    const off = (sentAt: DeviceTime, timeZone: string) => clockOffMinutes({ sentAt }, {}, { ...received, timeZone });
    expect(off(at('2026-06-24T07:30:00'), 'Asia/Dubai')).toBe(-240);
    expect(off(at('2026-06-24T07:30:00'), 'UTC')).toBeUndefined();
    expect(off(at('2026-06-24T03:31:00'), 'America/New_York')).toBeUndefined();
    expect(off({ ...at('2026-06-24T03:30:00'), offset: '-04:00' }, 'Asia/Dubai')).toBeUndefined();
  });

  it('may only keep another time zone when it is off by quarters of an hour', () => {
    expect([-240, -238, 330, 345, 30].map(mayBeOtherZone)).toEqual([true, true, true, true, true]);
    expect([12, 22, -40, 250, 1440 * 3].map(mayBeOtherZone)).toEqual([false, false, false, false, false]);
  });

  it('gives times as the laboratory’s clock showed them, over a change to summer time as well', () => {
    const zones = { analyzer: 'UTC', laboratory: 'Europe/Berlin' };
    expect(laboratoryTime(at('2026-06-24T07:30:15'), zones)).toBe('2026-06-24T09:30:15');
    expect(laboratoryTime(at('2026-03-29T00:59:59'), zones)).toBe('2026-03-29T01:59:59');
    expect(laboratoryTime(at('2026-03-29T01:00:00'), zones)).toBe('2026-03-29T03:00:00');
    expect(laboratoryTime({ ...at('2026-06-24T07:30:15'), offset: '-04:00' }, zones)).toBe('2026-06-24T13:30:15');
    expect(laboratoryTime(at('2026-06-24'), zones)).toBe('2026-06-24');
    expect(laboratoryTime({ sent: '?' }, zones)).toBe('?');
    expect(laboratoryTime(at('2026-06-24T07:30:15'), { analyzer: 'UTC', laboratory: 'UTC' })).toBe(
      '2026-06-24T07:30:15',
    );
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
