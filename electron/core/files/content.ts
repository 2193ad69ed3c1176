import type { BlobChunk } from '../../../shared/files/blob.ts';
import { LabError, notFound, type ScopedReads } from '../kernel/index.ts';

/** One chunk of a kept file, and what the whole is. */
export type FileChunk = Pick<BlobChunk, 'data' | 'index' | 'count' | 'size' | 'mediaType'>;

/**
 * Size and type of a kept file; undefined until all its chunks are here. The same file may have been added on two stations:
 * the chunks of one of them suffice.
 */
export function fileOf(
  reads: ScopedReads,
  sha256: string,
): { size: number; mediaType: string; count: number } | undefined {
  const firsts = reads.find('blobs', { selector: { sha256: { $eq: sha256 }, index: { $eq: 0 } }, limit: 5 });
  for (const { stationId, count, size, mediaType } of firsts) {
    const ofStation = { sha256: { $eq: sha256 }, stationId: { $eq: stationId } };
    if (reads.count('blobs', { selector: ofStation }) >= count) return { size, mediaType, count };
  }
  return undefined;
}

/** Whether the whole file is here. */
export function fileIsHere(reads: ScopedReads, sha256: string): boolean {
  return fileOf(reads, sha256) !== undefined;
}

/** One chunk of a file that is here whole. */
export function chunkOf(reads: ScopedReads, sha256: string, index: number): FileChunk {
  const file = fileOf(reads, sha256);
  if (!file) {
    const known = reads.first('blobs', { selector: { sha256: { $eq: sha256 } } });
    if (!known) throw notFound('blobs', sha256);
    const remedy = 'It comes with the next synchronisation with head office; look again in a while.';
    throw new LabError({ kind: 'busy', message: 'This file has not arrived whole yet.', remedy });
  }
  const chunk = reads.first('blobs', { selector: { sha256: { $eq: sha256 }, index: { $eq: index } } });
  if (!chunk) throw notFound('blobs', `${sha256}.${index}`);
  const { data, count, size, mediaType } = chunk;
  return { data, index, count, size, mediaType };
}
