export { byCode, type Catalogue, type CatalogueSelection, catalogueOf } from './catalogue-of.ts';
export { catalogueCollection } from './collection.ts';
export { type Orderable, orderables } from './orderables.ts';
export { priceChainOf } from './prices.ts';
export { createCatalogueRouter } from './router.ts';
