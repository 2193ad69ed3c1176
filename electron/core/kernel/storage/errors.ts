import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';

/**
 * - `full`: no room on the disk; `readonly`: the file or its folder cannot be written; `locked`: another program holds it;
 * - `damaged`: not, or no longer, a sound database; `io`: the device failed; `version`: written by a newer program.
 */
export type StorageErrorCode = 'full' | 'readonly' | 'locked' | 'damaged' | 'io' | 'version';

/** The storage cannot do its work for a reason outside the program. The message ends with what a person can do. */
export class StorageError extends Error {
  readonly code: StorageErrorCode;
  readonly remedy: string;

  constructor(code: StorageErrorCode, what: string, remedy: string, cause?: unknown) {
    super(`${what} ${remedy}`, { cause });
    this.name = 'StorageError';
    this.code = code;
    this.remedy = remedy;
  }
}

const REMEDIES: Record<StorageErrorCode, string> = {
  full: 'Free some space on this disk and try again; nothing of the failed change was kept.',
  readonly: 'Give the program write access to the data folder and its files, then start again.',
  locked: 'Close the other program that uses this data folder, then try again.',
  damaged: 'Restore the data folder from the latest backup; keep the damaged file for examination.',
  io: 'Check the disk and its cable or network connection, then start again; nothing of the failed change was kept.',
  version: 'Update this program to the version that last opened the data folder, or newer.',
};

const DESCRIPTIONS: Record<StorageErrorCode, string> = {
  full: 'The disk is full',
  readonly: 'The database cannot be written',
  locked: 'The database is in use by another program',
  damaged: 'The database file is damaged or not a database',
  io: 'The disk failed while reading or writing the database',
  version: 'The database was written by a newer version of this program',
};

/** A storage error with the standard description and remedy of its code. */
export function storageError(code: StorageErrorCode, file: string, cause?: unknown, detail?: string): StorageError {
  const because = detail ?? (cause instanceof Error ? cause.message : undefined);
  const what = `${DESCRIPTIONS[code]}: ${file}${because ? ` (${because})` : ''}.`;
  return new StorageError(code, what, REMEDIES[code], cause);
}

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html) that have their cause outside the program. */
const CODE_BY_RESULT: Readonly<Record<number, StorageErrorCode>> = {
  5: 'locked',
  6: 'locked',
  8: 'readonly',
  10: 'io',
  11: 'damaged',
  13: 'full',
  26: 'damaged',
};

const SQLITE_CORRUPT = 11;
const SQLITE_CANTOPEN = 14;

/**
 * What SQLite threw, as a `StorageError` where the cause lies outside the program; anything else (a mistake in a
 * statement, a constraint, an error of the caller's own) comes back as it is.
 */
export function asStorageError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error instanceof StorageError) return error;
  const errcode = (error as { errcode?: unknown }).errcode;
  if (typeof errcode !== 'number') return error;
  const primary = errcode & 0xff;
  if (primary === SQLITE_CANTOPEN) return storageError(folderIsWritable(file) ? 'io' : 'readonly', file, error);
  const code = CODE_BY_RESULT[primary];
  return code === undefined ? error : storageError(code, file, error);
}

/**
 * Reads JSON that the engine wrote. SQLite does not check the content of its pages, so a file that was written over may show
 * here first: what is no JSON is thrown as SQLite throws of a damaged file.
 */
export function parseStored(json: unknown): unknown {
  try {
    return JSON.parse(json as string);
  } catch (cause) {
    throw Object.assign(new Error('what is stored is not JSON', { cause }), { errcode: SQLITE_CORRUPT });
  }
}

function folderIsWritable(file: string): boolean {
  try {
    accessSync(dirname(file), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
