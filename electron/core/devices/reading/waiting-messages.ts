import type { Kernel } from '../../kernel/index.ts';

/** Messages of a device that a better map may help. */
export interface WaitingMessages {
  /** Could not be read. */
  readonly unread: number;
  /** Were read, but results of them are held. */
  readonly held: number;
  /** When the oldest of them was received. */
  readonly since?: string;
}

/** How many messages of a device could not be read, or hold results that nobody decided on. On the read worker. */
export async function waitingMessages(kernel: Kernel, deviceId: string): Promise<WaitingMessages> {
  const { engine } = kernel.database;
  const { labId } = kernel.needIdentity();
  const [failed] = await kernel.readWorker.all(
    `SELECT count(*) AS messages, min(at) AS since FROM ${engine.tableOf('journal')}
     WHERE deleted = 0 AND labId = ? AND deviceId = ? AND "outcome.state" = 'failed'`,
    labId,
    deviceId,
  );
  const held = await heldMessages(kernel, deviceId);
  const first = [failed?.since, held[0]?.at].flatMap((at) => (typeof at === 'string' ? [at] : [])).toSorted()[0];
  return {
    unread: Number(failed?.messages ?? 0),
    held: held.length,
    ...(first === undefined ? {} : { since: first }),
  };
}

/** Messages of a device with held results of patients, the oldest first. What is held is few, whatever the journal holds. */
export async function heldMessages(
  kernel: Kernel,
  deviceId: string,
  { since = '', until = '9999' } = {},
): Promise<{ id: string; at: string }[]> {
  const rows = await kernel.readWorker.all(
    `SELECT json_extract(data, '$.journalId') AS id, min(receivedAt) AS at
     FROM ${kernel.database.engine.tableOf('deviceResults')}
     WHERE deleted = 0 AND labId = ? AND kind = 'patient' AND state = 'held' AND receivedAt >= ? AND receivedAt < ?
       AND deviceId = ? GROUP BY 1 ORDER BY 2`,
    kernel.needIdentity().labId,
    since,
    until,
    deviceId,
  );
  return rows.map(({ id, at }) => ({ id: String(id), at: String(at) }));
}
