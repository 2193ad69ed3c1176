/** One code of an analyzer and the parameter of the catalogue it becomes. */
export interface DemoCodeMapEntry {
  readonly deviceCode: string;
  readonly parameter: string;
  /** Result × factor is in the parameter's unit; decimal text. */
  readonly factor: string;
}

const same = (codes: readonly string[]): DemoCodeMapEntry[] =>
  codes.map((code) => ({ deviceCode: code, parameter: code, factor: '1' }));

const cellTypes = ['NEUT', 'LYMPH', 'MONO', 'EO', 'BASO'];

/** Code maps of the two simulated analyzers, by driver. Units are those that the instruments are set to. */
export const demoCodeMaps: Readonly<Record<'sysmex-xn' | 'mindray-bs', readonly DemoCodeMapEntry[]>> = {
  'sysmex-xn': [
    ...same(['WBC', 'RBC', 'HGB', 'HCT', 'MCV', 'MCH', 'MCHC', 'RDW-CV', 'RDW-SD']),
    ...same(['PLT', 'MPV', 'PDW', 'P-LCR', 'PCT']),
    ...cellTypes.map((type) => ({ deviceCode: `${type}#`, parameter: `${type}-ABS`, factor: '1' })),
    ...cellTypes.map((type) => ({ deviceCode: `${type}%`, parameter: `${type}-PCT`, factor: '1' })),
  ],
  'mindray-bs': [
    { deviceCode: 'GLU', parameter: 'GLUF', factor: '1' },
    { deviceCode: 'TC', parameter: 'CHOL', factor: '1' },
    { deviceCode: 'TG', parameter: 'TRIG', factor: '1' },
    { deviceCode: 'HDL-C', parameter: 'HDL', factor: '1' },
    { deviceCode: 'LDL-C', parameter: 'LDL', factor: '1' },
    ...same(['TBIL', 'DBIL', 'ALT', 'AST', 'ALP', 'GGT', 'TP', 'ALB', 'UREA', 'CREA', 'UA']),
    { deviceCode: 'Ca', parameter: 'CA', factor: '1' },
    { deviceCode: 'P', parameter: 'PHOS', factor: '1' },
    { deviceCode: 'Na', parameter: 'NA', factor: '1' },
    { deviceCode: 'K', parameter: 'K', factor: '1' },
    { deviceCode: 'Cl', parameter: 'CL', factor: '1' },
    { deviceCode: 'CO2', parameter: 'HCO3', factor: '1' },
    ...same(['CRP', 'TSH']),
  ],
};
