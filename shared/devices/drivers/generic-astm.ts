import type { Driver } from '../driver.ts';
import { genericDrivers } from '../generic.ts';
import { answerAstm } from './astm-answer.ts';
import { standardAstm } from './astm-profile.ts';
import { readAstm } from './astm-reader.ts';
import { usualSerial } from './common.ts';

/** Any instrument that keeps to LIS2-A2 (E1394); where it does not, the device's map says where things are. */
export const genericAstm: Driver = {
  id: genericDrivers.astm,
  name: 'Generic ASTM',
  manufacturer: '',
  models: [],
  format: 'astm',
  protocol: { framing: 'astm', connection: 'tcp-server', serial: usualSerial },
  settings: { charset: 'latin1', decimal: 'auto' },
  guide: {
    source: 'CLSI LIS1-A and LIS2-A2 (ASTM E1381 and E1394).',
    guessed: [],
    cabling:
      'By the instrument’s manual: Ethernet (the instrument calls the laboratory, or the laboratory calls it) or RS-232C with a crossed cable.',
    settings: [
      'Protocol ASTM (E1381/E1394, LIS1/LIS2) with acknowledgements; on a serial line the same speed, parity, data and stop bits on both sides.',
      'Have the instrument send one result, then say in the received message what is what (Field map).',
    ],
  },
  places: standardAstm.places,
  codes: [],
  quirks: [
    'The sample id is looked for in O-3, then in O-4; the code in the components of R-3 after the third.',
    'Other places are set on the screen, from a received message.',
  ],
  sample: {
    text: [
      'H|\\^&|1||ANALYZER^1.0^SN1|||||LIS||P|LIS2-A2|20240105101500',
      'P|1|PID-9|||Silva^Ana||19800101|F',
      'O|1|AQ-240005||^^^GLU\\^^^HBS|R',
      'R|1|^^^GLU|5,61|mmol/L|3.9 to 6.1|N||F||OP^Maria|20240105101000|20240105101200',
      'R|2|HBS^5196-1|Negativo||||N|F',
      'C|1|I|haemolysis 1+|G',
      'L|1|N',
      '',
    ].join('\r'),
    results: [
      { sampleId: 'AQ-240005', code: 'GLU', value: '5.61', unit: 'mmol/L', flags: ['N'] },
      { sampleId: 'AQ-240005', code: 'HBS', value: 'negative' },
    ],
  },
  read: (text, settings) => readAstm(text, standardAstm, genericAstm.settings, settings),
  answer: (query, orders, context) =>
    answerAstm(
      genericAstm,
      {
        version: 'LIS2-A2',
        specimenId: (order) => order.sampleId,
        testIds: (wanted) => wanted.map((code) => ['', '', '', code]),
      },
      query,
      orders,
      context,
    ),
};
