import { z } from 'zod';
import { idSchema } from '../kernel/document.ts';

/** The largest file that is kept with a patient, bytes. */
export const largestFile = 20 * 1024 * 1024;
/** The largest file that is read for an import, bytes. */
export const largestImport = 60 * 1024 * 1024;
/** Bytes of one chunk of an upload; the last may be shorter. In base64 two thirds of a megabyte. */
export const chunkBytes = 512 * 1024;

/** What a file is for: kept with a document (PDF, JPEG, PNG, WEBP), or read once (CSV, XLSX). */
export const uploadPurposeSchema = z.enum(['keep', 'import']);
export type UploadPurpose = z.infer<typeof uploadPurposeSchema>;

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256');

/** Announces a file, before any byte of it is sent. */
export const beginUploadSchema = z.strictObject({
  purpose: uploadPurposeSchema,
  name: z.string().trim().min(1).max(200),
  size: z.number().int().nonnegative(),
  sha256: sha256Schema,
});
export type BeginUpload = z.infer<typeof beginUploadSchema>;

/** One chunk, in order from 0. */
export const appendChunkSchema = z.strictObject({
  uploadId: idSchema,
  index: z.number().int().nonnegative(),
  /** Base64. */
  data: z
    .string()
    .max(Math.ceil(chunkBytes / 3) * 4)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'not base64'),
});

/** Where an upload stands. */
export interface UploadState {
  readonly uploadId: string;
  /** Chunks that are here; the next to send has this index. */
  readonly received: number;
  /** How many there are. */
  readonly count: number;
  /** The very content is kept already: nothing has to be sent. */
  readonly present: boolean;
}

/** A file that is kept, by its content. */
export interface KeptFile {
  readonly sha256: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
}
