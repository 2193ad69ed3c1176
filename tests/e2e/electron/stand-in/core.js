/*
 * Stands for the core process: answers over each window's port with who it is, so that a test sees which process a page
 * is connected to, and does on request what a core may do to its host.
 */
const { appendFileSync, existsSync } = require('node:fs');
const { join } = require('node:path');

const data = process.argv[process.argv.indexOf('--data') + 1];
const note = (line) => appendFileSync(join(data, 'core.log'), `${line}\n`);
const waiting = new Map();

note(`started ${process.pid}`);

process.parentPort.on('message', ({ data: message, ports }) => {
  if (message.type === 'connect') serve(ports[0], message.windowId);
  if (message.type === 'second-start') note(`second-start ${message.argv.includes('--data')}`);
  if (message.type === 'secret-reply') waiting.get(message.id)?.postMessage({ reply: message });
  if (message.type === 'helper-line') note(`helper-line ${message.line}`);
  if (message.type === 'helper-exited') note(`helper-exited ${message.code}`);
  if (message.type === 'shutdown') {
    note('closing');
    setTimeout(() => {
      note('closed');
      process.parentPort.postMessage({ type: 'closed' });
    }, 300);
  }
});

function serve(port, windowId) {
  appendFileSync(join(data, 'connections.log'), `${windowId}\n`);
  port.on('message', ({ data: question }) => {
    if (question === 'who') port.postMessage({ pid: process.pid, windowId });
    if (question === 'crash') process.exit(7);
    if (question === 'helper')
      process.parentPort.postMessage({ type: 'start-helper', id: 1, name: 'simulator', args: ['hello'] });
    if (question === 'bad-helper')
      process.parentPort.postMessage({ type: 'start-helper', id: 2, name: '../process', args: [] });
    if (question === 'secret') {
      waiting.set(1, port);
      process.parentPort.postMessage({ type: 'secret', id: 1, op: 'encrypt', value: 'a password' });
    }
  });
  port.start();
}

if (existsSync(join(data, 'refuse'))) {
  process.parentPort.postMessage({
    type: 'failed',
    title: 'The data folder is in use',
    message: 'Another <Aliquot> holds it.',
    remedy: 'Close the other one.',
  });
} else if (existsSync(join(data, 'crash-at-start'))) {
  console.error('the stand-in has no heart');
  process.exit(9);
} else {
  process.parentPort.postMessage({ type: 'ready' });
}
