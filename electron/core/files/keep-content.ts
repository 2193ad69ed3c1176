import type { BlobChunk } from '../../../shared/files/blob.ts';
import { chunkBytes } from '../../../shared/files/upload.ts';
import type { NewDocument } from '../../../shared/kernel/document.ts';
import type { Work } from '../kernel/index.ts';

/** Content that the core itself keeps, addressed by its SHA-256. */
export interface Content {
  readonly sha256: string;
  readonly mediaType: string;
  readonly data: Uint8Array;
}

/** Keeps content in the caller's unit of work; what is kept already is passed over. Two statements, however much there is. */
export function keepContent(work: Work, contents: readonly Content[]): void {
  const distinct = new Map(contents.map((content) => [content.sha256, content]));
  if (distinct.size === 0) return;
  const selector = { sha256: { $in: [...distinct.keys()] }, index: { $eq: 0 } };
  for (const { sha256 } of work.find('blobs', { selector })) distinct.delete(sha256);
  const chunks = [...distinct.values()].flatMap(({ sha256, mediaType, data }) => {
    const count = Math.ceil(data.length / chunkBytes);
    return Array.from({ length: count }, (_, index): NewDocument<BlobChunk> => {
      const part = data.subarray(index * chunkBytes, (index + 1) * chunkBytes);
      return { sha256, size: data.length, count, index, mediaType, data: Buffer.from(part).toString('base64') };
    });
  });
  if (chunks.length > 0) work.insertMany('blobs', chunks);
}
