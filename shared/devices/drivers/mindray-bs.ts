import type { Driver, DriverSettings } from '../driver.ts';
import { type Hl7Message, type Hl7Segment, hl7RefOf, hl7Text } from '../hl7/message.ts';
import type { ControlMaterial, DeviceReading, DeviceSample } from '../reading.ts';
import { filled } from '../text.ts';
import { readTime } from '../times.ts';
import { readValue } from '../values.ts';
import { codesOf } from './codes.ts';
import { at, defined, usualSerial } from './common.ts';
import { answerDisplayQuery } from './hl7-answer.ts';
import { readHl7, type SpecialReading, standardHl7 } from './hl7-reader.ts';

/** MSH-16: 0 sample, 1 calibration, 2 control. Some models use MSH-11 (Q) instead. */
function kindOf(message: Hl7Message): 'patient' | 'calibration' | 'control' {
  const kind = message.header.applicationAcknowledgement;
  if (kind === '2' || (message.header.fields[11] ?? '').toUpperCase() === 'Q') return 'control';
  return kind === '1' ? 'calibration' : 'patient';
}

/** A control result has no OBX: everything stands in OBR (host interface manual, 2.3). */
function readControl(obr: Hl7Segment, settings: DriverSettings): SpecialReading {
  const raw = hl7Text(obr, 20);
  const control = defined<ControlMaterial>({
    name: filled(hl7Text(obr, 13)),
    lot: filled(hl7Text(obr, 14)),
    expires: readTime(hl7Text(obr, 15)),
    level: filled(hl7Text(obr, 17)),
    mean: filled(hl7Text(obr, 18)),
    deviation: filled(hl7Text(obr, 19)),
  });
  const { value, marks } = readValue(raw, settings.decimal);
  const identity = { sampleId: control.lot ?? '', rawSampleId: hl7Text(obr, 14), kind: 'control' as const };
  const result = defined<DeviceReading>({
    ...identity,
    code: hl7Text(obr, 2).trim(),
    name: filled(hl7Text(obr, 3)),
    value,
    rawValue: raw,
    unit: filled(hl7Text(obr, 21)),
    flags: [...marks],
    resultAt: readTime(hl7Text(obr, 6) || hl7Text(obr, 7)),
    comments: [],
    control,
    images: [],
    recordRef: hl7RefOf(obr, 20),
  });
  const sample: DeviceSample = { ...identity, comments: [], images: [], recordRef: hl7RefOf(obr, 14) };
  return { results: [result], samples: [sample] };
}

function special(message: Hl7Message, settings: DriverSettings): SpecialReading | undefined {
  if (kindOf(message) !== 'control' || message.segments.some(({ name }) => name === 'OBX')) return undefined;
  const read = message.segments.filter(({ name }) => name === 'OBR').map((obr) => readControl(obr, settings));
  return { results: read.flatMap(({ results }) => results), samples: read.flatMap(({ samples }) => samples) };
}

const places = {
  ...standardHl7.places,
  sampleId: at('OBR-2.1'),
  position: at('OBR-3.1'),
  code: at('OBX-3.1 OBX-4.1'),
  name: at('OBX-4.1 OBX-3.2'),
  resultAt: at('OBX-14.1 OBR-7.1 MSH-7.1'),
};

/** Mindray BS chemistry analyzers: HL7 2.3.1 over MLLP, one test in a message on most models. Source: BS-200 host interface manual. */
export const mindrayBs: Driver = {
  id: 'mindray-bs',
  name: 'Mindray BS',
  manufacturer: 'Mindray',
  models: ['BS-120', 'BS-200', 'BS-240', 'BS-300', 'BS-380', 'BS-480', 'BS-600'],
  format: 'hl7',
  protocol: {
    framing: 'mllp',
    connection: 'tcp-server',
    serial: usualSerial,
    answeredByDriver: ['QRY^Q02'],
    acknowledgeEchoes: [16],
  },
  settings: { charset: 'utf-8', decimal: 'point' },
  guide: {
    source: 'Mindray: BS-200 Chemistry Analyzer Host Interface Manual, version 1.2 (HL7 2.3.1).',
    guessed: ['That MSH-11 = Q marks controls on models that leave MSH-16 empty.'],
    cabling:
      'Ethernet from the instrument’s computer, which calls the laboratory: it needs the address and port of this device.',
    settings: [
      'Utility → System setup → Host communication: protocol HL7, IP address and port of the laboratory, connect at start-up.',
      'Send results automatically. Bidirectional: on, if orders are to be fetched by bar code.',
      'Channel numbers or short names of the tests: they are the codes that arrive here.',
    ],
  },
  places,
  codes: codesOf({
    GLU: 'glucose',
    TC: 'cholesterol',
    TG: 'triglycerides',
    'HDL-C': 'hdl',
    'LDL-C': 'ldl',
    TBIL: 'bilirubin',
    DBIL: 'directBilirubin',
    ALT: 'alt',
    AST: 'ast',
    ALP: 'alp',
    GGT: 'ggt',
    TP: 'protein',
    ALB: 'albumin',
    UREA: 'urea',
    CREA: 'creatinine',
    UA: 'urate',
    Ca: 'calcium',
    P: 'phosphate',
    Na: 'sodium',
    K: 'potassium',
    Cl: 'chloride',
    CO2: 'carbonDioxide',
    CRP: 'crp',
    TSH: 'tsh',
  }),
  quirks: [
    'The bar code is OBR-2. OBR-3 is the analyzer’s own running number, which says nothing to the laboratory; it is kept as the position.',
    'The code of a test is what was entered for it on the instrument: a number on older models, a short name on newer ones.',
    'MSH-16 says what is reported: 0 a sample, 1 a calibration, 2 a control. The acknowledgement has to give it back.',
    'A control result has neither PID nor OBX; test, lot, level, target and value stand in OBR.',
    'Orders are asked for by QRY^Q02 and answered by QCK^Q02 and DSR^Q03; without a bar code in QRD-8 all orders are asked for.',
  ],
  sample: {
    text: [
      'MSH|^~\\&|Mindray|BS-240|||20240105101500||ORU^R01|7|P|2.3.1||||0||ASCII|||',
      'PID|1|P-12||3|Tom||19850101000000|M|A',
      'OBR|1|AQ-240007|12|Mindray^BS-240|N||20240105101000||||||||Serum',
      'OBX|1|NM|GLU|Glucose|131.20|mg/dL|70-99|H|||F||131.20|20240105101400||tech',
      'OBX|2|NM|TBIL|Bilirubin T|<0.10|mg/dL|0.2-1.2|L|||F||0.08|20240105101410||tech',
      '',
    ].join('\r'),
    results: [
      { sampleId: 'AQ-240007', code: 'GLU', value: '131.20', unit: 'mg/dL', flags: ['H'] },
      { sampleId: 'AQ-240007', code: 'TBIL', value: '<0.10', unit: 'mg/dL', flags: ['L'] },
    ],
  },
  read: (text, settings) =>
    readHl7(
      text,
      {
        ...standardHl7,
        places,
        kind: (sampleId, context) => {
          const kind = kindOf(context.message);
          return kind === 'patient' ? standardHl7.kind(sampleId, context) : { kind };
        },
        analyzer: (message) =>
          defined({ manufacturer: filled(message.header.fields[3]), model: filled(message.header.fields[4]) }),
        special,
      },
      mindrayBs.settings,
      settings,
    ),
  answer: (query, orders, context) => answerDisplayQuery(mindrayBs, query, orders, context),
};
