import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';

/** What to do where no Node is good enough. */
const REMEDY =
  'Install the optional dependencies, which bring the right Node along: npm ci --include=optional\n' +
  'or start with Node 24 or later (https://nodejs.org).';

/**
 * A Node that has node:sqlite and runs TypeScript as it is: the one at hand, else the one that came as a package.
 * @param {string} root the repository
 * @returns {{ path: string } | { reason: string }}
 */
export function findNode(root) {
  if (isBuiltin('node:sqlite') && Reflect.get(process.features, 'typescript')) return { path: process.execPath };
  const path = pinnedNode(root);
  if (existsSync(path)) return { path };
  return { reason: `Node ${process.versions.node} lacks what Aliquot needs (node:sqlite).\n${REMEDY}` };
}

/**
 * Where the package with the project's Node for this machine keeps its binary.
 * @param {string} root
 */
function pinnedNode(root) {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  return join(root, 'node_modules', `node-${platform}-${process.arch}`, 'bin', binary);
}
