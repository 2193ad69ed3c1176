import { hash } from 'node:crypto';
import { type ActivityAction, activityActions } from '../../../shared/activity/actions.ts';
import type { Activity } from '../../../shared/activity/schema.ts';
import type { NewDocument } from '../../../shared/kernel/document.ts';
import type { Session } from './sessions.ts';
import type { EngineTransaction, SqliteEngine } from './storage/index.ts';

/** What a use case says of its activity entry. */
export type ActivityEntry = Pick<Activity, 'values'> & Partial<Pick<Activity, 'subject' | 'patientId'>>;

const firstHash = '0'.repeat(64);

/** Creates the table that holds the end of each station's chain. */
export function installActivityChain(engine: SqliteEngine): void {
  engine.ensureTables(
    'CREATE TABLE IF NOT EXISTS activity_chain (station TEXT PRIMARY KEY, position INTEGER NOT NULL, hash TEXT NOT NULL) WITHOUT ROWID',
  );
}

/**
 * The next entries of this station's chain (reference: ActivityLogBase.add_activity_log). Each entry holds the hash of
 * the one before it, so that a removed or altered entry shows. Two statements, however many entries.
 */
export function appendActivities(
  transaction: EngineTransaction,
  session: Session,
  at: string,
  action: ActivityAction,
  entries: readonly ActivityEntry[],
): NewDocument<Activity>[] {
  const station = `${session.labId}/${session.stationId}`;
  const [end] = transaction.all('SELECT position, hash FROM activity_chain WHERE station=?', station);
  let position = Number(end?.position ?? 0);
  let previousHash = String(end?.hash ?? firstHash);
  const documents = entries.map((entry) => {
    position++;
    const body = {
      action,
      categoryId: activityActions[action].categoryId,
      values: entry.values,
      subject: entry.subject,
      patientId: entry.patientId,
      actorId: session.actorId,
      actorName: session.actorName,
      at,
      position,
      previousHash,
    };
    previousHash = activityHash(body);
    return { ...body, hash: previousHash };
  });
  transaction.run('INSERT OR REPLACE INTO activity_chain VALUES (?, ?, ?)', station, position, previousHash);
  return documents;
}

/** SHA-256 over the entry's fields in a fixed order; what the chain is verified with. */
export function activityHash(
  entry: Omit<Activity, 'hash' | keyof import('../../../shared/kernel/document.ts').DocumentBase>,
): string {
  const values = Object.entries(entry.values).sort(([a], [b]) => (a < b ? -1 : 1));
  const subject = entry.subject ? [entry.subject.collection, entry.subject.id] : null;
  const fields = [entry.previousHash, entry.position, entry.at, entry.action, entry.categoryId, values];
  const who = [subject, entry.patientId ?? null, entry.actorId, entry.actorName];
  return hash('sha256', JSON.stringify([...fields, ...who]));
}
