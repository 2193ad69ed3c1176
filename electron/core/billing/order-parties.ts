import type { PriceListCodes } from '../../../shared/billing/prices.ts';
import type { Coverage } from '../../../shared/billing/schema.ts';
import type { InsuranceGroup, Organisation } from '../../../shared/directory/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { ScopedReads } from '../kernel/index.ts';

/** Who sent the patient and who pays, as an order names them. */
export interface OrderParties {
  readonly errors: FieldError[];
  readonly organisation: Stored<Organisation> | undefined;
  readonly group: Stored<InsuranceGroup> | undefined;
  readonly coverage: Coverage | undefined;
  /** The organisation pays on its invoice. */
  readonly onCredit: boolean;
  readonly priceLists: PriceListCodes;
}

interface Named {
  readonly referrerId?: string;
  readonly organisationId?: string;
  readonly policyNumber?: string;
}

/** Doctor, organisation and policy of an order; two statements at most. */
export function orderParties(
  reads: ScopedReads,
  order: Named,
  patient: Patient | undefined,
  branchId: string | undefined,
  today: string,
): OrderParties {
  const { referrerId, organisationId, policyNumber } = order;
  const policy = patient?.insurances.find((one) => one.policyNumber === policyNumber);
  const entries = reads.mapOf('directory', [referrerId, organisationId, policy?.insurerId, policy?.groupId]);
  const [branch] = branchId === undefined ? [] : reads.cached('setup', [branchId]);
  const referrer = entries.get(referrerId ?? '');
  const organisation = entries.get(organisationId ?? '');
  const insurer = entries.get(policy?.insurerId ?? '');
  const group = entries.get(policy?.groupId ?? '');
  const errors: FieldError[] = [];
  const remedy = 'Choose one from the list.';
  if (referrerId !== undefined && (referrer?.kind !== 'doctor' || referrer.active === false)) {
    errors.push({ field: 'referrerId', code: 'referrer.missing', message: 'There is no such doctor', remedy });
  }
  if (organisationId !== undefined && (organisation?.kind !== 'organisation' || organisation.active === false)) {
    const message = 'There is no such organisation';
    errors.push({ field: 'organisationId', code: 'organisation.missing', message, remedy });
  }
  const addPolicy = (code: string, message: string, what: string) =>
    errors.push({ field: 'policyNumber', code, message, remedy: what });
  if (policyNumber !== undefined && patient) {
    if (!policy) addPolicy('policy.missing', `${patient.fullName} has no policy ${policyNumber}`, remedy);
    else if ((policy.validFrom ?? today) > today || (policy.validTo ?? today) < today) {
      addPolicy('policy.notValid', `Policy ${policyNumber} is not valid today`, 'Choose another, or none.');
    } else if (group?.kind !== 'insuranceGroup' || group.active === false) {
      addPolicy(
        'policy.noGroup',
        `Policy ${policyNumber} names no insurance group, so what it covers is not known`,
        'Choose the group at the patient, or bill without insurance.',
      );
    }
  }
  const known = group?.kind === 'insuranceGroup' && errors.length === 0 ? group : undefined;
  const sender = organisation?.kind === 'organisation' ? organisation : undefined;
  return {
    errors,
    organisation: sender,
    group: known,
    coverage: known && policyNumber !== undefined ? coverageOf(known, policyNumber) : undefined,
    onCredit: sender?.billing === 'credit',
    priceLists: {
      insuranceGroup: known?.priceList,
      insurer: known && insurer?.kind === 'insurer' ? insurer.priceList : undefined,
      organisation: sender?.priceList,
      branch: branch?.kind === 'branch' ? branch.priceList : undefined,
    },
  };
}

function coverageOf(group: Stored<InsuranceGroup>, policyNumber: string): Coverage {
  const { insurerId, id: groupId, coveragePercent, copay, coverageLimit } = group;
  return { insurerId, groupId, policyNumber, coveragePercent, copay, coverageLimit };
}
