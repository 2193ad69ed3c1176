import type { Activity } from '../../../shared/activity/schema.ts';
import { activityHash, type Kernel } from '../kernel/index.ts';

/** What the check of this station's activity chain found. */
export interface ChainState {
  entries: number;
  intact: boolean;
  /** The first entry that does not follow from the one before it. */
  brokenAt?: { position: number; id: string };
}

/**
 * Checks this station's chain of activity entries from the first to the last: positions without a gap, each entry with
 * the hash of the one before it and its own hash right. Reads in the read worker.
 */
export async function verifyChain(kernel: Kernel): Promise<ChainState> {
  const { engine } = kernel.database;
  const { labId, stationId } = kernel.needIdentity();
  const [end] = engine.all('SELECT position, hash FROM activity_chain WHERE station=?', `${labId}/${stationId}`);
  let previous = '0'.repeat(64);
  let position = 0;
  while (position < Number(end?.position ?? 0)) {
    const rows = await kernel.readWorker.all(
      `SELECT data FROM "${engine.tableOf('activity')}" WHERE deleted = 0 AND labId = ? AND json_extract(data, '$.stationId') = ?
       AND json_extract(data, '$.position') > ? AND json_extract(data, '$.position') <= ?
       ORDER BY json_extract(data, '$.position')`,
      labId,
      stationId,
      position,
      position + 5000,
    );
    for (const row of rows) {
      const entry = JSON.parse(String(row.data)) as Activity;
      position++;
      if (entry.position !== position || entry.previousHash !== previous || activityHash(entry) !== entry.hash) {
        return { entries: position, intact: false, brokenAt: { position, id: entry.id } };
      }
      previous = entry.hash;
    }
    if (rows.length === 0) return { entries: position, intact: false, brokenAt: { position: position + 1, id: '' } };
  }
  return { entries: position, intact: previous === String(end?.hash ?? previous) };
}
