import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { asStorageError } from './errors.ts';
import type { EngineParts } from './open.ts';

/**
 * Copies the database into `<folder>/<name>-v<version>-<time>.sqlite`. Under that name it is complete and on disk; half
 * a copy never has it.
 *
 * @returns The copy's path.
 */
export function writeBackup({ statements, file }: EngineParts, folder: string, version: number): string {
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const target = join(folder, `${basename(file, extname(file))}-v${version}-${time}.sqlite`);
  const partial = `${target}.partial`;
  try {
    mkdirSync(folder, { recursive: true });
    if (existsSync(partial)) rmSync(partial);
    statements.run('VACUUM INTO ?', [partial]);
    flush(partial);
    renameSync(partial, target);
    // Windows has no handle on a folder to flush; there the file system journals the rename itself.
    if (process.platform !== 'win32') flush(folder);
  } catch (error) {
    rmSync(partial, { force: true });
    throw asStorageError(error, target);
  }
  return target;
}

function flush(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
