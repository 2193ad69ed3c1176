import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Documents, ScopedReads } from '../kernel/index.ts';

type Policy = Patient['insurances'][number];

/**
 * Policies of a patient against the directory and the day (reference: validate_insurance, cross-entity): insurer and group
 * exist and are in use, the group is the insurer's, the policy is valid, and a policy of somebody else names its holder.
 * One statement. A policy that stood on the patient before is not refused for having ended since.
 * @param today `YYYY-MM-DD…` in the lab's time zone
 * @param before the policies as stored
 */
export function validateInsurance(
  reads: ScopedReads,
  policies: readonly Policy[],
  today: string,
  before: readonly Policy[] = [],
): FieldError[] {
  if (policies.length === 0) return [];
  const entries = reads.mapOf(
    'directory',
    policies.flatMap(({ insurerId, groupId }) => [insurerId, groupId]),
  );
  const known = new Set(before.map((policy) => JSON.stringify(policy)));
  const keys = policies.map(({ insurerId, policyNumber }) => `${insurerId} ${policyNumber.trim().toUpperCase()}`);
  return policies.flatMap((policy, index) => {
    const field = `insurances.${index}`;
    const twice = keys.indexOf(keys[index] ?? '') < index;
    const changed = !known.has(JSON.stringify(policy));
    return [
      ...(twice ? [error(`${field}.policyNumber`, 'insurance.twice', 'This policy stands twice', 'Remove one.')] : []),
      ...(changed
        ? [
            ...insurerErrors(policy, field, entries),
            ...holderErrors(policy, field),
            ...periodErrors(policy, field, today.slice(0, 10)),
          ]
        : []),
    ];
  });
}

function insurerErrors(
  { insurerId, groupId }: Policy,
  field: string,
  entries: ReadonlyMap<string, Documents['directory']>,
): FieldError[] {
  const errors: FieldError[] = [];
  const choose = 'Choose one from the list.';
  const insurer = entries.get(insurerId);
  if (insurer?.kind !== 'insurer') {
    errors.push(error(`${field}.insurerId`, 'insurance.insurer', 'This insurer does not exist', choose));
  } else if (insurer.active === false) {
    const message = `${insurer.name} is no longer in use`;
    errors.push(error(`${field}.insurerId`, 'insurance.insurerInactive', message, choose));
  }
  if (groupId === undefined) return errors;
  const group = entries.get(groupId);
  if (group?.kind !== 'insuranceGroup') {
    errors.push(error(`${field}.groupId`, 'insurance.group', 'This insurance group does not exist', choose));
  } else if (group.insurerId !== insurerId) {
    const message = `${group.name} is a group of another insurer`;
    errors.push(error(`${field}.groupId`, 'insurance.groupOfOther', message, 'Choose a group of this insurer.'));
  } else if (group.active === false) {
    const message = `${group.name} is no longer in use`;
    errors.push(error(`${field}.groupId`, 'insurance.groupInactive', message, choose));
  }
  return errors;
}

function holderErrors({ holderRelation, holderName }: Policy, field: string): FieldError[] {
  const named = (holderName ?? '').trim() !== '';
  if (holderRelation === 'self' && named) {
    const message = 'The patient holds the policy, yet another holder is named';
    return [error(`${field}.holderName`, 'insurance.holder', message, 'Clear the name or choose the relation.')];
  }
  if (holderRelation !== 'self' && !named) {
    const message = 'Who holds the policy is missing';
    return [error(`${field}.holderName`, 'insurance.holderMissing', message, 'Enter the name on the policy.')];
  }
  return [];
}

function periodErrors({ validFrom, validTo }: Policy, field: string, day: string): FieldError[] {
  if (validFrom && validTo && validFrom > validTo) {
    const message = 'The policy ends before it begins';
    return [error(`${field}.validTo`, 'insurance.period', message, 'Correct one of the two days.')];
  }
  if (validTo && validTo < day) {
    const message = `The policy ended on ${validTo}`;
    return [error(`${field}.validTo`, 'insurance.expired', message, 'Enter the current policy or remove it.')];
  }
  if (validFrom && validFrom > day) {
    const message = `The policy begins on ${validFrom}`;
    return [error(`${field}.validFrom`, 'insurance.notYet', message, 'Enter it from that day on.')];
  }
  return [];
}

function error(field: string, code: string, message: string, remedy: string): FieldError {
  return { field, code, message, remedy };
}

/** Insurers and insurance groups that are in use, by name; a laboratory has at most some hundreds. Two statements. */
export function insurersInUse(reads: ScopedReads): {
  insurers: { id: string; name: string }[];
  groups: { id: string; name: string; insurerId: string }[];
} {
  const ofKind = (kind: 'insurer' | 'insuranceGroup') =>
    reads.find('directory', { selector: { kind: { $eq: kind } }, sort: [{ createdAt: 'asc' }], limit: 2000 });
  const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
  return {
    insurers: ofKind('insurer')
      .flatMap((entry) =>
        entry.kind === 'insurer' && entry.active !== false ? [{ id: entry.id, name: entry.name }] : [],
      )
      .toSorted(byName),
    groups: ofKind('insuranceGroup')
      .flatMap((entry) =>
        entry.kind === 'insuranceGroup' && entry.active !== false
          ? [{ id: entry.id, name: entry.name, insurerId: entry.insurerId }]
          : [],
      )
      .toSorted(byName),
  };
}
