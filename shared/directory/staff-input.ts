import { z } from 'zod';
import { idSchema } from '../kernel/document.ts';
import { pageInputSchema } from '../kernel/page.ts';
import { createLaboratorySchema, newPasswordSchema } from '../setup/create-laboratory.ts';
import { roleShape, staffShape } from './schema.ts';

const revision = z.string().max(100).optional();

/** What the staff screen saves: without an id a new colleague, with one a change. */
export const saveStaffSchema = z.strictObject({
  id: idSchema.optional(),
  rev: revision,
  username: createLaboratorySchema.shape.administrator.shape.username,
  fullName: createLaboratorySchema.shape.administrator.shape.fullName,
  designation: staffShape.shape.designation,
  roleIds: z.array(idSchema).min(1, 'Choose at least one role').max(20),
  active: z.boolean(),
  /** Needed for a new colleague; left out it stays. */
  password: newPasswordSchema.optional(),
});
export type SaveStaff = z.infer<typeof saveStaffSchema>;

/** A page of colleagues, the first added first. With a text: those whose name or user name begins so. */
export const listStaffSchema = pageInputSchema.extend({
  text: z.string().max(200).optional(),
  active: z.boolean().optional(),
});
export type ListStaff = z.infer<typeof listStaffSchema>;

/** What the roles screen saves: without an id a new role, with one a change. */
export const saveRoleSchema = roleShape
  .omit({ kind: true, all: true })
  .extend({ id: idSchema.optional(), rev: revision, name: z.string().trim().min(1, 'Enter the name').max(100) });
export type SaveRole = z.infer<typeof saveRoleSchema>;

/** A person's change of the own password. */
export const changePasswordSchema = z.strictObject({
  oldPassword: z.string().max(1000),
  newPassword: newPasswordSchema,
});
export type ChangePassword = z.infer<typeof changePasswordSchema>;
