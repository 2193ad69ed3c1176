import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { ReadReply, ReadRequest } from './read-worker-client.ts';

/**
 * Long reads (summaries, exports, backup) on a thread of their own, with a read-only connection that WAL lets read
 * beside the writer.
 */
const { file } = workerData as { file: string };
const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
// Not `query_only` as well: it would also refuse the backup, which writes to another file only.
database.exec('PRAGMA mmap_size=268435456');

/** A list is asked for again and again: to prepare its statement takes as long as to run it. */
const prepared = new Map<string, StatementSync>();
const mostPrepared = 100;

parentPort?.on('message', (request: ReadRequest) => {
  parentPort?.postMessage(answer(request));
});

function answer(request: ReadRequest): ReadReply {
  try {
    switch (request.kind) {
      case 'all':
        return { id: request.id, rows: statementOf(request.sql).all(...request.parameters) };
      case 'backup':
        database.exec(`VACUUM INTO '${request.target.replaceAll("'", "''")}'`);
        return { id: request.id, rows: [] };
      default:
        return request satisfies never;
    }
  } catch (error) {
    return { id: request.id, error: error instanceof Error ? error.message : String(error) };
  }
}

function statementOf(sql: string): StatementSync {
  let statement = prepared.get(sql);
  if (!statement) {
    if (prepared.size >= mostPrepared) prepared.clear();
    statement = database.prepare(sql);
    prepared.set(sql, statement);
  }
  return statement;
}
