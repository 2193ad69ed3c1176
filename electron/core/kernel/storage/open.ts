import { DatabaseSync } from 'node:sqlite';
import { Catalogue } from './catalogue.ts';
import type { EngineLogger, EngineOptions } from './contract.ts';
import { DocumentCache } from './document-cache.ts';
import { asStorageError } from './errors.ts';
import { takeOwnership } from './ownership.ts';
import { Statements } from './statements.ts';
import { Transactions } from './transaction.ts';

/** How long a statement waits for another connection, in milliseconds. Only recovery and checkpoints ever make it wait. */
const BUSY_TIMEOUT = 2000;
/** Page cache of a connection in KiB. */
const CACHE_KIB = 32 * 1024;
/** Pages in the write-ahead log after which a commit also moves them into the database. */
const CHECKPOINT_PAGES = 1000;
/** The same where somebody else keeps the log short. */
const LAST_RESORT_PAGES = 16_000;

const SILENT: EngineLogger = { warn: () => undefined, error: () => undefined };

/** What an engine is made of. */
export interface EngineParts {
  readonly file: string;
  readonly readOnly: boolean;
  readonly statements: Statements;
  readonly catalogue: Catalogue;
  readonly transactions: Transactions;
  readonly documents: DocumentCache;
  close(): void;
}

/**
 * Opens a database file and reads what it holds; creates it when it is not there.
 *
 * @throws StorageError when the file cannot be used: locked, damaged, of a newer version, not writable, failing device.
 */
export function openParts(file: string, options: EngineOptions = {}): EngineParts {
  const readOnly = options.readOnly ?? false;
  const ownership = readOnly ? undefined : takeOwnership(file);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly, timeout: BUSY_TIMEOUT });
    configure(database, readOnly, options.afterCommit ? LAST_RESORT_PAGES : CHECKPOINT_PAGES);
    const statements = new Statements(database);
    const catalogue = new Catalogue(statements, file, readOnly);
    const { logger = SILENT, afterCommit = () => undefined } = options;
    const transactions = new Transactions(statements, catalogue, file, { logger, readOnly, afterCommit });
    const opened = database;
    const close = () => {
      if (!opened.isOpen) return;
      try {
        opened.close();
      } finally {
        ownership?.release();
      }
    };
    return { file, readOnly, statements, catalogue, transactions, documents: new DocumentCache(), close };
  } catch (error) {
    if (database?.isOpen) database.close();
    ownership?.release();
    throw asStorageError(error, file);
  }
}

function configure(database: DatabaseSync, readOnly: boolean, checkpointPages: number): void {
  database.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY;`);
  if (readOnly) return;
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
    PRAGMA wal_autocheckpoint = ${checkpointPages};`);
}
