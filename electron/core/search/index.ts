export { createSearchRouter } from './router.ts';
export { createSearch, type Search, type SearchHits } from './search.ts';
