import { z } from 'zod';
import { documentOf, idSchema, timeSchema } from '../kernel/document.ts';
import { type Permission, permissionNames, type StrictField, strictFields } from '../kernel/permissions.ts';

export const permissionSchema = z.enum(permissionNames as [Permission, ...Permission[]]);

export const roleShape = z.strictObject({
  kind: z.literal('role'),
  name: z.string().min(1).max(100),
  permissions: z.array(permissionSchema),
  /** Fields that this role may change although they are set (reference: validate_strict_check). */
  strictFields: z.array(z.enum(Object.keys(strictFields) as [StrictField, ...StrictField[]])),
});

/** A colleague with a login (reference: LabUser). */
export const staffShape = z.strictObject({
  kind: z.literal('staff'),
  username: z.string().min(1).max(60),
  fullName: z.string().min(1).max(200),
  designation: z.string().max(200).optional(),
  roleIds: z.array(idSchema).max(20),
  /** scrypt with its parameters and salt; never leaves the core. */
  passwordHash: z.string().max(300),
  active: z.boolean(),
  lastLoginAt: timeSchema.optional(),
});

export const doctorShape = z.strictObject({
  kind: z.literal('doctor'),
  code: z.string().max(40),
  fullName: z.string().min(1).max(200),
  phone: z.string().max(20).optional(),
  email: z.string().max(254).optional(),
});

export const organisationShape = z.strictObject({
  kind: z.literal('organisation'),
  code: z.string().max(40),
  name: z.string().min(1).max(200),
  email: z.string().max(254).optional(),
});

export const roleSchema = documentOf(roleShape);
export const staffSchema = documentOf(staffShape);
export const doctorSchema = documentOf(doctorShape);
export const organisationSchema = documentOf(organisationShape);
export type Role = z.infer<typeof roleSchema>;
export type Staff = z.infer<typeof staffSchema>;
export type Doctor = z.infer<typeof doctorSchema>;
export type Organisation = z.infer<typeof organisationSchema>;

/** The directory collection; insurer, insurance group and outsource lab join the union with reception and finance. */
export const directorySchema = z.discriminatedUnion('kind', [
  roleSchema,
  staffSchema,
  doctorSchema,
  organisationSchema,
]);
export type DirectoryDocument = z.infer<typeof directorySchema>;
