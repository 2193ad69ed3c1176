import { standardRoles } from '../../../shared/directory/standard-roles.ts';
import { newId } from '../../../shared/kernel/id.ts';
import type { CreateLaboratory } from '../../../shared/setup/create-laboratory.ts';
import { hashPassword, type Identity, type Kernel, LabError, type Session, type Work } from '../kernel/index.ts';

/** The laboratory's documents as the first start made them. */
export interface NewLaboratory {
  readonly identity: Identity;
  readonly roleIds: ReadonlyMap<string, string>;
}

/**
 * First start: centre, station, preferences, the standard roles and the administrator in one commit. `more` may add what
 * else belongs to it (the demo lab's data). Refused when the folder already holds a laboratory.
 */
export async function createLaboratory(
  kernel: Kernel,
  input: CreateLaboratory,
  more: (work: Work, laboratory: NewLaboratory) => void = () => undefined,
): Promise<Identity> {
  const passwordHash = await hashPassword(input.administrator.password);
  if (kernel.identity) {
    throw new LabError({
      kind: 'busy',
      message: 'This data folder already holds a laboratory.',
      remedy: 'Log in, or start Aliquot with another folder: --data <folder>.',
    });
  }
  const identity: Identity = { labId: newId(), stationId: newId() };
  const session: Session = {
    ...identity,
    actorId: 'system',
    actorName: 'First start',
    permissions: new Set(),
    strictFields: new Set(),
    discountLimitPercent: 100,
  };
  kernel.adopt(identity, () =>
    kernel.change(session, (work) => {
      const roleIds = insertBasics(work, identity, input, passwordHash);
      more(work, { identity, roleIds });
      work.record('lab.created', {
        values: { name: input.labName },
        subject: { collection: 'setup', id: identity.labId },
      });
    }),
  );
  return identity;
}

function insertBasics(
  work: Work,
  identity: Identity,
  input: CreateLaboratory,
  passwordHash: string,
): ReadonlyMap<string, string> {
  work.insert('setup', {
    id: identity.labId,
    kind: 'centre',
    name: input.labName,
    address: input.address,
    country: input.country,
    currency: input.currency,
    timeZone: input.timeZone,
    locale: input.locale,
    taxPercent: input.taxPercent,
  });
  work.insert('setup', {
    id: identity.stationId,
    kind: 'station',
    name: input.stationName,
    prefix: input.stationPrefix,
  });
  work.insert('setup', { kind: 'preferences', sessionMinutes: 30, lockAfterFailures: 5, lockMinutes: 5 });
  const roles = work.insertMany(
    'directory',
    standardRoles.map((role) => ({ kind: 'role' as const, ...role })),
  );
  const roleIds = new Map(roles.map((role) => [role.kind === 'role' ? role.name : '', role.id]));
  work.insert('directory', {
    kind: 'staff',
    username: input.administrator.username,
    fullName: input.administrator.fullName,
    designation: 'Administrator',
    roleIds: [roleIds.get('Administrator') ?? ''],
    passwordHash,
    active: true,
  });
  return roleIds;
}
