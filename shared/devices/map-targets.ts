import type { FieldMap, TableMap } from './driver.ts';

/** What a place can be chosen as, in the order the screen offers it. */
export const mapTargets = [
  'sampleId',
  'code',
  'value',
  'unit',
  'flags',
  'resultAt',
  'comment',
  'patientId',
  'name',
  'rack',
  'position',
  'querySampleId',
] as const satisfies readonly (keyof FieldMap)[];
export type MapTarget = (typeof mapTargets)[number];

/** What a column of a table can be chosen as. */
export const tableTargets = [
  'sampleId',
  'code',
  'value',
  'unit',
  'flag',
  'resultAt',
  'comment',
] as const satisfies readonly (keyof TableMap)[];
export type TableTarget = (typeof tableTargets)[number];

const ofResults = mapTargets.filter((target) => target !== 'querySampleId');
const ofQueries: readonly MapTarget[] = ['querySampleId'];

/** What the places of a record may be chosen as. Nothing: then `why` says so in words. */
export interface RecordUse {
  readonly targets: readonly MapTarget[];
  readonly why?: string;
}

const nothingIn = (why: string): RecordUse => ({ targets: [], why });
const query: RecordUse = {
  targets: ofQueries,
  why: 'A query names the sample whose orders are asked for; results do not stand in it.',
};

/** What an ASTM record of this type can be used for in a field map. */
export function astmUse(type: string): RecordUse {
  switch (type) {
    case 'Q':
      return query;
    case 'L':
      return nothingIn('Ends the message; it says nothing of a sample or a result.');
    case 'S':
      return nothingIn('Laboratories compare methods by it; no result of a sample stands in it.');
    default:
      return type.length >= 1 && type.length <= 3
        ? { targets: ofResults }
        : nothingIn('This is no name of a record, so that nothing can be looked up under it.');
  }
}

const hl7Envelope = new Set(['MSA', 'ERR', 'QAK', 'DSC', 'SFT', 'FHS', 'FTS', 'BHS', 'BTS']);

/** What an HL7 segment of this name can be used for in a field map. */
export function hl7Use(name: string): RecordUse {
  if (name === 'QRD' || name === 'QRF' || name === 'QPD' || name === 'RCP') return query;
  return hl7Envelope.has(name)
    ? nothingIn('Belongs to the envelope of the message (answer, program, batch); no sample or result stands in it.')
    : { targets: ofResults };
}

/** What may be chosen in records of this type, by the format. */
export function useOf(format: 'astm' | 'hl7', record: string): RecordUse {
  return format === 'astm' ? astmUse(record) : hl7Use(record);
}
