import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LabError } from './errors.ts';

/** Gives the folder back. */
export type Release = () => void;

/**
 * Makes this process the data folder's one owner, by an OS-level lock that the system releases when the process dies,
 * however it dies. Taken as an exclusive lock on a small SQLite file, which is the file locking that Node offers on every
 * system. Throws `busy`, naming the holder, when another process has it.
 */
export function lockFolder(folder: string): Release {
  const holderFile = join(folder, 'owner.json');
  const lock = new DatabaseSync(join(folder, 'owner.lock'));
  try {
    lock.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new LabError({
      kind: 'busy',
      message: `The data folder ${folder} is in use by another Aliquot${holderOf(holderFile)}.`,
      remedy: 'Close the other one, or start with another folder: --data <folder>.',
    });
  }
  writeFileSync(holderFile, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }));
  return () => {
    rmSync(holderFile, { force: true });
    lock.close();
  };
}

function holderOf(file: string): string {
  try {
    const { pid, since } = JSON.parse(readFileSync(file, 'utf8'));
    return ` (process ${Number(pid)}, since ${String(since)})`;
  } catch {
    return '';
  }
}
