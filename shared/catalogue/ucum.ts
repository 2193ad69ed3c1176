/**
 * The UCUM units that laboratories report in (ucum.org, case sensitive), by dimension. A curated list: the whole of UCUM would
 * let a slip of the pen (`MG/dL`, `mMol/L`) pass as a unit of its own.
 */
const byDimension = {
  fraction: ['%', '{ratio}', '{INR}', '[pH]', '1', '[ppm]', '{index}', '{score}', '{titer}', '{S_CO_ratio}'],
  'number concentration': [
    '10*3/uL',
    '10*6/uL',
    '10*9/L',
    '10*12/L',
    '10*6/L',
    '10*6/mL',
    '10*3/mL',
    '/uL',
    '/mL',
    '/L',
    '{cells}/uL',
    '{copies}/mL',
    '[CFU]/mL',
  ],
  'count per field': ['/[HPF]', '/[LPF]', '/100{WBC}', '{#}'],
  'mass concentration': [
    'g/dL',
    'g/L',
    'mg/dL',
    'mg/L',
    'mg/mL',
    'ug/dL',
    'ug/L',
    'ug/mL',
    'ng/dL',
    'ng/L',
    'ng/mL',
    'pg/mL',
    'pg/dL',
    'ug{FEU}/mL',
    'mg/L{FEU}',
    'ng/mL{FEU}',
  ],
  'substance concentration': ['mol/L', 'mmol/L', 'umol/L', 'nmol/L', 'pmol/L', 'umol/dL', 'meq/L', 'mmol/dL'],
  'catalytic concentration': ['U/L', 'U/mL', 'kU/L', 'mU/L', 'mU/mL', 'ukat/L', 'nkat/L', 'U/g{Hb}'],
  'arbitrary concentration': [
    '[IU]/L',
    '[IU]/mL',
    'm[IU]/L',
    'm[IU]/mL',
    'u[IU]/mL',
    'k[IU]/L',
    'k[IU]/mL',
    "[arb'U]/mL",
    '{RU}/mL',
    "[GPL'U]/mL",
    "[MPL'U]/mL",
    '[AU]/mL',
    'k[AU]/L',
    '{BU}/mL',
  ],
  osmolality: ['mosm/kg', 'mosm/L'],
  ratio: [
    'mg/g',
    'ug/mg',
    'mg/mmol',
    'mmol/mol',
    'g/g',
    'ug/g',
    'mg/mg',
    'mg/g{creat}',
    'ug/mg{creat}',
    'mg/mmol{creat}',
  ],
  'excretion rate': ['g/(24.h)', 'mg/(24.h)', 'ug/(24.h)', 'mmol/(24.h)', 'umol/(24.h)', 'mL/(24.h)', 'ug/min'],
  'clearance rate': ['mL/min', 'mL/min/{1.73_m2}', 'mL/s'],
  volume: ['L', 'dL', 'mL', 'uL', 'fL'],
  mass: ['kg', 'g', 'mg', 'ug', 'ng', 'pg'],
  length: ['m', 'cm', 'mm', 'um'],
  time: ['s', 'min', 'h', 'd', 'wk', 'mo', 'a'],
  'rate of length': ['mm/h', 'um/s'],
  pressure: ['mm[Hg]', 'kPa'],
  temperature: ['Cel'],
  rate: ['/min'],
  area: ['m2'],
  entitic: ['{MoM}', "{Ehrlich'U}/dL"],
} as const;

/** The dimension of each unit that a numeric parameter may have, by the UCUM code. */
export const ucumUnits: ReadonlyMap<string, string> = new Map(
  Object.entries(byDimension).flatMap(([dimension, units]) => units.map((unit) => [unit, dimension] as const)),
);

/**
 * The unit of the list that was probably meant: the same letters in another case, or as printed on paper instead of UCUM
 * (`µg/dL`, `10^3/µL`, `mIU/L`). Undefined when none is near.
 */
export function likelyUnit(typed: string): string | undefined {
  const wanted = plain(typed);
  return [...ucumUnits.keys()].find((unit) => plain(unit) === wanted);
}

function plain(unit: string): string {
  return unit
    .toLowerCase()
    .replaceAll(/[µμ]/g, 'u')
    .replaceAll('¹²', '12')
    .replaceAll('³', '3')
    .replaceAll('⁶', '6')
    .replaceAll('⁹', '9')
    .replaceAll('litre', 'l')
    .replaceAll(/^x(?=10)/g, '')
    .replaceAll(/[\s*^[\]{}()'_.×·]/g, '');
}
