import { z } from 'zod';

/** Line settings of a serial port (analyzers.md: Connections). */
export const serialSettingsSchema = z.strictObject({
  baudRate: z.number().int().min(300).max(115200),
  dataBits: z.union([z.literal(5), z.literal(6), z.literal(7), z.literal(8)]),
  parity: z.enum(['none', 'even', 'odd', 'mark', 'space']),
  stopBits: z.union([z.literal(1), z.literal(1.5), z.literal(2)]),
  rtscts: z.boolean(),
  xon: z.boolean(),
  xoff: z.boolean(),
  /** A USB adapter is found again by it when its path has changed. */
  serialNumber: z.string().max(100).optional(),
});
export type SerialSettings = z.infer<typeof serialSettingsSchema>;
