import type { Staff } from '../../../shared/directory/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import { hashPassword, type Kernel, LabError, type Session, verifyPassword } from '../kernel/index.ts';

/** Checked against when the username does not exist, so that the answer takes as long and tells nothing. */
const nobodysHash = hashPassword('nobody has this password');

/**
 * Logs a person in: the token for later calls. Wrong name and wrong password give the same answer; too many failures in a
 * row lock the name for a while. The password is hashed on another thread before the unit of work.
 */
export async function logIn(
  kernel: Kernel,
  username: string,
  password: string,
): Promise<{ token: string; staff: Stored<Staff> }> {
  const staff = await provePerson(kernel, username, password);
  const token = kernel.sessions.open(staff.id, staff.labId);
  kernel.change(namedSession(kernel, staff), (work) => {
    work.update('directory', work.need('directory', staff.id), { lastLoginAt: work.now });
    work.record('session.opened', {
      values: { name: staff.fullName },
      subject: { collection: 'directory', id: staff.id },
    });
  });
  return { token, staff };
}

/** Who proves by name and password who they are. Wrong ones count, and too many in a row lock the name for a while. */
export async function provePerson(kernel: Kernel, username: string, password: string): Promise<Stored<Staff>> {
  const name = username.trim().toLowerCase();
  const { lockAfterFailures, lockMinutes } = kernel.preferences();
  kernel.sessions.refuseIfLocked(name, lockMinutes);
  const staff = findStaff(kernel, name);
  const right = await verifyPassword(password, staff?.passwordHash ?? (await nobodysHash));
  if (!staff || !right || !staff.active) {
    kernel.sessions.countFailure(name, lockAfterFailures, lockMinutes);
    const reason = staff && !staff.active && right ? 'account switched off' : 'wrong name or password';
    kernel.change(kernel.systemSession('Log-in'), (work) =>
      work.record('session.refused', { values: { username: name.slice(0, 60), reason } }),
    );
    throw new LabError({ kind: 'unauthenticated', message: 'The name or the password is wrong.' });
  }
  kernel.sessions.clearFailures(name);
  return staff;
}

/** Ends a session and says so in the activity log. */
export function logOut(kernel: Kernel, session: Session, token: string): void {
  kernel.sessions.close(token);
  kernel.change(session, (work) =>
    work.record('session.closed', {
      values: { name: session.actorName },
      subject: { collection: 'directory', id: session.actorId },
    }),
  );
}

function findStaff(kernel: Kernel, username: string): Stored<Staff> | undefined {
  const found = kernel.reads().byKeys('directory', [username]).get(username) ?? [];
  return found.find((entry): entry is Stored<Staff> => entry.kind === 'staff' && entry.username === username);
}

function namedSession(kernel: Kernel, staff: Staff): Session {
  return { ...kernel.systemSession(staff.fullName), actorId: staff.id };
}
