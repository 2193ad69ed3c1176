export { type Catalogue, type CatalogueSelection, catalogueOf } from './catalogue-of.ts';
export { catalogueCollection } from './collection.ts';
export { createCatalogueRouter } from './router.ts';
