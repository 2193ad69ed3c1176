import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CORE_FLAGS } from './core-flags.mjs';
import { findElectron } from './find-electron.mjs';
import { findNode } from './find-node.mjs';
import { runChild } from './run-child.mjs';
import { staleParts } from './stamps.mjs';
import { HELP, parseStartOptions } from './start-options.mjs';

/*
 * npm start. Plain JavaScript for any Node from 18: it finds the Node and the Electron that the rest needs, builds what
 * is missing, and starts the app; headless, saying why, where there can be no window.
 */

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
/** An Electron that ends with an error sooner than this did not come up at all, ms. */
const CAME_UP_MS = 10_000;

process.exitCode = await main();

/** @returns {Promise<number>} the exit code */
async function main() {
  const options = parseStartOptions(process.argv.slice(2));
  if ('error' in options) {
    console.error(`${options.error}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const node = findNode(ROOT);
  if ('reason' in node) {
    console.error(node.reason);
    return 1;
  }
  if (staleParts(ROOT).length > 0) {
    console.log('Building…');
    const built = await runChild(node.path, [join(ROOT, 'build', 'build.ts'), '--stale'], process.env);
    if (built.code !== 0 || built.asked) return built.code;
  }
  const shared = ['--data', options.data, ...(options.demo ? ['--demo'] : [])];
  const ended = options.headless ? undefined : await tryElectron(node.path, shared);
  if (ended !== undefined) return ended;
  const headless = [
    ...CORE_FLAGS,
    join(ROOT, 'dist', 'node', 'headless.js'),
    ...shared,
    '--port',
    String(options.port),
  ];
  return (await runChild(node.path, headless, process.env)).code;
}

/**
 * @param {string} node
 * @param {string[]} args
 * @returns {Promise<number | undefined>} the app's exit code; undefined when there was no app
 */
async function tryElectron(node, args) {
  const electron = await findElectron(ROOT, node, process.env, console.log);
  if ('reason' in electron) return headlessBecause(electron.reason);
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  if (asRoot) console.log("Running as root: Chromium's sandbox is off. Start as another user for real work.");
  const began = performance.now();
  const { code, asked } = await runChild(
    electron.path,
    [...(asRoot ? ['--no-sandbox'] : []), ROOT, ...args],
    process.env,
  );
  const cameUp = code === 0 || asked || performance.now() - began > CAME_UP_MS;
  return cameUp ? code : headlessBecause(`it ended at once, exit code ${code}`);
}

/** @param {string} reason */
function headlessBecause(reason) {
  console.log(`Electron is not available here (${reason}): starting headless.`);
  return undefined;
}
