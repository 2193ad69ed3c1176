import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openDemoDevices } from '../support/demo-devices.ts';
import { median } from './row.ts';

/** Something that listens for analyzers and acknowledges what they send. */
export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

export interface Figures {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

/** Each is measured so many times, shortly and in turns with the others; the middle one counts: the machine has other work too. */
const rounds = 7;

/** Rates and latencies of listeners with so many clients of one kind, a process of their own (`hl7-clients.ts`). */
export async function inTurns(
  listeners: readonly (() => Promise<Listener>)[],
  clients: string,
  connections: number,
  seconds: number,
): Promise<Figures[]> {
  const measured: Figures[][] = listeners.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, open] of listeners.entries()) {
      measured[index]?.push(await measure(open, clients, connections, seconds));
    }
  }
  return measured.map((all) => ({
    rate: median(all.map((one) => one.rate)),
    p50: median(all.map((one) => one.p50)),
    p99: median(all.map((one) => one.p99)),
  }));
}

async function measure(
  open: () => Promise<Listener>,
  clients: string,
  connections: number,
  seconds: number,
): Promise<Figures> {
  const listener = await open();
  const client = fork(join(import.meta.dirname, clients), [
    String(listener.port),
    String(connections),
    String(seconds),
  ]);
  const result = await new Promise<Figures>((resolve, reject) => {
    client.once('message', (message) => resolve(message as Figures));
    client.once('exit', (code) => reject(new Error(`the clients stopped with ${code}`)));
  });
  await listener.close();
  return result;
}

/** Ours, with the demo laboratory's analyzer of a driver. */
export async function openAliquot(driver: string): Promise<Listener> {
  const lab = await openDemoDevices();
  return { port: await lab.port(driver), close: () => lab.dispose() };
}

/**
 * The least that durable can cost: one row and one commit for whatever came in one turn of the loop, then the answers.
 * @param answer what is written back; `durable` where that waits for the commit
 */
export async function openBare(answer: (bytes: Buffer) => { text: string; durable: boolean }): Promise<Listener> {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-bench-'));
  const database = new DatabaseSync(join(folder, 'raw.sqlite'));
  database.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, bytes BLOB)',
  );
  const insert = database.prepare('INSERT INTO t (bytes) VALUES (?)');
  let waiting: { bytes: Buffer; acknowledge: () => void }[] = [];
  const flush = () => {
    const group = waiting;
    waiting = [];
    database.exec('BEGIN IMMEDIATE');
    for (const { bytes } of group) insert.run(bytes);
    database.exec('COMMIT');
    for (const { acknowledge } of group) acknowledge();
  };
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      const { text, durable } = answer(bytes);
      if (!durable) {
        if (text) socket.write(text);
        return;
      }
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ bytes, acknowledge: () => socket.write(text) });
    });
  });
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
  return {
    port,
    async close() {
      await new Promise((resolve) => server.close(resolve));
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
