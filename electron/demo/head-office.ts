import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openControl, sayReady } from './helper.ts';
import { openLine } from './line.ts';

const longestStartMs = 120_000;

/**
 * The demo's head office: a CouchDB-compatible server in memory, behind a line that can be cut.
 * `--folder <for its log and configuration> --token <of the control port>`
 */
const { values } = parseArgs({ options: { folder: { type: 'string' }, token: { type: 'string' } } });
if (!values.folder || !values.token) throw new Error('--folder and --token are needed');

mkdirSync(values.folder, { recursive: true });
process.chdir(values.folder);
const port = await freePort();
// pouchdb-server is a program: it takes its options from the command line and starts when it is loaded.
process.argv = [
  process.execPath,
  'pouchdb-server',
  '--in-memory',
  '--no-stdout-logs',
  '--port',
  String(port),
  '--host',
  '127.0.0.1',
];
const { log } = console;
console.log = () => undefined;
createRequire(import.meta.url)('pouchdb-server');
await answering(port);
console.log = log;

const line = await openLine(port);
const control = await openControl(values.token, async (method, path, body) => {
  if (method === 'POST' && path === '/line') await line.setUp((body as { up?: unknown })?.up === true);
  else if (path !== '/line') return undefined;
  return { up: line.up };
});
sayReady({ port: line.port, control: control.port });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address !== null && typeof address === 'object' ? address.port : 0;
}

/** Resolves when the server answers; on a busy machine that takes its time. */
async function answering(serverPort: number): Promise<void> {
  const end = performance.now() + longestStartMs;
  while (performance.now() < end) {
    const response = await fetch(`http://127.0.0.1:${serverPort}/`).catch(() => undefined);
    if (response?.ok) return;
    await pause(50);
  }
  throw new Error('the CouchDB-compatible server did not start');
}
