import type { CatalogueEntry, PriceListShape } from '../../../shared/catalogue/schema.ts';
import { starterCatalogue } from '../../core/catalogue/index.ts';

/** Fils of a dirham. */
const testPrices: Record<string, number> = {
  CBC: 6000,
  PTINR: 7500,
  LIPID: 12000,
  LFT: 14000,
  RFT: 11000,
  ELEC: 9000,
  GLUF: 2500,
  HBA1C: 9500,
  CRP: 7000,
  TSH: 8500,
  VITD: 19500,
  HIV: 11000,
  HBSAG: 8000,
  URINE: 3500,
};
const profilePrices: Record<string, number> = { EXEC: 59900, PREOP: 44900, DIAB: 29900 };

const priceOf = (kind: 'test' | 'profile', prices: Record<string, number>) =>
  Object.entries(prices).map(([code, amount]) => ({ kind, code, amount }));

const priceList: PriceListShape = {
  kind: 'priceList',
  code: 'WALKIN',
  name: 'Walk-in patients',
  currency: 'AED',
  prices: [...priceOf('test', testPrices), ...priceOf('profile', profilePrices)],
};

/** What the company on credit pays: the standard prices less a fifth, to the dirham. */
export const demoOrganisationPrices: PriceListShape = {
  ...priceList,
  code: 'HARBOUR',
  name: 'Harbour Offshore Services',
  prices: priceList.prices.map((row) => ({ ...row, amount: Math.round((row.amount * 0.8) / 100) * 100 })),
};

const tests = starterCatalogue.filter((entry) => entry.kind === 'test' && entry.code in testPrices);
const parameters = new Set(
  tests.flatMap((entry) => (entry.kind === 'test' ? entry.parameters.map((row) => row.parameter) : [])),
);
const types = new Set(tests.flatMap((entry) => (entry.kind === 'test' ? [entry.specimenType] : [])));

/** Whether the demo has an entry of the starter catalogue: its tests, and all that belongs to them. */
function isNeeded(entry: CatalogueEntry): boolean {
  switch (entry.kind) {
    case 'specimenType':
      return types.has(entry.code);
    case 'parameter':
      return parameters.has(entry.code);
    case 'referenceRanges':
      return parameters.has(entry.parameter);
    case 'test':
      return entry.code in testPrices;
    case 'profile':
      return entry.code in profilePrices;
    case 'priceList':
      return false;
    default:
      return entry satisfies never;
  }
}

/** The whole catalogue of the demo laboratory: what it offers of the starter catalogue, with prices. */
export const demoCatalogue: readonly CatalogueEntry[] = [...starterCatalogue.filter(isNeeded), priceList];
