import { createServer } from 'node:net';
import { Hl7Server } from '@medplum/hl7';
import { Server as NodeHl7Server } from 'node-hl7-server';
import { inTurns, type Listener, openAliquot, openBare } from './acknowledge-rounds.ts';
import type { Report } from './row.ts';

const bareAnswer = { text: '\x0bMSH|^~\\&|||||||ACK|1|P|2.3.1\rMSA|AA|1\r\x1c\r', durable: true };

/**
 * Analyzer message → durable → ACK, HL7 with 25 OBX, beside servers that acknowledge without storing and beside a bare
 * loop that inserts, commits and acknowledges. The clients are a process of their own and always wait for the ACK.
 */
export async function run(report: Report, { scale = 1 }: { scale?: number } = {}): Promise<void> {
  for (const connections of [1, 20]) {
    const peers: [string, () => Promise<Listener>, string][] = [
      ['node-hl7-server, no storage', openNodeHl7Server, connections === 20 ? '≥ 1x' : 'not asked for'],
      ['@medplum/hl7, no storage', openMedplum, connections === 20 ? '≥ 1x' : 'not asked for'],
      [
        'bare insert, commit, ACK loop',
        () => openBare(() => bareAnswer),
        connections === 1 ? '≥ 0.6x' : 'not asked for',
      ],
    ];
    const figures = await inTurns(
      [() => openAliquot('mindray-bs'), ...peers.map(([, open]) => open)],
      'hl7-clients.ts',
      connections,
      scale,
    );
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

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
