import { z } from 'zod';
import { amountSchema } from '../billing/schema.ts';
import { codeSchema } from '../catalogue/schema.ts';
import { documentOf, idSchema, timeSchema } from '../kernel/document.ts';
import { type Permission, permissionNames, type StrictField, strictFields } from '../kernel/permissions.ts';

export const permissionSchema = z.enum(permissionNames as [Permission, ...Permission[]]);

export const roleShape = z.strictObject({
  kind: z.literal('role'),
  name: z.string().min(1).max(100),
  permissions: z.array(permissionSchema),
  /**
   * The role holds every right, also those that a later version brings (see `rightsOf`). Absent on roles that were stored
   * before there was this field.
   */
  all: z.boolean().optional(),
  /** Fields that this role may change although they are set (reference: validate_strict_check). */
  strictFields: z.array(z.enum(Object.keys(strictFields) as [StrictField, ...StrictField[]])),
  /** Highest discount this role may give by itself, per cent of the price; absent: none beyond approval. */
  discountLimitPercent: z.number().min(0).max(100).optional(),
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
  /** The signing PIN, hashed as the password is; never leaves the core. Absent: none was set. */
  pinHash: z.string().max(300).optional(),
  active: z.boolean(),
  lastLoginAt: timeSchema.optional(),
});

/** How to reach somebody; phone numbers are E.164. */
const contacts = {
  contactPerson: z.string().max(200).optional(),
  phone: z.string().max(20).optional(),
  email: z.string().max(254).optional(),
  address: z.string().max(500).optional(),
};

/** A referring doctor. */
export const doctorShape = z.strictObject({
  kind: z.literal('doctor'),
  code: z.string().max(40),
  fullName: z.string().min(1).max(200),
  speciality: z.string().max(100).optional(),
  /** Number in the medical register. */
  registrationNumber: z.string().max(60).optional(),
  ...contacts,
  /** Absent: in use. An entry that was switched off stays for the documents that name it. */
  active: z.boolean().optional(),
});

/** A clinic, hospital or company that sends patients. */
export const organisationShape = z.strictObject({
  kind: z.literal('organisation'),
  code: z.string().max(40),
  name: z.string().min(1).max(200),
  ...contacts,
  /** `credit`: bills are collected on an invoice; `cash` (also when absent): the patient pays. */
  billing: z.enum(['cash', 'credit']).optional(),
  /** Most that may stay unpaid, minor units of the centre's currency; absent: no limit. */
  creditLimit: amountSchema.nonnegative().optional(),
  /** Days from an invoice to its due date. */
  paymentDays: z.number().int().min(0).max(365).optional(),
  /** Code of the price list its patients are billed by; absent: the standard list. */
  priceList: codeSchema.optional(),
  /** Codes of the tests and profiles its patients may be given; absent: no limit. */
  allowedTests: z.array(codeSchema).max(2000).optional(),
  active: z.boolean().optional(),
});

/** Who pays for insured patients. */
export const insurerShape = z.strictObject({
  kind: z.literal('insurer'),
  code: z.string().max(40),
  name: z.string().min(1).max(200),
  ...contacts,
  /** The insurer's number for this laboratory. */
  providerNumber: z.string().max(60).optional(),
  priceList: codeSchema.optional(),
  /** Days after the service within which a claim must be submitted. */
  claimDays: z.number().int().min(1).max(730).optional(),
  active: z.boolean().optional(),
});

/** A policy group of an insurer and what it covers. */
export const insuranceGroupShape = z.strictObject({
  kind: z.literal('insuranceGroup'),
  code: z.string().max(40),
  name: z.string().min(1).max(200),
  insurerId: idSchema,
  /** Share of the net price that the insurer pays, per cent. */
  coveragePercent: z.number().min(0).max(100),
  /** What the patient pays of each bill at least, minor units. */
  copay: amountSchema.nonnegative().optional(),
  /** Most that the insurer pays of one bill, minor units; absent: no limit. */
  coverageLimit: amountSchema.nonnegative().optional(),
  priceList: codeSchema.optional(),
  /** Codes of tests and profiles that the group does not cover. */
  excludedTests: z.array(codeSchema).max(2000).optional(),
  active: z.boolean().optional(),
});

/** Another laboratory that does tests for this one. */
export const outsourceLabShape = z.strictObject({
  kind: z.literal('outsourceLab'),
  code: z.string().max(40),
  name: z.string().min(1).max(200),
  ...contacts,
  /** Tests it does for us, with its price in minor units and its promised time. */
  tests: z
    .array(
      z.strictObject({
        test: codeSchema,
        rate: amountSchema.nonnegative(),
        turnaroundMinutes: z.number().int().positive().max(525_600).optional(),
      }),
    )
    .max(2000),
  active: z.boolean().optional(),
});

export const roleSchema = documentOf(roleShape);
export const staffSchema = documentOf(staffShape);
export const doctorSchema = documentOf(doctorShape);
export const organisationSchema = documentOf(organisationShape);
export const insurerSchema = documentOf(insurerShape);
export const insuranceGroupSchema = documentOf(insuranceGroupShape);
export const outsourceLabSchema = documentOf(outsourceLabShape);
export type Role = z.infer<typeof roleSchema>;
export type Staff = z.infer<typeof staffSchema>;
export type Doctor = z.infer<typeof doctorSchema>;
export type Organisation = z.infer<typeof organisationSchema>;
export type Insurer = z.infer<typeof insurerSchema>;
export type InsuranceGroup = z.infer<typeof insuranceGroupSchema>;
export type OutsourceLab = z.infer<typeof outsourceLabSchema>;

/** The directory collection: a union of kinds. */
export const directorySchema = z.discriminatedUnion('kind', [
  roleSchema,
  staffSchema,
  doctorSchema,
  organisationSchema,
  insurerSchema,
  insuranceGroupSchema,
  outsourceLabSchema,
]);
export type DirectoryDocument = z.infer<typeof directorySchema>;
