import { z } from 'zod';

/**
 * FHIR R4 (4.0.1) as far as a claim export says it: what is not here is never emitted. One Claim a bill, since a Claim has one
 * patient (http://hl7.org/fhir/R4/claim.html); Patient, Coverage and the two Organizations stand beside it in the bundle.
 */

const reference = z.strictObject({ reference: z.string().regex(/^urn:uuid:[0-9a-f-]{36}$/) });
/** An absolute URI: a URL under the laboratory's address, or a `urn:uuid:` where it has none. */
const system = z.string().regex(/^(https?:\/\/[^\s]+|urn:uuid:[0-9a-f-]{36})$/);
const identifier = z.strictObject({ system, value: z.string().min(1) });
const coding = z.strictObject({ system, code: z.string().min(1), display: z.string().min(1).optional() });
const concept = z.strictObject({ coding: z.array(coding).length(1) });
/** The same test in LOINC and in the laboratory's own codes. */
const testConcept = z.strictObject({ coding: z.array(coding).min(1).max(2), text: z.string().min(1) });
/** `currency` is a code of ISO 4217. */
const money = z.strictObject({ value: z.number(), currency: z.string().regex(/^[A-Z]{3}$/) });
/** One piece: the unit `1` of UCUM. */
const pieces = z.strictObject({
  value: z.literal(1),
  system: z.literal('http://unitsofmeasure.org'),
  code: z.literal('1'),
});
const day = z.iso.date();

const organization = z.strictObject({
  resourceType: z.literal('Organization'),
  identifier: z.array(identifier).optional(),
  name: z.string().min(1),
});

const patient = z.strictObject({
  resourceType: z.literal('Patient'),
  identifier: z.array(identifier).length(1),
  name: z.array(z.strictObject({ text: z.string().min(1) })).length(1),
  gender: z.enum(['male', 'female', 'other', 'unknown']),
  birthDate: day.optional(),
});

const coverage = z.strictObject({
  resourceType: z.literal('Coverage'),
  status: z.literal('active'),
  subscriberId: z.string().min(1),
  beneficiary: reference,
  payor: z.array(reference).length(1),
  class: z
    .array(z.strictObject({ type: concept, value: z.string().min(1), name: z.string().min(1) }))
    .length(1)
    .optional(),
});

const claim = z.strictObject({
  resourceType: z.literal('Claim'),
  identifier: z.array(identifier).length(1),
  status: z.literal('active'),
  type: concept,
  use: z.literal('claim'),
  patient: reference,
  created: day,
  insurer: reference,
  provider: reference,
  priority: concept,
  related: z
    .array(z.strictObject({ claim: z.strictObject({ identifier }), relationship: concept }))
    .length(1)
    .optional(),
  diagnosis: z
    .array(z.strictObject({ sequence: z.int().positive(), diagnosisCodeableConcept: concept }))
    .min(1)
    .optional(),
  insurance: z.array(z.strictObject({ sequence: z.literal(1), focal: z.literal(true), coverage: reference })).length(1),
  item: z
    .array(
      z.strictObject({
        sequence: z.int().positive(),
        diagnosisSequence: z.array(z.int().positive()).min(1).optional(),
        productOrService: testConcept,
        servicedDate: day,
        quantity: pieces,
        net: money,
      }),
    )
    .min(1),
  total: money,
});

/** A bundle of claims as it is exported. */
export const claimBundleSchema = z.strictObject({
  resourceType: z.literal('Bundle'),
  type: z.literal('collection'),
  /** Of the claim, or of the batch; claims that were not made at once have none together. */
  identifier: identifier.optional(),
  timestamp: z.iso.datetime({ precision: 3 }),
  entry: z
    .array(
      z.strictObject({
        fullUrl: z.string().regex(/^urn:uuid:[0-9a-f-]{36}$/),
        resource: z.discriminatedUnion('resourceType', [organization, patient, coverage, claim]),
      }),
    )
    .min(1),
});
export type ClaimBundle = z.infer<typeof claimBundleSchema>;
