export { catalogueIndex, type FoundEntry } from './catalogue-index.ts';
export { byCode, type Catalogue, type CatalogueSelection, catalogueOf, rangesOf } from './catalogue-of.ts';
export { catalogueCollection } from './collection.ts';
export { priceChainOf } from './prices.ts';
export { createCatalogueRouter } from './router.ts';
export { addStarter } from './save-entries.ts';
export { starterCatalogue } from './starter/index.ts';
