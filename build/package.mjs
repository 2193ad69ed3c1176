import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './find-node.mjs';
import { runChild } from './run-child.mjs';

/*
 * npm run package: builds dist/ and packages it. What follows goes to electron-builder: `npm run package -- --linux dir`.
 */

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

process.exitCode = await main();

/** @returns {Promise<number>} the exit code */
async function main() {
  const node = findNode(ROOT);
  if ('reason' in node) {
    console.error(node.reason);
    return 1;
  }
  const built = await runChild(node.path, [join(ROOT, 'build', 'build.ts')], process.env);
  if (built.code !== 0) return built.code;
  const builder = createRequire(import.meta.url).resolve('electron-builder/cli.js');
  const args = [builder, '--config', join(ROOT, 'build', 'electron-builder.ts'), '--publish', 'never'];
  return (await runChild(node.path, [...args, ...process.argv.slice(2)], process.env)).code;
}
