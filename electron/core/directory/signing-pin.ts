import type { PinApprover, SetPin } from '../../../shared/directory/pin.ts';
import { rightsOf } from '../../../shared/directory/role-rights.ts';
import {
  hashPassword,
  invalid,
  type Kernel,
  LabError,
  type ScopedReads,
  type Session,
  sessionOfStaff,
  verifyPassword,
} from '../kernel/index.ts';
import { provePerson } from './log-in.ts';
import { directoryOf } from './queries.ts';
import { isStaff, needStaff } from './staff-queries.ts';

/** Failures of a PIN are counted apart from log-ins; names of accounts have no capitals, so that no log-in counts here. */
const failuresOf = (staffId: string) => `PIN:${staffId}`;

/**
 * Sets the own signing PIN, the first or another one. The password is asked for; wrong ones count as failed log-ins do. Unlocks
 * the PIN.
 */
export async function setOwnPin(kernel: Kernel, session: Session, { password, pin }: SetPin): Promise<void> {
  const staff = needStaff(kernel.reads(session.labId), session.actorId);
  const { lockAfterFailures, lockMinutes } = kernel.preferences();
  kernel.sessions.refuseIfLocked(staff.username, lockMinutes);
  if (!(await verifyPassword(password, staff.passwordHash))) {
    kernel.sessions.countFailure(staff.username, lockAfterFailures, lockMinutes);
    throw invalid('password', 'wrong', 'This is not your password', 'Type it again.');
  }
  const pinHash = await hashPassword(pin);
  kernel.change(session, (work) => {
    const current = needStaff(work, staff.id);
    work.update('directory', current, { pinHash });
    work.record('staff.pinSet', {
      values: { name: current.fullName },
      subject: { collection: 'directory', id: current.id },
    });
  });
  kernel.sessions.clearFailures(staff.username);
  kernel.sessions.clearFailures(failuresOf(staff.id));
}

/** Takes a colleague's PIN away, forgotten or known to others; the colleague sets another one. Nobody sets it for somebody else. */
export function removePin(kernel: Kernel, session: Session, id: string): void {
  kernel.change(session, (work) => {
    const staff = needStaff(work, id);
    if (staff.pinHash === undefined) throw invalid('id', 'pin.none', `${staff.fullName} has no signing PIN`);
    work.update('directory', staff, { pinHash: undefined });
    work.record('staff.pinRemoved', {
      values: { name: staff.fullName },
      subject: { collection: 'directory', id: staff.id },
    });
  });
  kernel.sessions.clearFailures(failuresOf(id));
}

/** Lets a colleague use the PIN again before its lock runs out. */
export function unlockPin(kernel: Kernel, id: string): void {
  kernel.sessions.clearFailures(failuresOf(id));
}

/** Whoever proves to be somebody, for approving one thing at another's desk. */
export type ApproverProof = PinApprover | { readonly username: string; readonly password: string };

/**
 * The session of somebody who proves who they are by PIN, or by name and password, without a log-in. A wrong one is a field error
 * at `approver` and counts: too many in a row lock the PIN, or the name, for a while.
 */
export async function proveApprover(kernel: Kernel, session: Session, proof: ApproverProof): Promise<Session> {
  if ('pin' in proof) return proveByPin(kernel, session, proof);
  try {
    return sessionOfStaff(kernel, await provePerson(kernel, proof.username, proof.password));
  } catch (error) {
    // The person at the desk is logged in all the same.
    if (error instanceof LabError && error.detail.kind === 'unauthenticated') throw wrong(error.detail.message);
    throw error;
  }
}

async function proveByPin(kernel: Kernel, session: Session, { staffId, pin }: PinApprover): Promise<Session> {
  const staff = kernel.reads(session.labId).get('directory', staffId);
  if (staff?.kind !== 'staff' || !staff.active) throw wrong('Nobody of that name can approve');
  if (staff.pinHash === undefined) {
    throw wrong(`${staff.fullName} has no signing PIN`, 'Approve with the password, and set a PIN in the own menu.');
  }
  const { lockAfterFailures, lockMinutes } = kernel.preferences();
  const key = failuresOf(staffId);
  kernel.sessions.refuseIfLocked(key, lockMinutes, 'PIN');
  // Counted before it is known to be wrong: guesses that come at once do not all slip in before the first one counts.
  kernel.sessions.countFailure(key, lockAfterFailures, lockMinutes);
  if (!(await verifyPassword(pin, staff.pinHash))) {
    kernel.change(session, (work) =>
      work.record('approval.refused', {
        values: { name: staff.fullName, reason: 'wrong PIN' },
        subject: { collection: 'directory', id: staff.id },
      }),
    );
    throw wrong('The PIN is wrong');
  }
  kernel.sessions.clearFailures(key);
  return sessionOfStaff(kernel, staff);
}

function wrong(message: string, remedy = 'Try again.') {
  return invalid('approver', 'approval.wrong', message, remedy);
}

/** Somebody who may approve. */
export interface ApproverChoice {
  id: string;
  name: string;
  username: string;
  hasPin: boolean;
}

const mostApprovers = 200;
const mostRoles = 10_000;

/** Who may approve what is beyond others' rights, by name, for the choice at the desk. Two statements. */
export function approversOf(reads: ScopedReads): ApproverChoice[] {
  const roles = directoryOf(reads, 'role', mostRoles).filter((role) => rightsOf(role).includes('bill.approve'));
  return reads
    .find('directory', {
      selector: { kind: { $eq: 'staff' }, active: { $eq: true }, roleIds: { $in: roles.map(({ id }) => id) } },
      limit: mostApprovers,
    })
    .filter(isStaff)
    .map(({ id, fullName, username, pinHash }) => ({ id, name: fullName, username, hasPin: pinHash !== undefined }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}
