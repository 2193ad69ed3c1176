import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** What the worker is asked: move the log into the database file, or end. */
export type CheckpointRequest = 'move' | 'end';

/**
 * Moves the write-ahead log into the database file on a thread of its own: WAL lets that go on beside the writer. It waits for the
 * disk twice, which takes long where the disk is slow, and is never in the way of a commit. A pass that fails is one of many.
 */
const { file } = workerData as { file: string };
const database = new DatabaseSync(file, { timeout: 0 });
// Its commits are none; both flushes of a checkpoint are wanted.
database.exec('PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0');

parentPort?.on('message', (request: CheckpointRequest) => {
  if (request === 'end') {
    database.close();
    parentPort?.close();
    return;
  }
  try {
    database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
    parentPort?.postMessage({});
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
