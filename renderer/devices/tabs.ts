import { z } from 'zod';

/** The parts of the screen of one analyzer, as the address names them. */
export const analyzerTabSchema = z.enum(['live', 'messages', 'codes', 'statistics']);

/** A range of days in order, whichever was chosen last. */
export function orderedDays(from: string, to: string): { from: string; to: string } {
  const [first = from, last = to] = [from, to].toSorted();
  return { from: first, to: last };
}
