import { connect } from 'node:net';
import { median } from './row.ts';

/** Clients that send HL7 messages of 25 OBX, each waiting for its ACK: port, connections, seconds. Answers to its parent. */
const [port, connections, seconds] = process.argv.slice(2).map(Number) as [number, number, number];

const results = Array.from(
  { length: 25 },
  (_, index) =>
    `OBX|${index + 1}|NM||T${index}^Analyte ${index}|${(index * 1.37).toFixed(2)}|mmol/L|1.0-9.9|N|||F|||20260624115900||`,
).join('\r');

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
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    let count = 0;
    let sentAt = 0;
    const send = () => {
      const id = `${process.pid}-${index}-${count++}`;
      sentAt = performance.now();
      socket.write(
        `\x0bMSH|^~\\&|BS-240|Mindray|||20260624120000||ORU^R01|${id}|P|2.3.1||||0||ASCII\rPID|1\rOBR|1|BENCH${index}|5|Mindray^BS-240\r${results}\r\x1c\r`,
      );
    };
    socket.once('connect', send);
    socket.on('data', (bytes) => {
      if (!bytes.includes(0x1c)) return;
      const now = performance.now();
      if (now > end) {
        socket.destroy();
        resolve();
        return;
      }
      if (now > warmUp) {
        acknowledged++;
        latencies.push(now - sentAt);
      }
      send();
    });
    socket.once('error', reject);
  });
}
