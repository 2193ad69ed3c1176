import type { KnownCode } from '../driver.ts';

/** What an analyte is called and how LOINC knows it, shared by the code lists of several instruments. */
const analytes = {
  wbc: ['Leukocytes', '6690-2', '10*3/uL'],
  rbc: ['Erythrocytes', '789-8', '10*6/uL'],
  hgb: ['Haemoglobin', '718-7', 'g/dL'],
  hct: ['Haematocrit', '4544-3', '%'],
  mcv: ['Mean cell volume', '787-2', 'fL'],
  mch: ['Mean cell haemoglobin', '785-6', 'pg'],
  mchc: ['Mean cell haemoglobin concentration', '786-4', 'g/dL'],
  plt: ['Platelets', '777-3', '10*3/uL'],
  rdwSd: ['Red cell distribution width, SD', '21000-5', 'fL'],
  rdwCv: ['Red cell distribution width, CV', '788-0', '%'],
  mpv: ['Mean platelet volume', '32623-1', 'fL'],
  pdw: ['Platelet distribution width', '32207-3', 'fL'],
  pct: ['Plateletcrit', '51637-7', '%'],
  plcr: ['Platelet large cell ratio', '48386-7', '%'],
  neutrophils: ['Neutrophils', '751-8', '10*3/uL'],
  neutrophilShare: ['Neutrophils, share of leukocytes', '770-8', '%'],
  lymphocytes: ['Lymphocytes', '731-0', '10*3/uL'],
  lymphocyteShare: ['Lymphocytes, share of leukocytes', '736-9', '%'],
  monocytes: ['Monocytes', '742-7', '10*3/uL'],
  monocyteShare: ['Monocytes, share of leukocytes', '5905-5', '%'],
  eosinophils: ['Eosinophils', '711-2', '10*3/uL'],
  eosinophilShare: ['Eosinophils, share of leukocytes', '713-8', '%'],
  basophils: ['Basophils', '704-7', '10*3/uL'],
  basophilShare: ['Basophils, share of leukocytes', '706-2', '%'],
  immature: ['Immature granulocytes', '53115-2', '10*3/uL'],
  immatureShare: ['Immature granulocytes, share of leukocytes', '71695-1', '%'],
  glucose: ['Glucose', '2345-7', 'mg/dL'],
  cholesterol: ['Cholesterol', '2093-3', 'mg/dL'],
  triglycerides: ['Triglycerides', '2571-8', 'mg/dL'],
  hdl: ['HDL cholesterol', '2085-9', 'mg/dL'],
  ldl: ['LDL cholesterol, direct', '18262-6', 'mg/dL'],
  bilirubin: ['Bilirubin, total', '1975-2', 'mg/dL'],
  directBilirubin: ['Bilirubin, direct', '1968-7', 'mg/dL'],
  alt: ['Alanine aminotransferase', '1742-6', 'U/L'],
  ast: ['Aspartate aminotransferase', '1920-8', 'U/L'],
  alp: ['Alkaline phosphatase', '6768-6', 'U/L'],
  ggt: ['Gamma-glutamyl transferase', '2324-2', 'U/L'],
  protein: ['Protein, total', '2885-2', 'g/dL'],
  albumin: ['Albumin', '1751-7', 'g/dL'],
  urea: ['Urea', '3091-6', 'mg/dL'],
  creatinine: ['Creatinine', '2160-0', 'mg/dL'],
  urate: ['Uric acid', '3084-1', 'mg/dL'],
  sodium: ['Sodium', '2951-2', 'mmol/L'],
  potassium: ['Potassium', '2823-3', 'mmol/L'],
  chloride: ['Chloride', '2075-0', 'mmol/L'],
  carbonDioxide: ['Carbon dioxide, total', '2028-9', 'mmol/L'],
  calcium: ['Calcium', '17861-6', 'mg/dL'],
  phosphate: ['Phosphate', '2777-1', 'mg/dL'],
  crp: ['C-reactive protein', '1988-5', 'mg/L'],
  tsh: ['Thyrotropin (TSH)', '3016-3', 'm[IU]/L'],
} as const;

/**
 * A code list: the instrument's code → analyte, or a name of its own. LOINC codes are those of the analyte in blood, serum or
 * plasma; `units` replaces the usual unit where the instrument is set to another one.
 */
export function codesOf(
  list: Readonly<
    Record<string, keyof typeof analytes | { readonly name: string; readonly loinc?: string; readonly unit?: string }>
  >,
  units: Readonly<Record<string, string>> = {},
): readonly KnownCode[] {
  return Object.entries(list).map(([code, what]) => {
    if (typeof what !== 'string') return { code, ...what };
    const [name, loinc, unit] = analytes[what];
    return { code, name, loinc, unit: units[code] ?? unit };
  });
}
