export { blobsCollection } from './collection.ts';
export { createDocumentRenderer, type DocumentRenderer } from './renderer.ts';
