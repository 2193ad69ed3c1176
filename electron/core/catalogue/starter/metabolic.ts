import type { CatalogueEntry } from '../../../../shared/catalogue/schema.ts';
import { numeric, test } from './build.ts';
import { type Bench, measured, rangeSet } from './rows.ts';

const tietz = 'Tietz Textbook of Laboratory Medicine, 7th ed. (2023), appendix; to be verified by the laboratory';
const esc = 'ESC/EAS Guidelines for dyslipidaemias (2019)';
const kdigo = 'KDIGO Clinical Practice Guideline for CKD (2012, 2024)';
const who = 'WHO: diagnosis of diabetes mellitus and intermediate hyperglycaemia (2006)';

const serum: Bench = { department: 'Biochemistry', specimenType: 'SERUM', turnaroundMinutes: 240, source: tietz };
const fluoride: Bench = { ...serum, specimenType: 'FLUORIDE', method: 'Hexokinase', turnaroundMinutes: 120 };
const urine: Bench = { ...serum, specimenType: 'URINE' };
const urine24: Bench = { ...serum, specimenType: 'URINE24', turnaroundMinutes: 480 };
const bloodGas: Bench = { ...serum, specimenType: 'HEPARIN-ART', turnaroundMinutes: 30, method: 'Blood gas analyser' };

/** A test of a parameter that belongs to a panel, ordered alone. */
const alone = (code: string, name: string, aliases: string[], rest: Partial<Bench> = {}) =>
  test(
    {
      code,
      name,
      aliases,
      department: 'Biochemistry',
      specimenType: 'SERUM',
      turnaroundMinutes: 240,
      ...sourceless(rest),
    },
    [code],
  );

function sourceless({ source: _, ...rest }: Partial<Bench>): Omit<Partial<Bench>, 'source'> {
  return rest;
}

/** Diabetes, lipids, liver, kidney, electrolytes, iron, enzymes, blood gases beside the panels of the first hour. */
export const metabolic: readonly CatalogueEntry[] = [
  alone('CHOL', 'Cholesterol, total', []),
  alone('TRIG', 'Triglycerides', ['TG']),
  alone('HDL', 'HDL cholesterol', []),
  alone('LDL', 'LDL cholesterol, direct', []),
  alone('TBIL', 'Bilirubin, total', ['Serum bilirubin']),
  alone('DBIL', 'Bilirubin, direct', ['Conjugated bilirubin']),
  alone('ALT', 'Alanine aminotransferase (ALT)', ['SGPT', 'GPT']),
  alone('AST', 'Aspartate aminotransferase (AST)', ['SGOT', 'GOT']),
  alone('ALP', 'Alkaline phosphatase (ALP)', ['Alk phos']),
  alone('GGT', 'Gamma-glutamyl transferase (GGT)', ['Gamma GT']),
  alone('TP', 'Protein, total', []),
  alone('ALB', 'Albumin', []),
  alone('UREA', 'Urea', ['Blood urea']),
  alone('CREA', 'Creatinine', ['Serum creatinine']),
  alone('UA', 'Uric acid', ['Urate']),
  alone('CA', 'Calcium, total', []),
  alone('PHOS', 'Phosphate, as phosphorus', ['Inorganic phosphorus']),
  alone('NA', 'Sodium', []),
  alone('K', 'Potassium', ['Serum potassium'], { turnaroundMinutes: 60 }),
  alone('CL', 'Chloride', []),
  alone('HCO3', 'Bicarbonate', ['Total CO2']),
  ...measured(fluoride, [
    [
      'GLUR',
      'Glucose, random',
      '2345-7',
      'mg/dL',
      0,
      '',
      {
        aliases: ['RBS', 'Blood sugar random'],
        critical: '45..500',
        text: 'Diabetes likely ≥ 200 with symptoms',
        source: who,
      },
    ],
    [
      'GLUPP',
      'Glucose, 2 hours after a meal',
      '1521-4',
      'mg/dL',
      0,
      '..139',
      { aliases: ['PPBS', 'Postprandial'], critical: '45..500', source: who },
    ],
    [
      'LAC',
      'Lactate',
      '2524-7',
      'mmol/L',
      1,
      '0.5..2.2',
      { method: 'Lactate oxidase', critical: '..4.0', source: tietz, turnaroundMinutes: 60 },
    ],
  ]),
  ...numeric({
    code: 'OGTT-0',
    name: 'Glucose, fasting, before 75 g',
    loinc: '',
    unit: 'mg/dL',
    decimals: 0,
    adults: [undefined, '109'],
    source: who,
  }),
  ...numeric({
    code: 'OGTT-60',
    name: 'Glucose, 1 hour after 75 g',
    loinc: '',
    unit: 'mg/dL',
    decimals: 0,
    source: who,
  }),
  ...numeric({
    code: 'OGTT-120',
    name: 'Glucose, 2 hours after 75 g',
    loinc: '1518-0',
    unit: 'mg/dL',
    decimals: 0,
    adults: [undefined, '139'],
    text: 'Normal < 140\nImpaired tolerance 140 – 199\nDiabetes ≥ 200',
    source: who,
  }),
  test(
    {
      code: 'OGTT',
      name: 'Oral glucose tolerance test, 75 g',
      aliases: ['GTT'],
      department: 'Biochemistry',
      specimenType: 'FLUORIDE',
      method: 'Hexokinase',
      turnaroundMinutes: 240,
    },
    ['OGTT-0', 'OGTT-60', 'OGTT-120'],
  ),
  ...measured(serum, [
    ['FRUC', 'Fructosamine', '15069-8', 'umol/L', 0, '205..285'],
    ['INS', 'Insulin, fasting', '20448-7', 'u[IU]/mL', 1, '2.6..24.9', { aliases: ['Serum insulin'] }],
    [
      'CPEP',
      'C-peptide',
      '1986-9',
      'ng/mL',
      2,
      '1.10..4.40',
      { source: 'Roche Elecsys C-Peptide, package insert; to be verified by the laboratory' },
    ],
    ['VLDL', 'VLDL cholesterol, calculated', '13458-5', 'mg/dL', 0, '..30'],
    [
      'NHDL',
      'Non-HDL cholesterol, calculated',
      '43396-1',
      'mg/dL',
      0,
      '..129',
      { source: `${esc}; target depends on the risk` },
    ],
    ['LPA', 'Lipoprotein (a)', '10835-7', 'mg/dL', 0, '..50', { aliases: ['Lp(a)'], source: esc }],
    ['APOA1', 'Apolipoprotein A1', '1869-7', 'mg/dL', 0, ['104..202', '108..225']],
    ['APOB', 'Apolipoprotein B', '1884-6', 'mg/dL', 0, ['66..133', '60..117']],
    ['IBIL', 'Bilirubin, indirect, calculated', '1971-1', 'mg/dL', 2, '0.10..1.00'],
    ['GLOB', 'Globulin, calculated', '10834-0', 'g/dL', 1, '2.0..3.5'],
    ['AGR', 'Albumin/globulin ratio', '1759-0', '{ratio}', 2, '1.10..2.20'],
    ['LDH', 'Lactate dehydrogenase (LDH)', '14804-9', 'U/L', 0, '120..246', { aliases: ['LD'] }],
    ['CHE', 'Cholinesterase', '2098-2', 'U/L', 0, '5320..12920', { aliases: ['Pseudocholinesterase'] }],
    ['PREALB', 'Prealbumin', '14338-8', 'mg/dL', 0, '20..40', { aliases: ['Transthyretin'] }],
    ['A1AT', 'Alpha-1 antitrypsin', '1825-9', 'mg/dL', 0, '90..200'],
    ['CERUL', 'Caeruloplasmin', '2064-4', 'mg/dL', 0, ['15..30', '16..45']],
    ['BUN', 'Urea nitrogen (BUN)', '3094-0', 'mg/dL', 1, '6.0..20.0', { critical: '..100.0' }],
    ['CYSC', 'Cystatin C', '33863-2', 'mg/L', 2, '0.62..1.15'],
    [
      'EGFR',
      'Estimated GFR (CKD-EPI 2021)',
      '98979-8',
      'mL/min/{1.73_m2}',
      0,
      '',
      { text: 'G1 ≥ 90\nG2 60 – 89\nG3a 45 – 59\nG3b 30 – 44\nG4 15 – 29\nG5 < 15', source: kdigo, aliases: ['GFR'] },
    ],
    ['MG', 'Magnesium', '19123-9', 'mg/dL', 2, '1.60..2.60', { critical: '1.00..4.90' }],
    ['ICA', 'Calcium, ionised', '1995-0', 'mmol/L', 2, '1.15..1.33', { critical: '0.80..1.60' }],
    ['OSMO', 'Osmolality, serum', '2692-2', 'mosm/kg', 0, '275..295', { critical: '250..330' }],
    ['ZN', 'Zinc', '5763-8', 'ug/dL', 0, '70..120', { specimenType: 'TRACE' }],
    ['CU', 'Copper', '5631-7', 'ug/dL', 0, ['70..140', '80..155'], { specimenType: 'TRACE' }],
    ['AMY', 'Amylase', '1798-8', 'U/L', 0, '28..100'],
    ['LIP', 'Lipase', '3040-3', 'U/L', 0, '13..60'],
    ['FE', 'Iron', '2498-4', 'ug/dL', 0, ['65..175', '50..170'], { aliases: ['Serum iron'] }],
    ['TIBC', 'Total iron binding capacity', '2500-7', 'ug/dL', 0, '250..425'],
    ['TRF', 'Transferrin', '3034-6', 'mg/dL', 0, '200..360'],
    ['TSAT', 'Transferrin saturation', '2502-3', '%', 0, ['20..50', '15..50']],
    [
      'FER',
      'Ferritin',
      '2276-4',
      'ng/mL',
      0,
      ['30..400', '15..150'],
      { note: 'Iron deficiency is likely below 30 ng/mL, and below 100 ng/mL with inflammation.' },
    ],
  ]),
  ...measured(serum, [
    [
      'AMON',
      'Ammonia',
      '16362-6',
      'umol/L',
      0,
      ['16..60', '11..51'],
      { specimenType: 'EDTA-ICE', turnaroundMinutes: 60 },
    ],
    [
      'PB',
      'Lead, blood',
      '5671-3',
      'ug/dL',
      1,
      '..3.5',
      { specimenType: 'TRACE', source: 'CDC blood lead reference value (2021)', turnaroundMinutes: 2880 },
    ],
  ]),
  test(
    {
      code: 'IRON',
      name: 'Iron studies',
      aliases: ['Iron profile'],
      department: 'Biochemistry',
      specimenType: 'SERUM',
      turnaroundMinutes: 360,
    },
    ['FE', 'TIBC', 'TRF', 'TSAT', 'FER'],
  ),
  ...measured(urine, [
    ['U-ALB', 'Albumin, urine', '14957-5', 'mg/L', 1, '..20.0', { aliases: ['Microalbumin'] }],
    ['U-CREA', 'Creatinine, urine', '2161-8', 'mg/dL', 1, ['39.0..259.0', '28.0..217.0']],
    ['U-TP', 'Protein, urine, quantitative', '2888-6', 'mg/dL', 1, '..15.0'],
    ['U-NA', 'Sodium, urine', '2955-3', 'mmol/L', 0, ''],
    ['U-K', 'Potassium, urine', '2828-2', 'mmol/L', 0, ''],
    ['U-CL', 'Chloride, urine', '2078-4', 'mmol/L', 0, ''],
    ['U-OSMO', 'Osmolality, urine', '2695-5', 'mosm/kg', 0, '50..1200'],
  ]),
  ...numeric({
    code: 'U-ACR',
    name: 'Albumin/creatinine ratio',
    loinc: '9318-7',
    unit: 'mg/g',
    decimals: 1,
    adults: [undefined, '29.9'],
    text: 'A1 < 30\nA2 30 – 300\nA3 > 300',
    source: kdigo,
  }),
  ...numeric({
    code: 'U-PCR',
    name: 'Protein/creatinine ratio',
    loinc: '2890-2',
    unit: 'mg/g',
    decimals: 0,
    adults: [undefined, '149'],
    source: kdigo,
  }),
  test(
    {
      code: 'ACR',
      name: 'Albumin/creatinine ratio, urine',
      aliases: ['Microalbuminuria', 'UACR'],
      department: 'Biochemistry',
      specimenType: 'URINE',
      turnaroundMinutes: 240,
    },
    ['U-ALB', 'U-CREA', 'U-ACR'],
  ),
  test(
    {
      code: 'PCR-U',
      name: 'Protein/creatinine ratio, urine',
      aliases: ['UPCR'],
      department: 'Biochemistry',
      specimenType: 'URINE',
      turnaroundMinutes: 240,
    },
    ['U-TP', 'U-CREA', 'U-PCR'],
  ),
  ...numeric({ code: 'U24-VOL', name: 'Volume, 24 h', loinc: '3167-4', unit: 'mL', decimals: 0, source: tietz }),
  ...measured(urine24, [
    ['U24-TP', 'Protein, 24 h urine', '2889-4', 'mg/(24.h)', 0, '..149', { aliases: ['24 h urine protein'] }],
    ['U24-CREA', 'Creatinine, 24 h urine', '2162-6', 'mg/(24.h)', 0, ['800..2000', '600..1800']],
    ['U24-CA', 'Calcium, 24 h urine', '6874-2', 'mg/(24.h)', 0, '100..300'],
    ['U24-UA', 'Uric acid, 24 h urine', '3087-4', 'mg/(24.h)', 0, '250..750'],
  ]),
  ...numeric({
    code: 'CRCL',
    name: 'Creatinine clearance',
    loinc: '2164-2',
    unit: 'mL/min',
    decimals: 0,
    adults: { male: ['90', '140'], female: ['80', '125'] },
    source: tietz,
  }),
  test(
    {
      code: 'CCL',
      name: 'Creatinine clearance',
      aliases: ['24 h clearance'],
      department: 'Biochemistry',
      specimenType: 'URINE24',
      turnaroundMinutes: 480,
      reportNote: 'Needs a serum creatinine of the same day.',
    },
    ['U24-VOL', 'U24-CREA', 'CREA', 'CRCL'],
  ),
  ...(
    [
      ['ABG-PH', 'pH, arterial', '2744-1', '[pH]', 2, '7.35..7.45', '7.20..7.60'],
      ['ABG-PCO2', 'pCO2, arterial', '2019-8', 'mm[Hg]', 0, '35..45', '20..70'],
      ['ABG-PO2', 'pO2, arterial', '2703-7', 'mm[Hg]', 0, '80..100', '40..'],
      ['ABG-HCO3', 'Bicarbonate, arterial', '1960-4', 'mmol/L', 1, '22.0..26.0', '10.0..40.0'],
      ['ABG-BE', 'Base excess, arterial', '1925-7', 'mmol/L', 1, '-2.0..2.0', ''],
      ['ABG-SO2', 'Oxygen saturation, arterial', '2708-6', '%', 0, '95..99', ''],
    ] as const
  ).flatMap(([code, name, loinc, unit, decimals, limits, critical]): CatalogueEntry[] => {
    const [low, high] = critical.split('..');
    const beyond = { ...(low ? { low } : {}), ...(high ? { high } : {}) };
    return [
      {
        kind: 'parameter',
        code,
        name,
        loinc,
        valueType: 'numeric',
        unit,
        decimals,
        ...(critical ? { critical: beyond } : {}),
      },
      ...rangeSet(code, limits, bloodGas),
    ];
  }),
  test(
    {
      code: 'ABG',
      name: 'Blood gases, arterial',
      aliases: ['Arterial blood gas'],
      department: 'Biochemistry',
      specimenType: 'HEPARIN-ART',
      method: 'Blood gas analyser',
      turnaroundMinutes: 30,
    },
    ['ABG-PH', 'ABG-PCO2', 'ABG-PO2', 'ABG-HCO3', 'ABG-BE', 'ABG-SO2'],
  ),
];
