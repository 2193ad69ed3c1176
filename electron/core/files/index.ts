export { blobsCollection } from './collection.ts';
export { fileOf } from './content.ts';
export { createFilesRouter } from './router.ts';
export { type Upload, Uploads } from './uploads.ts';
