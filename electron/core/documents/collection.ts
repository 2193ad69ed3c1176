import { blobChunkSchema } from '../../../shared/documents/blob.ts';
import type { CollectionDefinition } from '../kernel/index.ts';

/** File content in chunks, addressed by SHA-256. */
export const blobsCollection: CollectionDefinition<'blobs'> = {
  name: 'blobs',
  schema: blobChunkSchema,
  version: 0,
  migrations: {},
  indexes: [['labId', 'sha256', 'index']],
  allowIndividualInstanceCaching: false,
  replicates: () => true,
};
