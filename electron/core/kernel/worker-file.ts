import { fileURLToPath } from 'node:url';

/**
 * Where a worker thread's code is: the TypeScript source beside the caller when run from sources (Node strips the
 * types), the bundle's sibling `<name>-worker.js` otherwise.
 * @param base the caller's import.meta.url
 */
export function workerFile(base: string, source: string, name: string): string {
  return fileURLToPath(new URL(base.endsWith('.ts') ? source : `./${name}-worker.js`, base));
}
