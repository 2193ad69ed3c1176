import type { SpecimenTypeShape } from '../../../../shared/catalogue/schema.ts';

type Row = readonly [
  code: string,
  name: string,
  container: string,
  colour: string,
  volume: string,
  /** Hours at room temperature, at 2 to 8 °C and frozen; 0: not to be relied on. */
  hours: readonly [room: number, refrigerated: number, frozen: number],
  instructions?: string,
];

/**
 * Cap colours and volumes as in CLSI GP41, order of draw. Stability: WHO/DIL/LAB/99.1 Rev. 2, "Use of anticoagulants in
 * diagnostic laboratory investigations and stability of blood, plasma and serum samples" (2002), the shortest of the common
 * analytes; to be verified by the laboratory.
 */
const rows: readonly Row[] = [
  [
    'BLOODCULT',
    'Blood culture',
    'Blood culture bottles',
    'bottle',
    '10',
    [24, 0, 0],
    'Disinfect skin and bottle tops. Aerobic bottle first.',
  ],
  ['CITRATE', 'Citrated plasma', 'Citrate tube', 'light blue', '2.7', [4, 0, 336], 'Fill to the mark.'],
  ['SERUM', 'Serum', 'Serum gel tube', 'gold', '5', [8, 48, 720]],
  [
    'SERUM-PLAIN',
    'Serum, without gel',
    'Serum tube, plain',
    'red',
    '5',
    [8, 48, 720],
    'Note the time of the last dose.',
  ],
  [
    'HEPARIN-ART',
    'Arterial blood, heparin',
    'Blood gas syringe',
    'syringe',
    '1',
    [1, 0, 0],
    'No air bubbles; to the laboratory at once.',
  ],
  ['EDTA', 'EDTA whole blood', 'K2-EDTA tube', 'lavender', '3', [24, 48, 0]],
  [
    'EDTA-ICE',
    'EDTA plasma, on ice',
    'K2-EDTA tube, chilled',
    'lavender',
    '3',
    [0, 2, 168],
    'On ice to the laboratory within 15 minutes.',
  ],
  ['TRACE', 'Whole blood or plasma, trace elements', 'Trace element tube', 'royal blue', '6', [24, 168, 720]],
  ['FLUORIDE', 'Fluoride plasma', 'Fluoride tube', 'grey', '2', [24, 72, 0]],
  ['URINE', 'Urine, random', 'Urine cup', 'yellow', '10', [2, 24, 0], 'Mid-stream.'],
  [
    'URINE-STERILE',
    'Urine, mid-stream, sterile',
    'Sterile urine cup',
    'white',
    '10',
    [2, 24, 0],
    'Clean, let the first of it go, then into the cup.',
  ],
  [
    'URINE24',
    'Urine, 24 hours',
    '24 h urine container',
    'brown',
    '3000',
    [0, 48, 0],
    'Discard the first morning urine, then collect all of it until the next morning.',
  ],
  ['STOOL', 'Stool', 'Stool cup', 'brown', '5', [2, 24, 0]],
  ['SPUTUM', 'Sputum', 'Sputum cup', 'clear', '5', [2, 24, 0], 'From the depth, in the morning, before eating.'],
  ['SWAB', 'Swab', 'Swab with transport medium', 'swab', '1', [24, 48, 0]],
  ['NASO', 'Nasopharyngeal swab', 'Flocked swab, viral transport medium', 'swab', '3', [4, 72, 0]],
  ['CSF', 'Cerebrospinal fluid', 'Sterile tube', 'clear', '2', [1, 0, 0], 'To the laboratory at once.'],
  ['FLUID', 'Body fluid', 'Sterile tube', 'clear', '10', [4, 24, 0], 'Say which fluid.'],
  [
    'SEMEN',
    'Semen',
    'Sterile cup',
    'clear',
    '2',
    [1, 0, 0],
    'After 2 to 7 days without ejaculation; keep at body warmth, within one hour.',
  ],
  ['SCRAPE', 'Skin or nail scraping', 'Paper fold or sterile cup', 'clear', '1', [168, 0, 0]],
  ['BEDSIDE', 'Done at the patient', 'None', 'none', '0', [0, 0, 0]],
];

/** What the starter catalogue's tests are made from. */
export const specimenTypes: readonly SpecimenTypeShape[] = rows.map(
  ([code, name, container, colour, volume, [roomHours, refrigeratedHours, frozenHours], instructions]) => {
    const stability = {
      ...(roomHours ? { roomHours } : {}),
      ...(refrigeratedHours ? { refrigeratedHours } : {}),
      ...(frozenHours ? { frozenHours } : {}),
    };
    return {
      kind: 'specimenType',
      code,
      name,
      container,
      colour,
      volume,
      ...(Object.keys(stability).length > 0 ? { stability } : {}),
      ...(instructions === undefined ? {} : { instructions }),
    };
  },
);
