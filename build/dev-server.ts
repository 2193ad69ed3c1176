import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createServer } from 'vite';
import { PRODUCT, rendererConfig } from './configurations.ts';
import { CORE_FLAGS } from './core-flags.mjs';
import { ROOT } from './entries.ts';
import { HELP, parseStartOptions } from './start-options.mjs';

/*
 * The screens from Vite with hot reload; the core headless beside it, from its sources, restarted when one changes.
 * The browser talks to Vite alone, which passes the API on, so that page and API have one origin as in the product.
 */

const options = parseStartOptions(process.argv.slice(2));
if ('error' in options) {
  console.error(`${options.error}\n\n${HELP.replace('npm start', 'npm run dev')}`);
  process.exit(2);
}
if (options.help) {
  console.log(HELP.replace('npm start', 'npm run dev'));
  process.exit(0);
}

const target = `http://127.0.0.1:${options.port}`;
const config = rendererConfig(PRODUCT);
const server = await createServer({
  ...config,
  logLevel: 'info',
  server: {
    host: 'localhost',
    // The token is taken and turned into a cookie by the core, under the same name for both ports.
    proxy: { '^/api/': target, '^/\\?token=': target, '^/ws': { target, ws: true } },
  },
});
await server.listen();
const [address = ''] = server.resolvedUrls?.local ?? [];

const core = spawn(
  process.execPath,
  [
    ...CORE_FLAGS,
    '--watch',
    '--watch-preserve-output',
    join(ROOT, 'electron', 'headless', 'main.ts'),
    ...['--data', options.data, '--port', String(options.port)],
    ...(options.demo ? ['--demo'] : []),
  ],
  { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
);
printWithOurAddress(core);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
core.once('exit', (code) => void stop(code ?? 1));

async function stop(code = 0): Promise<void> {
  if (stopping) return;
  stopping = true;
  const gone = core.exitCode !== null || core.signalCode !== null;
  const ended = gone ? undefined : new Promise((resolve) => core.once('exit', resolve));
  core.kill('SIGTERM');
  await Promise.all([server.close(), ended]);
  process.exit(code);
}

/** The core prints the address to open with its token; here that is Vite's address with the same token. */
function printWithOurAddress(child: ChildProcess): void {
  if (!child.stdout) return;
  createInterface(child.stdout).on('line', (line) => {
    console.log(line.replace(/http:\/\/(localhost|127\.0\.0\.1):\d+\//, address));
  });
}
