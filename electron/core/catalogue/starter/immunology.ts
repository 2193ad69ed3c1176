import type { CatalogueEntry } from '../../../../shared/catalogue/schema.ts';
import { choice, numeric, test } from './build.ts';
import { rangeSet } from './rows.ts';

const endocrine = 'Endocrine Society clinical practice guideline (2011)';

const reactive = [['Reactive', 'positive', 'POS', 'Detected', 'R']] as const;
const nonReactive = [['Non-reactive', 'negative', 'NEG', 'Not detected', 'not-detected', 'Nonreactive', 'NR']] as const;
const greyZone = [['Indeterminate', 'Grey zone', 'Equivocal', 'Borderline']] as const;

/** Immunoassays: hormones, vitamins, infection serology. */
export const immunology: readonly CatalogueEntry[] = [
  ...numeric({
    code: 'TSH',
    name: 'Thyroid stimulating hormone',
    loinc: '3016-3',
    unit: 'm[IU]/L',
    decimals: 2,
    reportable: { low: '0.01', high: '100.00' },
    source: '',
  }),
  ...rangeSet('TSH', '0.27..4.20', {
    source: 'Roche Elecsys TSH, package insert, 516 healthy adults; trimesters: American Thyroid Association (2011)',
    trimesters: ['0.10..2.50', '0.20..3.00', '0.30..3.00'],
  }),
  ...numeric({
    code: 'VITD',
    name: '25-Hydroxyvitamin D, total',
    loinc: '62292-8',
    unit: 'ng/mL',
    decimals: 1,
    adults: ['30.0', '100.0'],
    text: 'Deficient < 20\nInsufficient 20 – 29\nSufficient 30 – 100',
    source: endocrine,
  }),
  ...choice('HIV', 'HIV 1/2 antibodies and p24 antigen', '56888-1', nonReactive, [...reactive, ...greyZone]),
  ...choice('HBSAG', 'Hepatitis B surface antigen', '5196-1', nonReactive, [...reactive, ...greyZone]),
  test(
    {
      code: 'TSH',
      name: 'Thyroid stimulating hormone',
      aliases: ['Thyrotropin'],
      department: 'Immunology',
      specimenType: 'SERUM',
      method: 'Electrochemiluminescence',
      turnaroundMinutes: 360,
    },
    ['TSH'],
  ),
  test(
    {
      code: 'VITD',
      name: 'Vitamin D (25-OH)',
      aliases: ['25-OH vitamin D', 'Cholecalciferol'],
      department: 'Immunology',
      specimenType: 'SERUM',
      method: 'Electrochemiluminescence',
      turnaroundMinutes: 1440,
    },
    ['VITD'],
  ),
  test(
    {
      code: 'HIV',
      name: 'HIV antigen and antibody',
      aliases: ['HIV 4th generation', 'HIV Combo'],
      department: 'Immunology',
      loinc: '56888-1',
      specimenType: 'SERUM',
      method: 'Chemiluminescence, 4th generation',
      turnaroundMinutes: 360,
      reportNote:
        'A reactive screening result has to be confirmed by a second method. A non-reactive result does not exclude an infection of the last four weeks.',
    },
    ['HIV'],
  ),
  test(
    {
      code: 'HBSAG',
      name: 'Hepatitis B surface antigen',
      aliases: ['HBs antigen', 'Hepatitis B'],
      department: 'Immunology',
      loinc: '5196-1',
      specimenType: 'SERUM',
      method: 'Chemiluminescence',
      turnaroundMinutes: 360,
    },
    ['HBSAG'],
  ),
];
