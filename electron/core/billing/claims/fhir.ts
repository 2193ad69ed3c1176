import { createHash } from 'node:crypto';
import { type ClaimFile, standingBills } from '../../../../shared/billing/claim.ts';
import { type ClaimBundle, claimBundleSchema } from '../../../../shared/billing/fhir.ts';
import { currencyDigits } from '../../../../shared/billing/money.ts';
import type { Claim } from '../../../../shared/billing/schema.ts';
import type { InsuranceGroup, Insurer } from '../../../../shared/directory/schema.ts';
import type { Stored } from '../../../../shared/kernel/document.ts';
import type { FieldError } from '../../../../shared/kernel/errors.ts';
import type { Patient } from '../../../../shared/patients/schema.ts';
import type { Centre } from '../../../../shared/setup/schema.ts';
import { refuseIfInvalid, type ScopedReads } from '../../kernel/index.ts';
import { centreOf } from '../../setup/index.ts';
import { needClaims } from './queries.ts';

type Entry = ClaimBundle['entry'][number];

/** Code systems of others, as HL7 and their owners name them. */
const codes = {
  icd10: 'http://hl7.org/fhir/sid/icd-10',
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
} as const;

/** What the laboratory numbers itself. */
type Own = 'claim' | 'batch' | 'bill' | 'patient' | 'provider' | 'test';

/**
 * The system of the laboratory's own numbers of a kind: a URL below its web address; as long as it has none, a UUID that is
 * derived from the laboratory's id and so nobody else's.
 */
function ownSystem({ id, webAddress }: Pick<Stored<Centre>, 'id' | 'webAddress'>, kind: Own): string {
  return webAddress ? `${webAddress.replace(/\/+$/, '')}/fhir/sid/${kind}` : urn(`system/${id}/${kind}`);
}

/**
 * Claims on one insurer as a FHIR R4 bundle: a Claim for each bill that stands on them. Ids are derived from ours, so that the
 * same claims are always exported the same. Four statements, whatever the claims. Refusals where no bill stands on one any
 * more, and where they are on several insurers, since none is to read what another is asked for.
 */
export function claimBundle(reads: ScopedReads, { ids }: ClaimFile): ClaimBundle {
  const claims = needClaims(reads, [...new Set(ids)]);
  refuseIfInvalid(fileErrors(claims));
  const entries = reads.mapOf('directory', [
    ...new Set(claims.flatMap(({ insurerId, groupId }) => [insurerId, groupId])),
  ]);
  const patients = reads.mapOf('patients', [
    ...new Set(claims.flatMap((claim) => standingBills(claim).map(({ patientId }) => patientId))),
  ]);
  const centre = centreOf(reads);
  const system = (kind: Own) => ownSystem(centre, kind);
  const contexts = claims.map((claim): Context => {
    const insurer = entries.get(claim.insurerId);
    const group = entries.get(claim.groupId);
    return {
      claim,
      system,
      insurer: insurer?.kind === 'insurer' ? insurer : undefined,
      group: group?.kind === 'insuranceGroup' ? group : undefined,
    };
  });
  const moments = claims.map(({ entries: steps, registeredAt }) => steps.at(-1)?.at ?? registeredAt);
  return claimBundleSchema.parse({
    resourceType: 'Bundle',
    type: 'collection',
    ...fileIdentifier(claims, system),
    timestamp: moments.toSorted().at(-1) ?? '',
    entry: [
      ...contexts.slice(0, 1).flatMap((context) => organizations(context, centre)),
      ...[...patients.values()].map((patient) => patientEntry(system, patient)),
      ...contexts.flatMap((context) => standingBills(context.claim).flatMap((bill) => billEntries(context, bill))),
    ],
  } satisfies ClaimBundle);
}

function fileErrors(claims: readonly Stored<Claim>[]): FieldError[] {
  const [first] = claims;
  return claims.flatMap((claim, index) => {
    const field = `ids.${index}`;
    if (standingBills(claim).length === 0) {
      const message = `No bill stands on claim ${claim.number}`;
      return [{ field, code: 'claim.empty', message, remedy: 'Leave it out, or make another claim.' }];
    }
    if (claim.insurerId === first?.insurerId) return [];
    const message = `Claim ${claim.number} is on another insurer than claim ${first?.number}`;
    return [{ field, code: 'claim.otherInsurer', message, remedy: 'Save a file for each insurer.' }];
  });
}

function fileIdentifier(
  [first, ...more]: readonly Claim[],
  system: Context['system'],
): Pick<ClaimBundle, 'identifier'> {
  if (!first) return {};
  if (more.length === 0) return { identifier: { system: system('claim'), value: first.number } };
  const together = more.every(({ batch }) => batch === first.batch);
  return together ? { identifier: { system: system('batch'), value: first.batch } } : {};
}

interface Context {
  readonly system: (kind: Own) => string;
  readonly claim: Stored<Claim>;
  readonly insurer: Insurer | undefined;
  readonly group: InsuranceGroup | undefined;
}

function organizations({ claim, insurer, system }: Context, centre: { id: string; name: string }): Entry[] {
  const known = insurer?.providerNumber ? [{ system: system('provider'), value: insurer.providerNumber }] : undefined;
  return [
    entry(claim.insurerId, { resourceType: 'Organization', name: insurer?.name ?? claim.insurerId }),
    entry('provider', { resourceType: 'Organization', ...(known ? { identifier: known } : {}), name: centre.name }),
  ];
}

function patientEntry(system: Context['system'], { id, number, fullName, sex, birth }: Stored<Patient>): Entry {
  return entry(id, {
    resourceType: 'Patient',
    identifier: [{ system: system('patient'), value: number }],
    name: [{ text: fullName }],
    gender: sex,
    ...(birth?.precision === 'exact' ? { birthDate: birth.date } : {}),
  });
}

function billEntries({ claim, group, system }: Context, bill: Claim['bills'][number]): Entry[] {
  const coverageId = `coverage/${bill.billId}`;
  const resubmitted = claim.entries.some(({ step }) => step === 'resubmit');
  const diagnosisSequence = bill.diagnoses.map((_, index) => index + 1);
  return [
    entry(coverageId, {
      resourceType: 'Coverage',
      status: 'active',
      subscriberId: bill.policyNumber,
      beneficiary: to(bill.patientId),
      payor: [to(claim.insurerId)],
      ...(group ? { class: [{ type: concept('coverage-class', 'group'), value: group.code, name: group.name }] } : {}),
    }),
    entry(`claim/${bill.billId}`, {
      resourceType: 'Claim',
      identifier: [{ system: system('bill'), value: bill.billNumber }],
      status: 'active',
      type: concept('claim-type', 'professional'),
      use: 'claim',
      patient: to(bill.patientId),
      created: claim.registeredOn,
      insurer: to(claim.insurerId),
      provider: to('provider'),
      priority: concept('processpriority', 'normal'),
      ...(resubmitted
        ? {
            related: [
              {
                claim: { identifier: { system: system('claim'), value: claim.number } },
                relationship: concept('ex-relatedclaimrelationship', 'prior'),
              },
            ],
          }
        : {}),
      ...(bill.diagnoses.length > 0
        ? {
            diagnosis: bill.diagnoses.map(({ code, title }, index) => ({
              sequence: index + 1,
              diagnosisCodeableConcept: {
                coding: [{ system: codes.icd10, code, ...(title ? { display: title } : {}) }],
              },
            })),
          }
        : {}),
      insurance: [{ sequence: 1, focal: true, coverage: to(coverageId) }],
      item: bill.lines.map(({ testCode: code, testName: display, loinc, amount }, index) => ({
        sequence: index + 1,
        ...(diagnosisSequence.length > 0 ? { diagnosisSequence } : {}),
        productOrService: {
          coding: [...(loinc ? [{ system: codes.loinc, code: loinc }] : []), { system: system('test'), code, display }],
          text: display,
        },
        servicedDate: bill.servedOn,
        quantity: { value: 1 as const, system: codes.ucum, code: '1' as const },
        net: money(amount, claim.currency),
      })),
      total: money(bill.claimed, claim.currency),
    }),
  ];
}

function concept(system: string, code: string) {
  return { coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] };
}

/** Major units; a double holds every amount of ours exactly to its last digit. */
function money(amount: number, currency: string) {
  const digits = currencyDigits(currency);
  return { value: Number((amount / 10 ** digits).toFixed(digits)), currency };
}

function entry(id: string, resource: Entry['resource']): Entry {
  return { fullUrl: urn(id), resource };
}

function to(id: string) {
  return { reference: urn(id) };
}

/** A UUID of a name (RFC 9562, version 8: SHA-256). */
function urn(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`];
  return `urn:uuid:${[...parts, hex.slice(20, 32)].join('-')}`;
}
