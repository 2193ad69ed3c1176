import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './find-node.mjs';
import { runChild } from './run-child.mjs';

/*
 * npm run dev: finds the Node that runs TypeScript as it is, and the development server on it.
 */

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const node = findNode(ROOT);
if ('reason' in node) {
  console.error(node.reason);
  process.exitCode = 1;
} else {
  const server = join(ROOT, 'build', 'dev-server.ts');
  process.exitCode = (await runChild(node.path, [server, ...process.argv.slice(2)], process.env)).code;
}
