import type { AnalyzerMessage } from '../../../shared/devices/journal.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import { notFound, type ScopedReads } from '../kernel/index.ts';
import { findInArchive } from './journal-archive.ts';

/** A raw message and where it is kept. */
export interface KeptMessage {
  readonly message: Stored<AnalyzerMessage>;
  readonly archived: boolean;
}

/**
 * A raw message of an analyzer from the journal or, when it is older than the journal reaches, from the archive.
 * @param folder the data folder
 * @throws LabError `notFound`, or `storage` when its place in the archive is damaged
 */
export function needMessage(reads: ScopedReads, folder: string, journalId: string): KeptMessage {
  const live = reads.get('journal', journalId);
  if (live) return { message: live, archived: false };
  const message = findInArchive(folder, reads.labId, journalId);
  if (!message) throw notFound('journal', journalId);
  return { message, archived: true };
}
