import { blobChunkSchema } from '../../../shared/files/blob.ts';
import type { CollectionDefinition } from '../kernel/index.ts';

/** File content in chunks, addressed by SHA-256. */
export const blobsCollection: CollectionDefinition<'blobs'> = {
  name: 'blobs',
  schema: blobChunkSchema,
  version: 0,
  migrations: {},
  // With the station, so that chunks can be counted without reading them.
  indexes: [['labId', 'sha256', 'index', 'stationId']],
  allowIndividualInstanceCaching: false,
  replicates: () => true,
};
