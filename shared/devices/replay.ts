import { z } from 'zod';
import { idSchema } from '../kernel/document.ts';
import type { DeviceResult } from '../results/schema.ts';

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

/** A result before or after it was read again. */
export interface PreviewSide {
  readonly sampleId: string;
  /** With its unit; as sent where it could not be converted. */
  readonly value: string;
  readonly parameterName?: string | undefined;
  readonly state: DeviceResult['state'];
  readonly holdReason?: DeviceResult['holdReason'];
  readonly decision?: string | undefined;
}

/** A result that reading again would change; without `before` it is new, without `after` it goes. */
export interface PreviewLine {
  readonly sampleId: string;
  readonly code: string;
  readonly before?: PreviewSide | undefined;
  readonly after?: PreviewSide | undefined;
}

/** What reading messages again would change. */
export interface ReplayPreview {
  readonly total: number;
  /** Messages that were looked at: of a long range the first. */
  readonly compared: number;
  /** Messages that cannot be read now. */
  readonly unreadable: number;
  /** Messages that could not be read before and can be now. */
  readonly mended: number;
  /** Numbers of results. */
  readonly same: number;
  readonly changed: number;
  readonly added: number;
  readonly gone: number;
  /** A person decided on them: they stay as they are. */
  readonly decided: number;
  /** The first of what changes. */
  readonly lines: readonly PreviewLine[];
}
