export { UnusedFiles } from './collect-unused.ts';
export { blobsCollection } from './collection.ts';
export { chunkOf, type FileChunk, fileOf } from './content.ts';
export { type Content, keepContent } from './keep-content.ts';
export { createFilesRouter } from './router.ts';
export { type Upload, Uploads } from './uploads.ts';
