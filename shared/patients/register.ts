import { z } from 'zod';
import { ageInputSchema } from './age.ts';
import { contactInputSchema } from './contact.ts';
import { insurancePolicySchema, nationalIdSchema, patientShape, relativeSchema, sexSchema } from './schema.ts';

/** What reception enters to register a patient. */
export const registerPatientSchema = z.strictObject({
  fullName: z.string().trim().min(1, 'Enter the name').max(200),
  sex: sexSchema,
  ...ageInputSchema.shape,
  ...contactInputSchema.shape,
  address: patientShape.shape.address,
  nationalIds: z.array(nationalIdSchema).max(10).default([]),
  insurances: z.array(insurancePolicySchema).max(10).default([]),
  note: patientShape.shape.note,
  warning: patientShape.shape.warning,
  family: z.array(relativeSchema).max(20).optional(),
  /** Ids of tests of the catalogue; left out: no limit. */
  allowedTests: z.array(z.string().max(64)).max(2000).optional(),
  otherNumbers: patientShape.shape.otherNumbers,
});
export type RegisterPatient = z.infer<typeof registerPatientSchema>;

/** What may be changed of a registered patient; what is left out stays, null clears. */
export const changePatientSchema = z.strictObject({
  fullName: registerPatientSchema.shape.fullName.optional(),
  sex: sexSchema.optional(),
  dateOfBirth: ageInputSchema.shape.dateOfBirth,
  timeOfBirth: ageInputSchema.shape.timeOfBirth,
  age: ageInputSchema.shape.age,
  phone: z.string().max(60).nullish(),
  otherPhones: z.array(z.string().max(60)).max(5).optional(),
  email: z.string().max(320).nullish(),
  consent: contactInputSchema.shape.consent.optional(),
  address: patientShape.shape.address.nullish(),
  nationalIds: z.array(nationalIdSchema).max(10).optional(),
  insurances: z.array(insurancePolicySchema).max(10).optional(),
  note: patientShape.shape.note.nullish(),
  warning: patientShape.shape.warning.nullish(),
  family: z.array(relativeSchema).max(20).optional(),
  allowedTests: registerPatientSchema.shape.allowedTests.nullable(),
  otherNumbers: patientShape.shape.otherNumbers,
});
export type ChangePatient = z.infer<typeof changePatientSchema>;
