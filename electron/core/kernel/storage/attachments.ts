import type { BulkWriteRow, CategorizeBulkWriteRowsOutput, RxAttachmentWriteData } from 'rxdb';
import { encodeText } from './encoding.ts';
import { parseStored } from './errors.ts';
import type { Statements } from './statements.ts';
import type { DocumentTable, StoredDocument } from './tables.ts';

/** Contents of blobs that were read ahead of the transaction that stores them. */
const contents = new WeakMap<Blob, Uint8Array>();

function writtenBlob(attachment: unknown): Blob | undefined {
  return (attachment as Partial<RxAttachmentWriteData>).data;
}

/**
 * Reads the attachments' contents of rows about to be written: a Blob gives its bytes only asynchronously, a transaction is
 * synchronous. Answers undefined when there is nothing to wait for.
 */
export function readAttachmentContents<T>(rows: readonly BulkWriteRow<T>[]): Promise<void> | undefined {
  const blobs = rows
    .flatMap((row) => Object.values(row.document._attachments ?? {}))
    .map(writtenBlob)
    .filter((blob) => blob !== undefined && !contents.has(blob)) as Blob[];
  if (blobs.length === 0) return undefined;
  const read = blobs.map(async (blob) => contents.set(blob, new Uint8Array(await blob.arrayBuffer())));
  return Promise.all(read).then(() => undefined);
}

/** Stores and removes attachments as a categorized bulk write says. Needs an open transaction. */
export function writeAttachments<T>(
  statements: Statements,
  table: DocumentTable,
  categorized: CategorizeBulkWriteRowsOutput<T>,
  refused: ReadonlySet<string>,
): void {
  const put = `INSERT OR REPLACE INTO ${table.attachmentsName} (id, attachment, digest, data) VALUES (?, ?, ?, ?)`;
  for (const entry of [...categorized.attachmentsAdd, ...categorized.attachmentsUpdate]) {
    if (refused.has(entry.documentId)) continue;
    const bytes = contents.get(entry.attachmentData.data);
    if (bytes === undefined) {
      throw new TypeError(
        `Attachment "${entry.attachmentId}" of ${table.collection} "${entry.documentId}" was not read before the transaction; ` +
          'await readAttachmentContents(rows) first.',
      );
    }
    statements.run(put, [encodeText(entry.documentId), entry.attachmentId, entry.digest, bytes]);
  }
  for (const entry of categorized.attachmentsRemove) {
    statements.run(`DELETE FROM ${table.attachmentsName} WHERE id = ? AND attachment = ?`, [
      encodeText(entry.documentId),
      entry.attachmentId,
    ]);
  }
}

/** The content of one attachment as a Blob of its media type. Throws when it is not there in the version asked for. */
export function readAttachment(
  statements: Statements,
  table: DocumentTable,
  documentId: string,
  attachmentId: string,
  digest: string,
): Blob {
  const row = table.hasAttachments
    ? statements.get(
        `SELECT a.data AS content, d.data AS document FROM ${table.attachmentsName} a JOIN ${table.name} d ON d.id = a.id
         WHERE a.id = ? AND a.attachment = ? AND a.digest = ?`,
        [encodeText(documentId), attachmentId, digest],
      )
    : undefined;
  if (row === undefined) {
    throw new Error(`attachment does not exist: ${table.collection} "${documentId}" "${attachmentId}" ${digest}`);
  }
  const type = (parseStored(row.document) as StoredDocument)._attachments[attachmentId]?.type ?? '';
  return new Blob([row.content as Uint8Array<ArrayBuffer>], { type });
}
