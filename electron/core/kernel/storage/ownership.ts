import { DatabaseSync } from 'node:sqlite';
import { asStorageError } from './errors.ts';

/** Keeps others from writing a database file until `release`; the operating system releases it when the process dies. */
export interface Ownership {
  release(): void;
}

/**
 * Takes the lock on a database file for as long as its engine is open. WAL lets several connections write in turn, but the
 * engine keeps the sequence counter in memory: two owners would give the same number twice. The lock is SQLite's own, on an
 * empty file beside the database, so that readers of the database are not concerned.
 *
 * @throws StorageError `locked` when another engine, of this process or another, has it.
 */
export function takeOwnership(file: string): Ownership {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(`${file}-owner`, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    if (lock?.isOpen) lock.close();
    throw asStorageError(error, file);
  }
  const held = lock;
  return { release: () => held.close() };
}
