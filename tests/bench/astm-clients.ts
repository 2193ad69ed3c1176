import { connect } from 'node:net';
import { astmFrames } from '../support/analyzer-line.ts';
import { median } from './row.ts';

/** Clients that send ASTM sessions of 12 frames, each frame waiting for its ACK: port, connections, seconds. Answers to its parent. */
const [port = 0, connections = 1, seconds = 1] = process.argv.slice(2).map(Number);

const results = Array.from({ length: 8 }, (_, index) => `R|${index + 1}|^^^^C${index}^1|${index * 1.37}|10*3/uL||N||F`);
const latencies: number[] = [];
let acknowledged = 0;
const warmUp = performance.now() + 500;
const end = warmUp + seconds * 1000;

await Promise.all(Array.from({ length: connections }, (_, index) => client(index)));
const p99 = latencies.sort((a, b) => a - b)[Math.floor(latencies.length * 0.99)] ?? 0;
process.send?.({ rate: acknowledged / seconds, p50: median(latencies), p99 });
process.disconnect();

function client(index: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let sessions = 0;
    let rest: Uint8Array[] = [];
    let sentAt = 0;
    const begin = (before: number[]) => {
      const sample = `${process.pid}-${index}-${sessions++}`;
      rest = astmFrames(['H|\\^&|||XN-550|||||||P|1', 'P|1', `O|1|${sample}||^^^^WBC`, ...results, 'L|1|N']);
      sentAt = 0;
      socket.write(Uint8Array.of(...before, 0x05));
    };
    socket.once('connect', () => begin([]));
    socket.on('data', (bytes) => {
      if (bytes[0] !== 0x06) {
        reject(new Error('a frame was not acknowledged'));
        return;
      }
      const now = performance.now();
      if (now > end) {
        socket.destroy();
        resolve();
        return;
      }
      if (sentAt > 0 && now > warmUp) {
        acknowledged++;
        latencies.push(now - sentAt);
      }
      const frame = rest.shift();
      if (!frame) {
        begin([0x04]);
        return;
      }
      sentAt = now;
      socket.write(frame);
    });
    socket.once('error', reject);
  });
}
