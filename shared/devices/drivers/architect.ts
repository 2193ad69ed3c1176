import type { Driver } from '../driver.ts';
import { filled } from '../text.ts';
import { at, defined, usualSerial } from './common.ts';
import { readHl7, standardHl7 } from './hl7-reader.ts';

const places = {
  ...standardHl7.places,
  sampleId: at('SPM-2.1 OBR-3.1 OBR-2.1'),
  code: at('OBX-3.4 OBX-3.1'),
  name: at('OBX-3.5 OBX-3.2'),
  resultAt: at('OBX-19.1 OBX-14.1 OBR-22.1 OBR-8.1 OBR-7.1 MSH-7.1'),
};

/** Abbott ARCHITECT through its HL7 interface (2.5.1). Source: a simulated message; the instrument’s own interface is ASTM. */
export const architect: Driver = {
  id: 'architect',
  name: 'Abbott ARCHITECT',
  manufacturer: 'Abbott',
  models: ['ARCHITECT i1000SR', 'ARCHITECT i2000SR', 'ARCHITECT c4000', 'ARCHITECT c8000'],
  format: 'hl7',
  protocol: { framing: 'mllp', connection: 'tcp-server', serial: usualSerial },
  settings: { charset: 'utf-8', decimal: 'point' },
  guide: {
    source: 'A simulated HL7 2.5.1 message. The ARCHITECT itself speaks ASTM; HL7 comes from the middleware before it.',
    guessed: [
      'The whole layout: Abbott’s middleware can be set up in many ways. Compare the first message with the field map.',
      'That the time of the order stands for the time of the result where no other is sent.',
    ],
    cabling:
      'Ethernet from the middleware’s computer, which calls the laboratory. For the ASTM port of the instrument use generic ASTM.',
    settings: [
      'In the middleware: a host connection HL7 2.5.1 (ORU^R01) over MLLP with address and port of the laboratory.',
      'Test codes as they are on the ARCHITECT in the fourth component of OBX-3.',
    ],
  },
  places,
  codes: [
    { code: 'HIV', name: 'HIV 1 and 2 antibody and p24 antigen', loinc: '56888-1' },
    { code: 'HBSAG', name: 'Hepatitis B surface antigen', loinc: '5196-1' },
    { code: 'HCV', name: 'Hepatitis C antibody', loinc: '13955-0' },
    { code: 'TSH', name: 'Thyrotropin (TSH)', loinc: '3016-3', unit: 'u[IU]/mL' },
  ],
  quirks: [
    'The code of a test is the fourth component of OBX-3, its name the fifth.',
    'The sample id is OBR-3.',
    'Qualitative tests send a word (ST) without a unit.',
  ],
  sample: {
    text: [
      'MSH|^~\\&|ARCHITECT|LAB|LIS|LAB|20240105101500||ORU^R01|A100|P|2.5.1',
      'PID|1||P-5||DOE^JANE||19800101|F',
      'OBR|1|AQ-240008|AQ-240008|^^^IMMUNO^PANEL||||20240105101500',
      'OBX|1|ST|^^^HCV^Anti-HCV||Reactive|||A|||F',
      'OBX|2|NM|^^^TSH^TSH||2.31|uIU/mL|0.35-4.94|N|||F',
      '',
    ].join('\r'),
    results: [
      { sampleId: 'AQ-240008', code: 'HCV', value: 'positive', flags: ['A'] },
      { sampleId: 'AQ-240008', code: 'TSH', value: '2.31', unit: 'uIU/mL', flags: ['N'] },
    ],
  },
  read: (text, settings) =>
    readHl7(
      text,
      {
        ...standardHl7,
        places,
        analyzer: (message) => defined({ manufacturer: 'Abbott', model: filled(message.header.fields[3]) }),
      },
      architect.settings,
      settings,
    ),
};
