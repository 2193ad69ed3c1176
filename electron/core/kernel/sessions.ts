import { createHash, randomBytes } from 'node:crypto';
import type { Permission, StrictField } from '../../../shared/kernel/permissions.ts';
import type { Clock } from './clock.ts';
import { forbidden, LabError } from './errors.ts';
import type { SqliteEngine } from './storage/index.ts';

/** Who acts, and where. Made by a log-in, or by the core itself for what no person does (an analyzer's results). */
export interface Session {
  readonly labId: string;
  readonly stationId: string;
  /** Staff id, or `system`. */
  readonly actorId: string;
  readonly actorName: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly strictFields: ReadonlySet<StrictField>;
  /** Highest discount the person may give without somebody's approval, per cent of the price. */
  readonly discountLimitPercent: number;
}

/** Throws `forbidden` unless the session holds the right. */
export function requirePermission(session: Session, permission: Permission): void {
  if (!session.permissions.has(permission)) throw forbidden(permission);
}

const ddl = `
CREATE TABLE IF NOT EXISTS sessions (
  tokenHash TEXT PRIMARY KEY, staffId TEXT NOT NULL, labId TEXT NOT NULL, openedAt INTEGER NOT NULL, seenAt INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS login_failures (
  username TEXT PRIMARY KEY, count INTEGER NOT NULL, lockedUntil INTEGER NOT NULL
) WITHOUT ROWID`;

/**
 * Log-in tokens. They survive a restart of the core, so that windows reconnect without a new log-in; only their hash is
 * stored. A session ends after the given time without a request.
 */
export class SessionStore {
  private readonly engine: SqliteEngine;
  private readonly clock: Clock;

  constructor(engine: SqliteEngine, clock: Clock) {
    this.engine = engine;
    this.clock = clock;
    engine.ensureTables(ddl);
  }

  /** A new token for a member of staff: 32 random bytes, base64url. */
  open(staffId: string, labId: string): string {
    const token = randomBytes(32).toString('base64url');
    const now = this.clock.now();
    this.engine.commit((transaction) => {
      transaction.run('INSERT INTO sessions VALUES (?, ?, ?, ?, ?)', hashOf(token), staffId, labId, now, now);
    });
    return token;
  }

  /** Whose token it is; undefined when unknown or timed out. Counts as activity. */
  resolve(token: string, idleMinutes: number): { staffId: string; labId: string } | undefined {
    const tokenHash = hashOf(token);
    const [row] = this.engine.all('SELECT staffId, labId, seenAt FROM sessions WHERE tokenHash=?', tokenHash);
    if (!row) return undefined;
    const now = this.clock.now();
    const idle = now - Number(row.seenAt);
    if (idle > idleMinutes * 60_000) {
      this.close(token);
      return undefined;
    }
    // Written at most once a minute: a durable write per request would cost every read a disk flush. And at once when the
    // clock was set back, or the session would not time out before the clock is where it was.
    if (idle > 60_000 || idle < 0) {
      this.engine.commit((transaction) =>
        transaction.run('UPDATE sessions SET seenAt=? WHERE tokenHash=?', now, tokenHash),
      );
    }
    return { staffId: String(row.staffId), labId: String(row.labId) };
  }

  close(token: string): void {
    this.engine.commit((transaction) => transaction.run('DELETE FROM sessions WHERE tokenHash=?', hashOf(token)));
  }

  /** Ends every session of a member of staff, as when the account is switched off or the password changes. */
  closeAllOf(staffId: string): void {
    this.engine.commit((transaction) => transaction.run('DELETE FROM sessions WHERE staffId=?', staffId));
  }

  /** Ends the person's sessions but the one with this token, as when the person chose a new password. */
  closeOthersOf(staffId: string, token: string): void {
    this.engine.commit((transaction) =>
      transaction.run('DELETE FROM sessions WHERE staffId=? AND tokenHash<>?', staffId, hashOf(token)),
    );
  }

  /** How many sessions each of these people has, timed-out ones included until they are next used. One statement. */
  countOf(staffIds: readonly string[]): Map<string, number> {
    const rows = this.engine.all(
      'SELECT staffId, COUNT(*) AS count FROM sessions WHERE staffId IN (SELECT value FROM json_each(?)) GROUP BY staffId',
      JSON.stringify(staffIds),
    );
    return new Map(rows.map((row) => [String(row.staffId), Number(row.count)]));
  }

  /** Until when usernames are locked out, milliseconds since 1970, for those that are. One statement. */
  lockedUntil(usernames: readonly string[]): Map<string, number> {
    const rows = this.engine.all(
      'SELECT username, lockedUntil FROM login_failures WHERE lockedUntil>? AND username IN (SELECT value FROM json_each(?))',
      this.clock.now(),
      JSON.stringify(usernames),
    );
    return new Map(rows.map((row) => [String(row.username), Number(row.lockedUntil)]));
  }

  /** Throws `busy` while the username is locked out after failed log-ins: `lockMinutes` at most, also when the clock was set back. */
  refuseIfLocked(username: string, lockMinutes: number, of: 'log-in' | 'PIN' = 'log-in'): void {
    const [row] = this.engine.all('SELECT lockedUntil FROM login_failures WHERE username=?', username);
    const now = this.clock.now();
    let wait = Number(row?.lockedUntil ?? 0) - now;
    if (wait <= 0) return;
    if (wait > lockMinutes * 60_000) {
      wait = lockMinutes * 60_000;
      this.engine.commit((transaction) =>
        transaction.run('UPDATE login_failures SET lockedUntil=? WHERE username=?', now + wait, username),
      );
    }
    const minutes = Math.ceil(wait / 60_000);
    throw new LabError({
      kind: 'busy',
      message: `Too many ${of === 'PIN' ? 'wrong PINs' : 'failed log-ins'}. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      remedy:
        of === 'PIN' ? 'Wait, or approve with the password.' : 'Wait, or ask an administrator to set a new password.',
    });
  }

  /** Counts a failed log-in; locks the username for a while when there were too many in a row. */
  countFailure(username: string, limit: number, lockMinutes: number): void {
    const [row] = this.engine.all('SELECT count FROM login_failures WHERE username=?', username);
    const count = Number(row?.count ?? 0) + 1;
    const lockedUntil = count >= limit ? this.clock.now() + lockMinutes * 60_000 : 0;
    this.engine.commit((transaction) =>
      transaction.run(
        'INSERT OR REPLACE INTO login_failures VALUES (?, ?, ?)',
        username,
        lockedUntil === 0 ? count : 0,
        lockedUntil,
      ),
    );
  }

  clearFailures(username: string): void {
    const [row] = this.engine.all('SELECT count FROM login_failures WHERE username=?', username);
    if (row) {
      this.engine.commit((transaction) => transaction.run('DELETE FROM login_failures WHERE username=?', username));
    }
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
