import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Hl7Server } from '@medplum/hl7';
import { Server as NodeHl7Server } from 'node-hl7-server';
import { openDemoDevices } from '../support/demo-devices.ts';
import { median, type Report } from './row.ts';

/** Something that listens for HL7 messages and acknowledges each. */
interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

interface Figures {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

/** Each is measured so many times, in turns with the others, and the middle one counts: the machine has other work too. */
const rounds = 3;

/**
 * Analyzer message → durable → ACK, HL7 with 25 OBX, beside servers that acknowledge without storing and beside a bare
 * loop that inserts, commits and acknowledges. The clients are a process of their own and always wait for the ACK.
 */
export async function run(report: Report, { scale = 1 }: { scale?: number } = {}): Promise<void> {
  for (const connections of [1, 20]) {
    const peers: [string, () => Promise<Listener>, string][] = [
      ['node-hl7-server, no storage', openNodeHl7Server, connections === 20 ? '≥ 1x' : 'not asked for'],
      ['@medplum/hl7, no storage', openMedplum, connections === 20 ? '≥ 1x' : 'not asked for'],
      ['bare insert, commit, ACK loop', openBare, connections === 1 ? '≥ 0.6x' : 'not asked for'],
    ];
    const figures = await inTurns([openAliquot, ...peers.map(([, open]) => open)], connections, 2 * scale);
    const ours = figures[0] ?? { rate: Number.NaN, p50: Number.NaN, p99: Number.NaN };
    for (const [index, [peerName, , goal]] of peers.entries()) {
      report({
        name: `HL7 message (25 OBX), durable, ACK: ${connections} connection${connections === 1 ? '' : 's'}`,
        ours: ours.rate,
        peer: figures[index + 1]?.rate ?? Number.NaN,
        peerName,
        unit: 'messages/s',
        goal,
      });
    }
    report({
      name: `ACK latency p99 beside p50: ${connections} connection${connections === 1 ? '' : 's'}`,
      ours: ours.p99,
      peer: ours.p50,
      peerName: 'our p50',
      unit: 'ms',
      goal: 'for information',
    });
  }
}

async function inTurns(
  listeners: readonly (() => Promise<Listener>)[],
  connections: number,
  seconds: number,
): Promise<Figures[]> {
  const measured: Figures[][] = listeners.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, open] of listeners.entries()) {
      measured[index]?.push(await measure(open, connections, seconds));
    }
  }
  return measured.map((all) => ({
    rate: median(all.map((one) => one.rate)),
    p50: median(all.map((one) => one.p50)),
    p99: median(all.map((one) => one.p99)),
  }));
}

async function measure(open: () => Promise<Listener>, connections: number, seconds: number): Promise<Figures> {
  const listener = await open();
  const client = fork(join(import.meta.dirname, 'hl7-clients.ts'), [
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

async function openAliquot(): Promise<Listener> {
  const lab = await openDemoDevices();
  return { port: await lab.port('mindray-bs'), close: () => lab.dispose() };
}

async function openNodeHl7Server(): Promise<Listener> {
  const port = await freePort();
  const server = new NodeHl7Server({ bindAddress: '127.0.0.1' });
  const inbound = server.createInbound({ port }, async (_request, response) => {
    await response.sendResponse('AA');
  });
  await new Promise<void>((resolve) => inbound.once('listen', () => resolve()));
  return { port, close: async () => void (await inbound.close()) };
}

async function openMedplum(): Promise<Listener> {
  const port = await freePort();
  const server = new Hl7Server((connection) =>
    connection.addEventListener('message', ({ message }) => connection.send(message.buildAck())),
  );
  server.start(port);
  return { port, close: () => server.stop({ forceDrainTimeoutMs: 0 }) };
}

/** The least that durable can cost: one row and one commit for whatever came in one turn of the loop, then the ACKs. */
async function openBare(): Promise<Listener> {
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
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ bytes, acknowledge: () => socket.write('\x0bMSH|^~\\&|||||||ACK|1|P|2.3.1\rMSA|AA|1\r\x1c\r') });
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

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
