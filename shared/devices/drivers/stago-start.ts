import { type AstmRecord, componentsOf, fieldText, repeatsOf } from '../astm/records.ts';
import type { Driver } from '../driver.ts';
import { standardAstm } from './astm-profile.ts';
import { readAstm } from './astm-reader.ts';
import { at, usualSerial } from './common.ts';

const places = {
  ...standardAstm.places,
  sampleId: at('O-3.1 O-4.1'),
  code: at('R-3 R-5'),
  resultAt: at('R-13 R-12 O-23'),
};

/** One clotting time is reported in several units (seconds, per cent, INR): test and unit together name the result. */
function codeOf(record: AstmRecord): string {
  const parts = componentsOf(record, repeatsOf(record, 3)[0] ?? '').map((part) => part.trim());
  const test = parts.slice(3).find((part) => part !== '') ?? parts.find((part) => part !== '') ?? '';
  const unit = fieldText(record, 5).trim();
  return test === '' || unit === '' ? test : `${test}^${unit}`;
}

/**
 * Stago STart 4 and STart Max: ASTM E1394, one way. Source: Stago's user interface RS232-C of STA Compact and STA-R (ANCG221,
 * ANCG218), the same maker's larger instruments; no document of the STart was at hand, so all that goes beyond the standard
 * is a guess and marked so.
 */
export const stagoStart: Driver = {
  id: 'stago-start',
  name: 'Stago STart',
  manufacturer: 'Stago',
  models: ['STart 4', 'STart Max'],
  format: 'astm',
  protocol: { framing: 'astm', connection: 'serial', serial: usualSerial, frameNumbers: 'tolerant' },
  settings: { charset: 'latin1', decimal: 'auto' },
  guide: {
    source:
      'Stago: User Interface RS232-C of the STA Compact (ANCG221) and STA-R (ANCG218), for line, frames and records. No document of the STart itself.',
    guessed: [
      'That the STart’s records are those of the STA Compact.',
      'The names of the tests in R-3: they are what was entered for each method on the instrument.',
      'That each unit of a clotting time comes as a result of its own.',
    ],
    cabling:
      'RS-232C: DB-9, pin 2 receives, pin 3 sends, pin 5 is ground; no control lines. A crossed cable to the computer.',
    settings: [
      'Set-up → Serial link: ASTM, 9600 baud (300 to 9600 can be chosen), 8 data bits, no parity, 1 stop bit.',
      'Transmission of results: on, after validation.',
      'Enter or scan the specimen’s number as the patient identification of the run.',
    ],
  },
  places,
  codes: [
    { code: 'PT^s', name: 'Prothrombin time', loinc: '5902-2', unit: 's' },
    { code: 'PT^%', name: 'Prothrombin time, share of normal', loinc: '5894-1', unit: '%' },
    { code: 'PT^INR', name: 'INR', loinc: '6301-6', unit: '{INR}' },
    { code: 'APTT^s', name: 'Activated partial thromboplastin time', loinc: '14979-9', unit: 's' },
    { code: 'FIB^g/L', name: 'Fibrinogen', loinc: '3255-7', unit: 'g/L' },
    { code: 'TT^s', name: 'Thrombin time', loinc: '3243-3', unit: 's' },
  ],
  quirks: [
    'A clotting time is reported in several units (s, %, INR): the code is put together from the test and its unit.',
    'Where no clot formed the value is > and the longest time, or Vmax.',
    'Some set-ups write a decimal comma.',
    'Controls: O-12 is Q.',
    'It sends results and takes no orders.',
  ],
  sample: {
    text: [
      'H|\\^&|||STart^1.0|||||||P|E1394-97|20240105101746',
      'P|1',
      'O|1|AQ-240014||^^^PT\\^^^APTT|R||||||N||||||||||||||F',
      'R|1|^^^PT|28,4|s||H||F||||20240105101030',
      'R|2|^^^PT|2,41|INR||H||F||||20240105101030',
      'R|3|^^^APTT|>180|s||H||F||||20240105101210',
      'L|1|N',
      '',
    ].join('\r'),
    results: [
      { sampleId: 'AQ-240014', code: 'PT^s', value: '28.4', unit: 's', flags: ['H'] },
      { sampleId: 'AQ-240014', code: 'PT^INR', value: '2.41', unit: 'INR', flags: ['H'] },
      { sampleId: 'AQ-240014', code: 'APTT^s', value: '>180', unit: 's', flags: ['H'] },
    ],
  },
  read: (text, settings) =>
    readAstm(
      text,
      {
        ...standardAstm,
        places,
        code: codeOf,
        value: (record, set) => {
          const read = standardAstm.value(record, set);
          const unclotted = /^v ?max$/i.test(read.raw.trim());
          return unclotted ? { ...read, value: { kind: 'missing', reason: 'out-of-range' } } : read;
        },
        analyzer: (header) => ({ ...standardAstm.analyzer(header), manufacturer: 'Stago' }),
      },
      stagoStart.settings,
      settings,
    ),
};
