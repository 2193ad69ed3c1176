import { z } from 'zod';
import { idSchema } from '../kernel/document.ts';
import { createLaboratorySchema, newPasswordSchema } from '../setup/create-laboratory.ts';
import { staffShape } from './schema.ts';

/** What the staff screen saves: without an id a new colleague, with one a change. */
export const saveStaffSchema = z.strictObject({
  id: idSchema.optional(),
  rev: z.string().max(100).optional(),
  username: createLaboratorySchema.shape.administrator.shape.username,
  fullName: createLaboratorySchema.shape.administrator.shape.fullName,
  designation: staffShape.shape.designation,
  roleIds: z.array(idSchema).min(1, 'Choose at least one role').max(20),
  active: z.boolean(),
  /** Needed for a new colleague; left out it stays. */
  password: newPasswordSchema.optional(),
});
export type SaveStaff = z.infer<typeof saveStaffSchema>;
