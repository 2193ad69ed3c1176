import { inTurns, openAliquot, openBare } from './acknowledge-rounds.ts';
import type { Report } from './row.ts';

const enq = 0x05;
const eot = 0x04;
const ack = '\x06';

/**
 * ASTM: each frame durable before its ACK, in sessions of 12 frames (header, patient, order, 8 results, end), beside a bare
 * loop that inserts, commits and acknowledges each frame. The clients are a process of their own and wait for each ACK.
 */
export async function run(report: Report, { scale = 1 }: { scale?: number } = {}): Promise<void> {
  for (const connections of [1, 20]) {
    const listeners = [() => openAliquot('sysmex-xn'), () => openBare(bareAnswer)];
    const [ours, bare] = await inTurns(listeners, 'astm-clients.ts', connections, scale);
    if (!ours || !bare) return;
    const of = `${connections} connection${connections === 1 ? '' : 's'}`;
    report({
      name: `ASTM frame, durable, ACK: ${of}`,
      ours: ours.rate,
      peer: bare.rate,
      peerName: 'bare insert, commit, ACK loop',
      unit: 'frames/s',
      goal: connections === 1 ? '≥ 0.6x' : 'not asked for',
    });
    report({
      name: `ASTM frame, ACK latency p99 beside p50: ${of}`,
      ours: ours.p99,
      peer: ours.p50,
      peerName: 'our p50',
      unit: 'ms',
      goal: 'for information',
    });
  }
}

/** ENQ is answered at once, EOT not at all; all else is a frame. */
function bareAnswer(bytes: Buffer): { text: string; durable: boolean } {
  const rest = bytes[0] === eot ? bytes.subarray(1) : bytes;
  if (rest.length === 0) return { text: '', durable: false };
  return { text: ack, durable: rest[0] !== enq };
}
