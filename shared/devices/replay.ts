import { z } from 'zod';
import { idSchema } from '../kernel/document.ts';

/** What is to be read again: all that a device sent in a range of time, or of it what could not be read. */
export const replayInputSchema = z.strictObject({
  deviceId: idSchema,
  /** First and last day of receipt in the laboratory, both included. */
  from: z.iso.date(),
  to: z.iso.date(),
  onlyFailed: z.boolean(),
  /** Besides what could not be read: messages of which results are held. */
  withHeld: z.boolean().optional(),
});
export type ReplayInput = z.infer<typeof replayInputSchema>;

/** How far the reading again of a range is. */
export interface ReplayState {
  readonly id: string;
  readonly deviceId: string;
  /** Messages that were there when it began. */
  readonly total: number;
  readonly done: number;
  /** Results in what was read. */
  readonly results: number;
  /** Messages that could not be read this time either. */
  readonly failed: number;
  readonly ended: boolean;
  readonly cancelled: boolean;
  /** Why it ended before its end. */
  readonly error?: string;
}
