import type { CatalogueEntry } from '../../../../shared/catalogue/schema.ts';
import { choice, freeText, numeric, test } from './build.ts';
import { type Bench, described, measured, worded } from './rows.ts';

const dacie = 'Dacie and Lewis Practical Haematology, 12th ed. (2017); to be verified by the laboratory';
const kitchen =
  'Kitchen, Olson, Preston: Quality in Laboratory Hemostasis and Thrombosis, 2nd ed. (2013); to be verified for the reagent lot';

const bench: Bench = { department: 'Haematology', specimenType: 'EDTA', turnaroundMinutes: 180, source: dacie };
/** A 2.7 mL tube gives plasma for about five tests of an analyzer, its dead volume counted. */
const clotting: Bench = {
  ...{ department: 'Coagulation', specimenType: 'CITRATE', turnaroundMinutes: 240, source: kitchen },
  volume: '0.5',
};
/**
 * Cells change their look and settle otherwise: a film within 4 hours (ICSH recommendations on slide preparation, 2015), the
 * sedimentation rate within 4 hours, or 24 in the refrigerator (ICSH, 2011).
 */
const filmStability = { roomHours: 4 };
const bloodBank: Bench = { department: 'Blood bank', specimenType: 'EDTA', turnaroundMinutes: 180, source: dacie };

const negativePositive = [[['Negative', 'NEG', '-']], [['Positive', 'POS', '+']]] as const;
const seen = [[['Not seen', 'NEG', 'Absent']], [['Seen', 'POS', 'Present']]] as const;

const single = (code: string, name: string, aliases: string[], parameters: Parameters<typeof test>[1]) =>
  test({ code, name, aliases, department: 'Haematology', specimenType: 'EDTA', turnaroundMinutes: 120 }, parameters);

/** Haematology beside the blood count, coagulation beside the INR, blood groups. */
export const blood: readonly CatalogueEntry[] = [
  single('HB', 'Haemoglobin', ['Hb'], ['HGB']),
  single('PCV', 'Packed cell volume', ['Haematocrit'], ['HCT']),
  single('TLC', 'Total leukocyte count', ['WBC count', 'White cell count'], ['WBC']),
  single('PLTC', 'Platelet count', ['Thrombocytes'], ['PLT']),
  single('AEC', 'Absolute eosinophil count', ['Eosinophils'], ['EO-ABS']),
  single(
    'DLC',
    'Differential leukocyte count',
    ['Differential'],
    ['NEUT-PCT', 'LYMPH-PCT', 'MONO-PCT', 'EO-PCT', 'BASO-PCT'],
  ),
  ...measured(bench, [
    [
      'ESR',
      'Erythrocyte sedimentation rate',
      '4537-7',
      'mm/h',
      0,
      ['..15', '..20'],
      {
        ...{ method: 'Westergren', aliases: ['Sed rate'], source: `${dacie}; below 50 years` },
        ...{ volume: '1.6', stability: { roomHours: 4, refrigeratedHours: 24 } },
      },
    ],
    ['RETIC', 'Reticulocytes', '17849-1', '%', 1, '0.5..2.5', { aliases: ['Reticulocyte count'] }],
    [
      'G6PD',
      'Glucose-6-phosphate dehydrogenase',
      '32546-4',
      'U/g{Hb}',
      1,
      '7.0..20.5',
      { aliases: ['G-6-PD'], method: 'Quantitative, 37 °C' },
    ],
    ['HBA2', 'Haemoglobin A2', '4551-8', '%', 1, '2.0..3.3', { method: 'HPLC' }],
    ['HBF', 'Haemoglobin F', '4576-5', '%', 1, '..1.0', { method: 'HPLC' }],
  ]),
  ...numeric({
    code: 'HBA',
    name: 'Haemoglobin A',
    loinc: '20572-4',
    unit: '%',
    decimals: 1,
    adults: ['96.0', '98.5'],
    source: dacie,
  }),
  ...numeric({
    code: 'HBS',
    name: 'Haemoglobin S',
    loinc: '4625-0',
    unit: '%',
    decimals: 1,
    adults: [undefined, '0.0'],
    source: dacie,
  }),
  ...freeText('HBV-REMARK', 'Haemoglobin variant, interpretation'),
  test(
    {
      code: 'HBVAR',
      name: 'Haemoglobin variant analysis',
      aliases: ['Hb electrophoresis', 'Thalassaemia screen'],
      department: 'Haematology',
      specimenType: 'EDTA',
      method: 'HPLC',
      turnaroundMinutes: 1440,
    },
    ['HBA', 'HBA2', 'HBF', 'HBS', 'HBV-REMARK'],
  ),
  ...worded(bench, negativePositive, [
    ['SICKLE', 'Sickling test', '', { method: 'Solubility' }],
    ['MALAG', 'Malaria antigen', '', { aliases: ['Malaria rapid test'], method: 'Immunochromatography' }],
  ]),
  ...worded(bench, seen, [
    [
      'MPSMEAR',
      'Malaria parasites, blood film',
      '32700-7',
      {
        aliases: ['Malaria smear', 'MP'],
        stability: filmStability,
        note: 'One negative film does not exclude malaria.',
      },
    ],
  ]),
  ...worded(bench, seen, [['MICROF', 'Microfilariae, blood film', '', { aliases: ['Filaria'] }]]),
  ...described(bench, [
    [
      'SMEAR',
      'Peripheral blood film',
      '5909-7',
      { aliases: ['Blood smear', 'PBF'], stability: filmStability, turnaroundMinutes: 1440 },
    ],
  ]),
  ...measured(clotting, [
    [
      'APTT',
      'Activated partial thromboplastin time',
      '14979-9',
      's',
      1,
      '25.0..37.0',
      { aliases: ['PTT', 'aPTT'], critical: '..100.0' },
    ],
    ['TT', 'Thrombin time', '3243-3', 's', 1, '14.0..19.0'],
    ['FIB', 'Fibrinogen', '3255-7', 'mg/dL', 0, '200..400', { method: 'Clauss', critical: '100..' }],
    [
      'DDIMER',
      'D-dimer',
      '48065-7',
      'ug{FEU}/mL',
      2,
      '..0.50',
      {
        method: 'Immunoturbidimetry',
        note: 'The cut-off to exclude a thrombosis rises with age above 50 years (age × 0.01).',
      },
    ],
    [
      'AT3',
      'Antithrombin activity',
      '27811-9',
      '%',
      0,
      '80..120',
      { aliases: ['Antithrombin III'], method: 'Chromogenic' },
    ],
    ['PROTC', 'Protein C activity', '27818-4', '%', 0, '70..140', { method: 'Chromogenic' }],
    ['PROTS', 'Protein S, free antigen', '27821-8', '%', 0, ['70..150', '55..140']],
    ['F8', 'Factor VIII activity', '3209-4', '%', 0, '50..150', { method: 'One-stage clotting' }],
    ['F9', 'Factor IX activity', '3187-2', '%', 0, '50..150', { method: 'One-stage clotting' }],
    ['BT', 'Bleeding time', '', 'min', 1, '2.0..9.0', { method: 'Ivy', specimenType: 'BEDSIDE', volume: '' }],
    ['CT', 'Clotting time', '', 'min', 1, '5.0..11.0', { method: 'Lee-White', specimenType: 'BEDSIDE', volume: '' }],
  ]),
  ...choice('ABO', 'ABO group', '883-9', [['A'], ['B'], ['AB'], ['O']], []),
  ...choice('RH', 'Rh (D)', '10331-7', [['Positive', 'POS', '+'], ['Negative', 'NEG', '-'], ['Weak D']], []),
  test(
    {
      code: 'BG',
      name: 'Blood group and Rh',
      aliases: ['ABO', 'Blood grouping', 'Rh typing'],
      department: 'Blood bank',
      loinc: '882-1',
      specimenType: 'EDTA',
      method: 'Column agglutination, cell and serum grouping',
      turnaroundMinutes: 120,
    },
    ['ABO', 'RH'],
  ),
  ...worded(bloodBank, negativePositive, [
    ['DAT', 'Direct antiglobulin test', '1007-4', { aliases: ['Direct Coombs'] }],
    [
      'IAT',
      'Antibody screen',
      '890-4',
      { aliases: ['Indirect Coombs', 'Irregular antibodies'], specimenType: 'SERUM' },
    ],
  ]),
];
