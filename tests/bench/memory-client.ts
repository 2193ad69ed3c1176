/** Analyzers that send HL7 messages of 5 to 25 OBX, most of them short, each waiting for its ACK: port, number of the first, how many. */
import { connect } from 'node:net';

const [port = 0, from = 0, count = 0] = process.argv.slice(2).map(Number);
const connections = 8;
/** Results a message, in turn: five on average seven. */
const sizes = [5, 5, 5, 5, 5, 5, 8, 5, 5, 25];
const codes = ['GLU', 'UREA', 'CREA', 'ALT', 'AST', 'TP', 'ALB', 'CHOL'];

let next = from;
await Promise.all(Array.from({ length: connections }, client));
process.send?.('sent');
process.disconnect();

function client(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const send = () => {
      if (next >= from + count) {
        socket.destroy();
        resolve();
        return;
      }
      socket.write(messageOf(next++));
    };
    socket.once('connect', send);
    socket.on('data', (bytes) => {
      if (bytes.includes(0x1c)) send();
    });
    socket.once('error', reject);
  });
}

function messageOf(number: number): string {
  const results = Array.from({ length: sizes[number % sizes.length] ?? 5 }, (_, index) => {
    const code = codes[index] ?? `T${index}`;
    return `OBX|${index + 1}|NM||${code}^${code}|${((number % 97) / 7 + index).toFixed(2)}|mmol/L|1.0-9.9|N|||F|||20260624115900||`;
  });
  const header = `MSH|^~\\&|BS-240|Mindray|||20260624120000||ORU^R01|${number}|P|2.3.1||||0||ASCII`;
  return `\x0b${[header, 'PID|1', `OBR|1|S${number}|${number}|Mindray^BS-240`, ...results].join('\r')}\r\x1c\r`;
}
