import { getRouteApi } from '@tanstack/react-router';
import { PricesGrid } from './prices-grid.tsx';
import { TestsGrid } from './tests-grid.tsx';

const route = getRouteApi('/catalogue/grid');

/** Many tests, or their prices, changed like a spreadsheet and saved in one step. */
export function GridScreen() {
  const { what = 'tests', department } = route.useSearch();
  return what === 'tests' ? <TestsGrid department={department} /> : <PricesGrid department={department} />;
}
