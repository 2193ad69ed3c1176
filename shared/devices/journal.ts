import { z } from 'zod';
import { documentOf, idSchema, timeSchema } from '../kernel/document.ts';

/** What became of a raw message. The bytes never change; the outcome follows parsing and replay. */
export const journalOutcomeSchema = z.discriminatedUnion('state', [
  /** On disk and acknowledged; not read yet. */
  z.strictObject({ state: z.literal('stored') }),
  z.strictObject({
    state: z.literal('parsed'),
    at: timeSchema,
    results: z.number().int().nonnegative(),
    queries: z.number().int().nonnegative(),
    notes: z.array(z.string().max(500)).max(100),
  }),
  z.strictObject({
    state: z.literal('failed'),
    at: timeSchema,
    reason: z.string().max(1000),
    place: z.string().max(200),
  }),
  /** The same message again, acknowledged as before. */
  z.strictObject({ state: z.literal('duplicate'), of: idSchema }),
  /** The session was cut before its end. */
  z.strictObject({ state: z.literal('incomplete'), reason: z.string().max(500) }),
  /** A session that was cut and came again, whole. */
  z.strictObject({ state: z.literal('superseded'), by: idSchema }),
  z.strictObject({ state: z.literal('sent') }),
]);
export type JournalOutcome = z.infer<typeof journalOutcomeSchema>;

/** A raw message from or to an analyzer. */
export const analyzerMessageShape = z.strictObject({
  kind: z.literal('analyzer'),
  deviceId: idSchema,
  deviceName: z.string().max(100),
  driver: z.string().max(60),
  protocol: z.enum(['astm', 'mllp', 'vidas', 'table']),
  direction: z.enum(['in', 'out']),
  peer: z.string().max(100),
  at: timeSchema,
  /** The message text without its framing, one character a byte (Latin-1), whatever the device's character set is. */
  bytes: z.string(),
  /** What stood on the wire, in the same form, where it is more than the text in an envelope (ASTM, VIDAS frames; a spreadsheet file). */
  wire: z.string().optional(),
  /** Departures from the protocol that were tolerated while receiving. */
  tolerated: z.array(z.string().max(300)).max(100),
  /** SHA-256 of the bytes, hex. */
  digest: z.string().length(64),
  /** The message's own id where its protocol has one (MSH-10). */
  messageId: z.string().max(200).optional(),
  outcome: journalOutcomeSchema,
});
export const analyzerMessageSchema = documentOf(analyzerMessageShape);
export type AnalyzerMessage = z.infer<typeof analyzerMessageSchema>;

/** The journal collection; integration and webhook exchanges (reference: IntegrationDirectory) join the union. */
export const journalSchema = z.discriminatedUnion('kind', [analyzerMessageSchema]);
export type JournalDocument = z.infer<typeof journalSchema>;
