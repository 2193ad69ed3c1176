import type { ChangePassword } from '../../../shared/directory/staff-input.ts';
import { hashPassword, invalid, type Kernel, type Session, verifyPassword } from '../kernel/index.ts';
import { unlockPin } from './signing-pin.ts';
import { needStaff } from './staff-queries.ts';

/** Lets a colleague try again before the lock runs out. */
export function unlockStaff(kernel: Kernel, session: Session, id: string): void {
  const username = kernel.change(session, (work) => {
    const staff = needStaff(work, id);
    work.record('staff.unlocked', { values: { name: staff.fullName }, subject: { collection: 'directory', id } });
    return staff.username;
  });
  kernel.sessions.clearFailures(username);
  unlockPin(kernel, id);
}

/** Logs a colleague out everywhere at this station; what was typed is kept on the screens. */
export function endSessions(kernel: Kernel, session: Session, id: string): void {
  kernel.change(session, (work) => {
    const staff = needStaff(work, id);
    work.record('staff.sessionsEnded', { values: { name: staff.fullName }, subject: { collection: 'directory', id } });
  });
  kernel.sessions.closeAllOf(id);
}

/**
 * A person's own new password. The old one is asked for, so that an open screen is not enough, and failures count as failed
 * log-ins do. The person's other sessions end.
 */
export async function changeOwnPassword(
  kernel: Kernel,
  session: Session,
  token: string,
  input: ChangePassword,
): Promise<void> {
  const staff = needStaff(kernel.reads(session.labId), session.actorId);
  const { lockAfterFailures, lockMinutes } = kernel.preferences();
  kernel.sessions.refuseIfLocked(staff.username, lockMinutes);
  if (!(await verifyPassword(input.oldPassword, staff.passwordHash))) {
    kernel.sessions.countFailure(staff.username, lockAfterFailures, lockMinutes);
    throw invalid('oldPassword', 'wrong', 'This is not your present password', 'Type it again.');
  }
  if (input.newPassword === input.oldPassword) {
    throw invalid('newPassword', 'same', 'This is the present password', 'Choose another.');
  }
  const passwordHash = await hashPassword(input.newPassword);
  kernel.change(session, (work) => {
    const current = needStaff(work, staff.id);
    work.update('directory', current, { passwordHash });
    work.record('staff.passwordChanged', {
      values: { name: current.fullName },
      subject: { collection: 'directory', id: current.id },
    });
  });
  kernel.sessions.clearFailures(staff.username);
  kernel.sessions.closeOthersOf(staff.id, token);
}
