import type { CatalogueEntry, ProfileShape } from '../../../../shared/catalogue/schema.ts';
import { assays } from './assays.ts';
import { blood } from './blood.ts';
import { chemistry } from './chemistry.ts';
import { haematology } from './haematology.ts';
import { immunology } from './immunology.ts';
import { infection } from './infection.ts';
import { metabolic } from './metabolic.ts';
import { specimenTypes } from './specimen-types.ts';
import { urinalysis } from './urinalysis.ts';

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
  {
    kind: 'profile',
    code: 'ANTENATAL',
    name: 'Antenatal profile',
    aliases: ['Pregnancy booking'],
    tests: ['CBC', 'BG', 'GLUF', 'HIV', 'HBSAG', 'VDRL', 'RUBG', 'TSH', 'URINE'],
  },
  {
    kind: 'profile',
    code: 'ANAEMIA',
    name: 'Anaemia profile',
    aliases: ['Anemia'],
    tests: ['CBC', 'RETIC', 'SMEAR', 'IRON', 'B12', 'FOL'],
  },
  {
    kind: 'profile',
    code: 'FEVER',
    name: 'Fever profile',
    aliases: ['PUO'],
    tests: ['CBC', 'CRP', 'MPSMEAR', 'WIDAL', 'DNS1', 'DENM', 'URINE', 'CULT-B'],
  },
  {
    kind: 'profile',
    code: 'CARDIAC',
    name: 'Cardiac markers',
    aliases: ['Chest pain'],
    tests: ['HSTNT', 'CKMB', 'NTBNP'],
  },
];

/**
 * The catalogue that a laboratory can begin with: common tests with their parameters, adult ranges, critical limits and
 * specimen types. Every set of ranges names its source; what depends on analyzer, reagent or region is marked to be verified
 * by the laboratory (ISO 15189:2022, 7.3.5). It has no prices.
 */
export const starterCatalogue: readonly CatalogueEntry[] = [
  ...specimenTypes,
  ...haematology,
  ...chemistry,
  ...immunology,
  ...urinalysis,
  ...blood,
  ...metabolic,
  ...assays,
  ...infection,
  ...profiles,
];
