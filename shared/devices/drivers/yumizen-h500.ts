import { componentsOf, fieldText, repeatsOf } from '../astm/records.ts';
import type { Driver } from '../driver.ts';
import type { ControlMaterial } from '../reading.ts';
import { filled } from '../text.ts';
import { answerAstm } from './astm-answer.ts';
import { type AstmContext, imagesIn, standardAstm } from './astm-profile.ts';
import { readAstm } from './astm-reader.ts';
import { codesOf } from './codes.ts';
import { at, defined, usualSerial } from './common.ts';
import { horibaPanel } from './horiba.ts';

/** The control's lot is the sample id, its level O-16.3, its name a general comment (C-5 = G). */
function controlOf(sampleId: string, { order }: AstmContext): ControlMaterial {
  const named = order.comments.find((comment) => fieldText(comment, 5).trim().toUpperCase() === 'G');
  return defined<ControlMaterial>({
    lot: filled(sampleId),
    level: order.record ? filled(fieldText(order.record, 16, 3)) : undefined,
    name: named ? filled(fieldText(named, 4)) : undefined,
  });
}

const places = {
  ...standardAstm.places,
  sampleId: at('O-3.1'),
  code: at('R-3.4'),
  resultAt: at('R-12 R-13 O-7'),
};

/** Horiba Yumizen H500 and H550: LIS2-A2, one record in a frame, histograms in manufacturer records. Source: a message of an H500, and Horiba’s output format of the Pentra family. */
export const yumizenH500: Driver = {
  id: 'yumizen-h500',
  name: 'Horiba Yumizen H500',
  manufacturer: 'Horiba',
  models: ['Yumizen H500', 'Yumizen H550'],
  format: 'astm',
  protocol: {
    framing: 'astm',
    connection: 'tcp-server',
    serial: { ...usualSerial, baudRate: 115_200 },
    frameNumbers: 'tolerant',
  },
  settings: { charset: 'latin1', decimal: 'point' },
  guide: {
    source:
      'A message of a Yumizen H500 with software 2.2, and Horiba Medical’s LIS output format of the Pentra family.',
    guessed: [
      'How an order has to look: the measuring mode (CBC or DIF) as test id, the sample id in O-3.',
      'The speed of the serial port.',
    ],
    cabling: 'Ethernet. The instrument calls the laboratory: it needs the address and port of this device.',
    settings: [
      'Settings → LIS: on, connection “Ethernet”, protocol LIS2-A2, address and port of the laboratory.',
      'Send results: automatically. Send histograms and matrices: as wished; they are kept with the sample.',
      'Controls are sent with the lot as sample id; nothing has to be set for them here.',
    ],
  },
  places,
  codes: codesOf({
    WBC: 'wbc',
    RBC: 'rbc',
    HGB: 'hgb',
    HCT: 'hct',
    MCV: 'mcv',
    MCH: 'mch',
    MCHC: 'mchc',
    PLT: 'plt',
    'RDW-CV': 'rdwCv',
    'RDW-SD': 'rdwSd',
    MPV: 'mpv',
    'NEU#': 'neutrophils',
    'NEU%': 'neutrophilShare',
    'LYM#': 'lymphocytes',
    'LYM%': 'lymphocyteShare',
    'MON#': 'monocytes',
    'MON%': 'monocyteShare',
    'EOS#': 'eosinophils',
    'EOS%': 'eosinophilShare',
    'BAS#': 'basophils',
    'BAS%': 'basophilShare',
  }),
  quirks: [
    'Test ids carry the LOINC code in their fifth component: ^^^MCV^787-2.',
    'Units are written in the instrument’s way: um3 for fL, 10E3/uL for 10*3/uL.',
    'Frames with histograms do not follow the count of frame numbers; the device is set to tolerate that.',
    'Histograms and matrices come in manufacturer records (M) of the order, packed by deflate and Base64.',
    'Controls: O-16 begins with CTRL, the sample id is the lot.',
    'The range in R-6 is followed by ^REFERENCE_RANGE.',
  ],
  sample: {
    text: [
      'H|\\^&|||H500^910YOX00001^2.2.2|||||||P|LIS2-A2|20240105101500',
      'P|1',
      'O|1|AQ-240004||^^^DIF|R|20240105101200|||||||||BLOOD||||||||||F',
      'M|1|HISTOGRAM|RBC/PLT|RbcAlongRes|FLOATLE-stream/deflate:base64^Y2AAAQ==',
      'R|1|^^^MCV^787-2|88.1|um3|80.0 - 98.0^REFERENCE_RANGE|N||F||OP1^^USER|20240105101200||',
      'R|2|^^^PLT^777-3|512|10E3/uL|150 - 400^REFERENCE_RANGE|H||F||OP1^^USER|20240105101200||',
      'L|1|N',
      '',
    ].join('\r'),
    results: [
      { sampleId: 'AQ-240004', code: 'MCV', value: '88.1', unit: 'um3', flags: ['N'] },
      { sampleId: 'AQ-240004', code: 'PLT', value: '512', unit: '10E3/uL', flags: ['H'] },
    ],
  },
  read: (text, settings) =>
    readAstm(
      text,
      {
        ...standardAstm,
        places,
        kind: (sampleId, context) => {
          const { kind } = standardAstm.kind(sampleId, context);
          return kind === 'control' ? { kind, control: controlOf(sampleId, context) } : { kind };
        },
        code: (record) => fieldText(record, 3, 4).trim(),
        loinc: (record) => filled(fieldText(record, 3, 5)),
        referenceText: (record) => filled(fieldText(record, 6, 1)),
        orderImages: ({ manufacturer }) =>
          imagesIn(manufacturer, 6, (record, field) => {
            const [encoding = '', data = ''] = componentsOf(record, repeatsOf(record, field)[0] ?? '');
            if (data === '' || !/base64$/i.test(encoding)) return undefined;
            const name = `${fieldText(record, 4)} ${fieldText(record, 5)} ${field - 5}`;
            return { name, mediaType: `application/x-${fieldText(record, 3).toLowerCase()}`, encoding };
          }),
        analyzer: (header) =>
          defined({
            manufacturer: 'Horiba',
            model: filled(fieldText(header, 5, 1)),
            serial: filled(fieldText(header, 5, 2)),
            software: filled(fieldText(header, 5, 3)),
          }),
      },
      yumizenH500.settings,
      settings,
    ),
  answer: (query, orders, context) =>
    answerAstm(
      yumizenH500,
      {
        version: 'LIS2-A2',
        specimenId: (order) => order.sampleId,
        testIds: horibaPanel,
      },
      query,
      orders,
      context,
    ),
};
