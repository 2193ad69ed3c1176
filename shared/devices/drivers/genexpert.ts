import { componentsOf, fieldText, repeatsOf } from '../astm/records.ts';
import type { Driver } from '../driver.ts';
import type { DeviceReading } from '../reading.ts';
import { readValue } from '../values.ts';
import { answerAstm } from './astm-answer.ts';
import { standardAstm } from './astm-profile.ts';
import { readAstm } from './astm-reader.ts';
import { at, usualSerial } from './common.ts';

/** Parts of the test id that tell results apart: assay, result group, analyte, and what of it (Ct, EndPt). */
const tellingComponents = [2, 4, 7, 8];

/** Sub-results carry neither status nor time nor operator: those of the result they belong to stand above them. */
function inheritFromMain(readings: readonly DeviceReading[]): DeviceReading[] {
  let main: DeviceReading | undefined;
  return readings.map((reading) => {
    if (reading.resultAt !== undefined || main === undefined) {
      main = reading;
      return reading;
    }
    const inherited = { ...reading };
    if (inherited.status === undefined && main.status !== undefined) inherited.status = main.status;
    if (main.resultAt !== undefined) inherited.resultAt = main.resultAt;
    if (inherited.operator === undefined && main.operator !== undefined) inherited.operator = main.operator;
    return inherited;
  });
}

const places = { ...standardAstm.places, sampleId: at('O-3.1'), code: at('R-3'), resultAt: at('R-13 R-12') };

/** Cepheid GeneXpert Dx: ASTM E1394 with `@` as repeat sign, a whole message in one frame of any length. Source: Cepheid’s LIS interface protocol specification, and a message. */
export const genexpert: Driver = {
  id: 'genexpert',
  name: 'Cepheid GeneXpert',
  manufacturer: 'Cepheid',
  models: ['GeneXpert Dx', 'GeneXpert Infinity'],
  format: 'astm',
  protocol: { framing: 'astm', connection: 'tcp-server', serial: usualSerial },
  settings: { charset: 'utf-8', decimal: 'point' },
  guide: {
    source:
      'Cepheid: GeneXpert LIS Interface Protocol Specification (302-2261), and a message of a GeneXpert Dx with software 4.8.',
    guessed: [],
    cabling:
      'Ethernet from the GeneXpert’s computer to the laboratory’s network. The software calls the laboratory or is called.',
    settings: [
      'Setup → System Configuration → Host Communication Settings: enable, protocol ASTM, “run host as server”, address and port of the laboratory.',
      'Automatic result upload on. Automatic host query after sample id scan on, if orders are to be fetched.',
      'Define test codes: each assay gets the host test code under which it is ordered; it is the second component of R-3.',
      'Instrument specimen id off: the sample id is then O-3.',
    ],
  },
  places,
  codes: [
    { code: 'MTB-RIF^Xpert^MTB', name: 'Mycobacterium tuberculosis complex DNA' },
    { code: 'MTB-RIF^RIF^RIF Resistance', name: 'Rifampicin resistance' },
    { code: 'MTB-RIF^Trace^MTB Trace', name: 'Mycobacterium tuberculosis complex DNA, trace' },
  ],
  quirks: [
    'The repeat sign is @; all records of a message come in one frame, often of several thousand bytes.',
    'One assay gives a result for each analyte and, under it, one for each probe with its Ct and end point.',
    'The code is put together from the second, fourth, seventh and eighth component of the test id.',
    'R-4 holds the word in its first component and the number in its second; where both come, the word becomes a comment.',
    'Status, time and operator stand on the main result only; the results under it have them from there.',
    'INVALID, ERROR and NO RESULT are results: they are shown, and released by a person.',
  ],
  sample: {
    text: [
      'H|@^\\|M-100||GX-01^GeneXpert^6.4|||||LIS||P|1394-97|20240105120000',
      'P|1||||^^^^',
      'O|1|AQ-240003||^^^FLU|R|20240105110000|||||||||ORH||||||||||F',
      'R|1|^FLU^^Flu A^Xpert Flu^2^Flu A^|POSITIVE^|||||F||N. Okafor|20240105110000|20240105115000',
      'R|2|^FLU^^Flu A^^^FluA1^Ct|^27.3|||',
      'R|3|^FLU^^Flu B^Xpert Flu^2^Flu B^|INVALID^|||||F||N. Okafor|20240105110000|20240105115000',
      'L|1|N',
      '',
    ].join('\r'),
    results: [
      { sampleId: 'AQ-240003', code: 'FLU^Flu A^Flu A', value: 'positive' },
      { sampleId: 'AQ-240003', code: 'FLU^Flu A^FluA1^Ct', value: '27.3' },
      { sampleId: 'AQ-240003', code: 'FLU^Flu B^Flu B', value: 'invalid' },
    ],
  },
  read: (text, settings) =>
    readAstm(
      text,
      {
        ...standardAstm,
        places,
        code: (record) => {
          const components = componentsOf(record, repeatsOf(record, 3)[0] ?? '');
          const telling = tellingComponents.map((number) => (components[number - 1] ?? '').trim());
          return telling.filter((part) => part !== '').join('^');
        },
        name: (record) => {
          const what = [5, 7, 8].map((component) => fieldText(record, 3, component).trim());
          return what.filter((part) => part !== '').join(' ') || undefined;
        },
        value: (record, set) => {
          const [word = '', number = ''] = componentsOf(record, repeatsOf(record, 4)[0] ?? '');
          const raw = fieldText(record, 4);
          const quantity = readValue(number, set.decimal);
          if (word.trim() === '') return { ...quantity, raw };
          if (quantity.value.kind === 'numeric') return { ...quantity, raw, comment: word.trim() };
          return { ...readValue(word, set.decimal), raw };
        },
        finish: inheritFromMain,
        analyzer: (header) => ({
          manufacturer: 'Cepheid',
          model: fieldText(header, 5, 2).trim(),
          software: fieldText(header, 5, 3).trim(),
        }),
      },
      genexpert.settings,
      settings,
    ),
  answer: (query, orders, context) =>
    answerAstm(
      genexpert,
      {
        version: '1394-97',
        specimenId: (order) => order.sampleId,
        // Ordered is an assay; the laboratory's codes name its results.
        testIds: (wanted) =>
          [...new Set(wanted.map((code) => code.split('^')[0] ?? code))].map((assay) => ['', '', '', assay]),
      },
      query,
      orders,
      context,
    ),
};
