import { z } from 'zod';
import { documentOf } from '../kernel/document.ts';

/** One chunk of a file's content, addressed by the SHA-256 of the whole file. */
export const blobChunkShape = z.strictObject({
  sha256: z.string().length(64),
  index: z.number().int().nonnegative(),
  count: z.number().int().positive(),
  /** Bytes of the whole file. */
  size: z.number().int().nonnegative(),
  mediaType: z.string().max(100),
  /** Base64. */
  data: z.string(),
});
export const blobChunkSchema = documentOf(blobChunkShape);
export type BlobChunk = z.infer<typeof blobChunkSchema>;
