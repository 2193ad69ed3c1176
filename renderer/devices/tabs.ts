import { z } from 'zod';

/** The parts of the screen of one analyzer, as the address names them. */
export const analyzerTabSchema = z.enum(['live', 'messages', 'codes', 'map', 'statistics']);

/** What can have become of a message, in the order in which one looks for it. */
export const outcomeSchema = z.enum(['stored', 'parsed', 'failed', 'incomplete', 'duplicate', 'superseded', 'sent']);

const text = z.string().max(100).optional().catch(undefined);
const day = z.iso.date().optional().catch(undefined);

/** What the address of an analyzer's screen holds: its part, what narrows its messages, the days of its statistics. */
export const analyzerSearchSchema = z.object({
  tab: analyzerTabSchema.optional().catch(undefined),
  /** The message from which the field map is made. */
  message: text,
  outcome: outcomeSchema.optional().catch(undefined),
  sample: text,
  from: day,
  to: day,
});

/** What the address of the archive holds. */
export const archiveSearchSchema = z.object({
  month: z
    .string()
    .regex(/^\d{4}-\d{2}$/)
    .optional()
    .catch(undefined),
  device: text,
  text,
});

/** A range of days in order, whichever was chosen last. */
export function orderedDays(from: string, to: string): { from: string; to: string } {
  const [first = from, last = to] = [from, to].toSorted();
  return { from: first, to: last };
}
