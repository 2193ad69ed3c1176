import type {
  CatalogueEntry,
  PriceListShape,
  ProfileShape,
  SpecimenTypeShape,
} from '../../../shared/catalogue/schema.ts';
import { chemistry } from './chemistry.ts';
import { haematology } from './haematology.ts';
import { immunology } from './immunology.ts';
import { urinalysis } from './urinalysis.ts';

/** Cap colours and volumes as in CLSI GP41, order of draw. */
const specimenTypes: readonly SpecimenTypeShape[] = [
  {
    kind: 'specimenType',
    code: 'CITRATE',
    name: 'Citrated plasma',
    container: 'Citrate tube',
    colour: 'light blue',
    volume: '2.7',
  },
  {
    kind: 'specimenType',
    code: 'SERUM',
    name: 'Serum',
    container: 'Serum gel tube',
    colour: 'gold',
    volume: '5',
  },
  {
    kind: 'specimenType',
    code: 'EDTA',
    name: 'EDTA whole blood',
    container: 'K2-EDTA tube',
    colour: 'lavender',
    volume: '3',
  },
  {
    kind: 'specimenType',
    code: 'FLUORIDE',
    name: 'Fluoride plasma',
    container: 'Fluoride tube',
    colour: 'grey',
    volume: '2',
  },
  {
    kind: 'specimenType',
    code: 'URINE',
    name: 'Urine, random',
    container: 'Urine cup',
    colour: 'yellow',
    volume: '10',
  },
];

const profiles: readonly ProfileShape[] = [
  {
    kind: 'profile',
    code: 'EXEC',
    name: 'Executive health check',
    aliases: ['Full body check'],
    tests: ['CBC', 'LIPID', 'LFT', 'RFT', 'ELEC', 'GLUF', 'HBA1C', 'TSH', 'VITD', 'URINE'],
  },
  {
    kind: 'profile',
    code: 'PREOP',
    name: 'Pre-operative profile',
    aliases: ['Surgical profile'],
    tests: ['CBC', 'PTINR', 'RFT', 'ELEC', 'GLUF', 'HIV', 'HBSAG'],
  },
  {
    kind: 'profile',
    code: 'DIAB',
    name: 'Diabetes follow-up',
    aliases: ['Diabetic profile'],
    tests: ['GLUF', 'HBA1C', 'LIPID', 'RFT', 'URINE'],
  },
];

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

/** The whole catalogue of the demo laboratory. */
export const demoCatalogue: readonly CatalogueEntry[] = [
  ...specimenTypes,
  ...haematology,
  ...chemistry,
  ...immunology,
  ...urinalysis,
  ...profiles,
  priceList,
];
