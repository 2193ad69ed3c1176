import { type ClaimFile, standingBills } from '../../../../shared/billing/claim.ts';
import type { Claim } from '../../../../shared/billing/schema.ts';
import type { ScopedReads } from '../../kernel/index.ts';
import { insurersOf, needClaims } from './queries.ts';

/** A test that an insurer is asked for, with all that its form asks of it. Amounts in minor units of `currency`. */
export interface ClaimLine {
  claimNumber: string;
  batch: string;
  status: Claim['status'];
  insurerCode: string;
  insurerName: string;
  /** The laboratory's number with the insurer. */
  providerNumber: string;
  groupCode: string;
  policyNumber: string;
  patientNumber: string;
  patientName: string;
  sex: string;
  /** `YYYY-MM-DD`; empty where only the age is known. */
  birthDate: string;
  billNumber: string;
  servedOn: string;
  /** Codes of ICD-10, the main one first. */
  diagnoses: string[];
  /** Within the bill, from 1. */
  line: number;
  testCode: string;
  loinc: string;
  testName: string;
  amount: number;
  currency: string;
}

/**
 * Every line of the bills that stand on claims, in the order asked for, as insurers that take no FHIR get them. Four statements,
 * whatever the claims.
 */
export function claimLines(reads: ScopedReads, { ids }: ClaimFile): ClaimLine[] {
  const claims = needClaims(reads, ids);
  const insurers = insurersOf(reads);
  const groups = reads.mapOf('directory', [...new Set(claims.map(({ groupId }) => groupId))]);
  const patients = reads.mapOf('patients', [
    ...new Set(claims.flatMap(({ bills }) => bills.map(({ patientId }) => patientId))),
  ]);
  return claims.flatMap((claim) => {
    const insurer = insurers.get(claim.insurerId);
    const group = groups.get(claim.groupId);
    return standingBills(claim).flatMap((bill) => {
      const patient = patients.get(bill.patientId);
      return bill.lines.map(
        ({ testCode, testName, loinc = '', amount }, index): ClaimLine => ({
          ...{ claimNumber: claim.number, batch: claim.batch, status: claim.status, currency: claim.currency },
          insurerCode: insurer?.code ?? '',
          insurerName: insurer?.name ?? '',
          providerNumber: insurer?.providerNumber ?? '',
          groupCode: group?.kind === 'insuranceGroup' ? group.code : '',
          patientNumber: patient?.number ?? '',
          patientName: patient?.fullName ?? '',
          sex: patient?.sex ?? '',
          birthDate: patient?.birth?.precision === 'exact' ? patient.birth.date : '',
          ...{ billNumber: bill.billNumber, servedOn: bill.servedOn, policyNumber: bill.policyNumber },
          diagnoses: bill.diagnoses.map(({ code }) => code),
          ...{ line: index + 1, testCode, loinc, testName, amount },
        }),
      );
    });
  });
}
