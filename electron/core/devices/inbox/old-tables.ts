import type { Kernel } from '../../kernel/index.ts';
import type { Inbox } from './inbox.ts';
import type { InboxState } from './inbox-records.ts';

/** Rows taken over at once. */
const slice = 200;

/**
 * Takes over what the first builds kept in tables of the database: messages that were no documents yet, frames of open
 * sessions. A row leaves its table when it is in the inbox; after a crash in between it is in both, and the writer of the
 * journal passes over the second one.
 */
export async function takeOldTables(kernel: Kernel, inbox: Inbox): Promise<void> {
  await takeTable(kernel, 'device_inbox', (row) =>
    inbox.addMessage({
      journalId: String(row.journalId),
      deviceId: String(row.deviceId),
      peer: String(row.peer),
      at: Number(row.at),
      state: row.state as InboxState,
      messageId: row.messageId === null ? undefined : String(row.messageId),
      digest: String(row.digest),
      tolerated: row.tolerated === null ? [] : (JSON.parse(String(row.tolerated)) as string[]),
      reason: row.reason === null ? undefined : String(row.reason),
      bytes: row.bytes as Uint8Array,
      wire: row.wire === null ? undefined : (row.wire as Uint8Array),
      frames: [],
    }),
  );
  await takeTable(kernel, 'device_frames', (row) =>
    inbox.addFrame({ deviceId: String(row.deviceId), peer: String(row.peer), bytes: row.bytes as Uint8Array }),
  );
}

async function takeTable(
  { database: { engine } }: Kernel,
  table: 'device_inbox' | 'device_frames',
  take: (row: Record<string, unknown>) => Promise<unknown>,
): Promise<void> {
  if (engine.all('SELECT 1 FROM sqlite_schema WHERE name = ?', table).length === 0) return;
  for (;;) {
    const rows = engine.all(`SELECT * FROM ${table} ORDER BY id LIMIT ${slice}`);
    const last = rows.at(-1);
    if (!last) break;
    await Promise.all(rows.map(take));
    engine.commit((transaction) => transaction.run(`DELETE FROM ${table} WHERE id <= ?`, Number(last.id)));
  }
  engine.commit((transaction) => transaction.run(`DROP TABLE ${table}`));
}
