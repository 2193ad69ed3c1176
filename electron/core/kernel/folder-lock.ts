import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LabError } from './errors.ts';
import { asStorageError, StorageError, storageError } from './storage/index.ts';

/** Gives the folder back. */
export type Release = () => void;

/**
 * Makes this process the data folder's one owner, by an OS-level lock that the system releases when the process dies,
 * however it dies. Taken as an exclusive lock on a small SQLite file, which is the file locking that Node offers on every
 * system. The folder is made when it is not there.
 *
 * @throws LabError `busy`, naming the holder, when another process has it.
 * @throws StorageError when the folder cannot be made or written, or its disk is full.
 */
export function lockFolder(folder: string): Release {
  const holderFile = join(folder, 'owner.json');
  const lockFile = join(folder, 'owner.lock');
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    lock = new DatabaseSync(lockFile);
    lock.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    throw reasonOf(error, folder, lockFile, holderFile);
  }
  const held = lock;
  noteHolder(holderFile);
  return () => {
    rmSync(holderFile, { force: true });
    held.close();
  };
}

function reasonOf(error: unknown, folder: string, lockFile: string, holderFile: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return storageError('readonly', folder, error);
  if (code === 'ENOSPC') return storageError('full', folder, error);
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new StorageError('io', `${folder} is not a folder.`, 'Choose another data folder: --data <folder>.', error);
  }
  const reason = asStorageError(error, lockFile);
  if (!(reason instanceof StorageError) || reason.code !== 'locked') return reason;
  return new LabError({
    kind: 'busy',
    message: `The data folder ${folder} is in use by another Aliquot${holderOf(holderFile)}.`,
    remedy: 'Close the other one, or start with another folder: --data <folder>.',
  });
}

/** Who holds the folder, for the words that another start shows. The lock holds without it, as on a full disk. */
function noteHolder(file: string): void {
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }));
  } catch {
    rmSync(file, { force: true });
  }
}

function holderOf(file: string): string {
  try {
    const { pid, since } = JSON.parse(readFileSync(file, 'utf8'));
    return ` (process ${Number(pid)}, since ${String(since)})`;
  } catch {
    return '';
  }
}
