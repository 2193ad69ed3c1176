import { expect, it } from 'vitest';
import { activityText } from '../../../shared/activity/actions.ts';

it('says a number with the noun that goes with it', () => {
  const of = (results: number) =>
    activityText('device.messageParsed', { device: 'Chemistry BS-240', results, samples: 'A00000003H' });
  expect(of(1)).toBe('Chemistry BS-240 sent 1 result for A00000003H');
  expect(of(13)).toBe('Chemistry BS-240 sent 13 results for A00000003H');
});

it('shows a dash for a value that the entry does not have', () => {
  expect(activityText('claim.created', { number: 'A-C000001', bills: 2, total: 'AED 90.00' })).toBe(
    'Claim A-C000001 on —: 2 bills, AED 90.00',
  );
});
