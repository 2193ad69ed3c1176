import type { Driver } from '../driver.ts';
import type { Hl7Group } from '../hl7/groups.ts';
import { type Hl7Message, type Hl7Segment, hl7RefOf, hl7Text } from '../hl7/message.ts';
import type { ControlMaterial, DeviceImage, OrderQuery } from '../reading.ts';
import { filled } from '../text.ts';
import { readTime } from '../times.ts';
import { codesOf } from './codes.ts';
import { at, defined, plainSampleId, usualSerial } from './common.ts';
import { headerEcho } from './hl7-queries.ts';
import { type ObservationUse, readHl7, standardHl7 } from './hl7-reader.ts';
import { answerOrderQuery } from './orr-answer.ts';

const codes = codesOf(
  {
    '6690-2': 'wbc',
    '789-8': 'rbc',
    '718-7': 'hgb',
    '4544-3': 'hct',
    '787-2': 'mcv',
    '785-6': 'mch',
    '786-4': 'mchc',
    '788-0': 'rdwCv',
    '21000-5': 'rdwSd',
    '777-3': 'plt',
    '32623-1': 'mpv',
    '32207-3': 'pdw',
    '10002': 'pct',
    '751-8': 'neutrophils',
    '770-8': 'neutrophilShare',
    '731-0': 'lymphocytes',
    '736-9': 'lymphocyteShare',
    '742-7': 'monocytes',
    '5905-5': 'monocyteShare',
    '711-2': 'eosinophils',
    '713-8': 'eosinophilShare',
    '704-7': 'basophils',
    '706-2': 'basophilShare',
    '10013': { name: 'Platelets, large, number', unit: '10*9/L' },
    '10014': { name: 'Platelet large cell ratio', loinc: '48386-7', unit: '%' },
    '26477-0': { name: 'Atypical lymphocytes (research use only)', loinc: '26477-0', unit: '10*9/L' },
    '13046-8': { name: 'Atypical lymphocytes, share (research use only)', loinc: '13046-8', unit: '%' },
    '10000': { name: 'Large immature cells (research use only)', unit: '10*9/L' },
    '10001': { name: 'Large immature cells, share (research use only)', unit: '%' },
  },
  {
    ...Object.fromEntries(
      ['6690-2', '777-3', '751-8', '731-0', '742-7', '711-2', '704-7'].map((code) => [code, '10*9/L']),
    ),
    '789-8': '10*12/L',
    '718-7': 'g/L',
    '786-4': 'g/L',
  },
);

/** What is measured in the mode with differential alone. */
const differential = new Set(
  '751-8 770-8 731-0 736-9 742-7 5905-5 711-2 713-8 704-7 706-2 26477-0 13046-8 10000 10001'.split(' '),
);

const places = {
  ...standardHl7.places,
  sampleId: at('OBR-3.1 OBR-2.1'),
  resultAt: at('OBX-14.1 OBR-7.1 MSH-7.1'),
};

/** How the sample was measured, and what the instrument knows of the patient: settings, no results. */
const settingsOfRun = new Set(['08001', '08002', '08003', '01002', '30525-0']);
const remark = '01001';

function useOf(obx: Hl7Segment): ObservationUse {
  const id = hl7Text(obx, 3).trim();
  const type = hl7Text(obx, 2).trim().toUpperCase();
  if (settingsOfRun.has(id)) return 'nothing';
  if (id === remark) return 'comment';
  if (type === 'ED') return 'picture';
  // Alarms (12000 and on, and LOINC codes of morphology) are true or false.
  if (type === 'IS') return hl7Text(obx, 5).trim().toUpperCase() === 'F' ? 'nothing' : 'comment';
  // 15000 to 15999: lines, sizes and lengths of the plots.
  return /^15\d{3}$/.test(id) ? 'nothing' : 'result';
}

/**
 * A picture by its plain name. Histograms come as bare counts, one for each channel; how many bytes a count has stands in the
 * segment `… BinaryMeta Length` beside them.
 */
function pictureOf(image: DeviceImage, { observations }: Hl7Group): DeviceImage {
  const name = image.name.replace(/[.\s]*(?:Binary|BMP|PNG|JPG)(?:\s+data)?$/i, '');
  if (!/histogram/i.test(name) || !/^(?:application|text)\//.test(image.mediaType)) return { ...image, name };
  const kind = (name.split(/\s/)[0] ?? '').toUpperCase();
  const meta = observations.find(({ obx: other }) => {
    const said = hl7Text(other, 3, 2).toUpperCase();
    return said.startsWith(kind) && said.includes('META');
  });
  const bytes = meta ? Number(hl7Text(meta.obx, 5)) : 1;
  const count = bytes === 4 ? 'UINT32LE' : bytes === 2 ? 'UINT16LE' : 'UINT8';
  return { ...image, name, mediaType: 'application/x-histogram', encoding: `${count}-stream:${image.encoding}` };
}

/** MSH-11 T or Q, or a quality control kind in OBR-4 (00003 and on), is no patient's. */
function isControl(message: Hl7Message, obr: Hl7Segment | undefined): boolean {
  return /^[TQ]$/i.test((message.header.fields[11] ?? '').trim()) || /^0000[3-8]$/.test(hl7Text(obr, 4).trim());
}

function controlOf(message: Hl7Message): ControlMaterial {
  const pid = message.segments.find(({ name }) => name === 'PID');
  const visit = message.segments.find(({ name }) => name === 'PV1');
  return defined<ControlMaterial>({
    lot: filled(hl7Text(pid, 3)),
    level: filled(hl7Text(visit, 2)),
    expires: readTime(hl7Text(pid, 7)),
  });
}

/** ORM^O01 with ORC-1 RF asks what to do with the sample in ORC-3. */
function queriesOf(message: Hl7Message, settings: Parameters<typeof plainSampleId>[1]): OrderQuery[] {
  if (message.header.messageType !== 'ORM^O01') return [];
  return message.segments.flatMap((segment): OrderQuery[] => {
    if (segment.name !== 'ORC' || hl7Text(segment, 1).trim().toUpperCase() !== 'RF') return [];
    const id = plainSampleId(hl7Text(segment, 3) || hl7Text(segment, 2), settings);
    const sampleIds = id === '' ? [] : [id];
    return [
      { sampleIds, all: false, cancel: false, codes: [], echo: headerEcho(message), recordRef: hl7RefOf(segment, 3) },
    ];
  });
}

/** Mindray BC-5xxx haematology: HL7 2.3.1 over MLLP, a sample in one message. Source: BC-5300/5380 operator's manuals, appendix C; BC-5000/5150 HL7 protocol 1.0. */
export const mindrayBc: Driver = {
  id: 'mindray-bc',
  name: 'Mindray BC',
  manufacturer: 'Mindray',
  models: ['BC-5000', 'BC-5150', 'BC-5300', 'BC-5380', 'BC-5390', 'BC-5800', 'BC-6800'],
  format: 'hl7',
  protocol: { framing: 'mllp', connection: 'tcp-server', serial: usualSerial, answeredByDriver: ['ORM^O01'] },
  settings: { charset: 'utf-8', decimal: 'point' },
  guide: {
    source:
      'Mindray: BC-5300 and BC-5380 Operator’s Manuals, appendix C (Communication); BC-5000 and BC-5150 HL7 Communication Protocol 1.0; all as public implementations render them, and messages of BC-5000s.',
    guessed: [
      'That the level of a control is PV1-2; lot (PID-3) and expiry (PID-7) are from the manual.',
      'How the mode with differential is called in an order (CBC+DIFF): the BC-5380 writes CBC+5DIFF.',
      'That histograms are one count a channel, of one byte unless “BinaryMeta Length” says two or four (low byte first).',
      'That OBX segments numbered 15000 to 15999 which are no pictures are sizes and lines of plots on every model.',
    ],
    cabling:
      'Ethernet. Most models call the laboratory; some (labXpert, several BC-5000) listen and are called: set this device to TCP client then.',
    settings: [
      'Setup → Communication: protocol HL7, address and port of the laboratory, acknowledgement on, time-out 10 s.',
      'Auto-communicate on. Bidirectional LIS on, if orders are to be fetched by bar code.',
      'Transmit as print bitmap data: off saves time on the line; histograms and scattergrams that come are kept with the sample.',
      'Units: those of the code list are the factory’s; a laboratory with others sets the factor in the code map.',
    ],
  },
  places,
  codes,
  quirks: [
    'All results of a sample come in one message; the code is the LOINC code or Mindray’s own number (99MRC) in OBX-3.',
    'Take mode, blood mode, test mode, reference group and age come as OBX segments too: they are left out of the results.',
    'Alarms (Left Shift?, Anemia) are OBX of type IS with T or F; those that are true become comments of the sample.',
    'Histograms and scattergrams are OBX of type ED, Base64; their lines and sizes (15000 to 15999) are left out.',
    'A histogram is the bare counts of its channels; a scattergram is a BMP.',
    'A value that could not be shown is ***.** and has no number.',
    'Flags repeat: H~A. OBX-13 marks an expired reagent (O) or an edited value (E, e).',
    'MSH-11 is P for samples, T or Q for controls, D for the set-up of controls; OBR-4 names the kind of control.',
    'Orders are asked for by ORM^O01 (ORC-1 RF) and answered by ORR^O02, which is the acknowledgement as well.',
  ],
  sample: {
    text: [
      'MSH|^~\\&|BC-5380|Mindray|||20240105101500||ORU^R01|21|P|2.3.1||||||UNICODE',
      'PID|1||P-77^^^^MR||Rao^Asha||19900215000000|Female',
      'PV1|1||Ward^^3',
      'OBR|1||AQ-240015|00001^Automated Count^99MRC||20240105100000|20240105101400|||||||20240105100500||||||||||HM||||||||tech',
      'OBX|1|IS|08001^Take Mode^99MRC||A||||||F',
      'OBX|2|IS|08003^Test Mode^99MRC||CBC+5DIFF||||||F',
      'OBX|3|IS|01002^Ref Group^99MRC||General||||||F',
      'OBX|4|NM|30525-0^Age^LN||33|yr|||||F',
      'OBX|5|NM|6690-2^WBC^LN||11.42|10*9/L|4.00-10.00|H~A|||F',
      'OBX|6|NM|718-7^HGB^LN||107|g/L|120-160|L~N|||F',
      'OBX|7|NM|777-3^PLT^LN||***.**|10*9/L|100-300|A|||F',
      'OBX|8|NM|10002^PCT^99MRC||0.234|%|0.108-0.282|N|||F',
      'OBX|9|IS|17790-7^WBC Left Shift?^LN||T||||||F',
      'OBX|10|IS|12014^Anemia^99MRC||F||||||F',
      'OBX|11|NM|15004^WBC Histogram. Total^99MRC||1820||||||F',
      'OBX|12|ED|15000^WBC Histogram. Binary^99MRC||^Application^Octer-stream^Base64^AAECAw==||||||F',
      '',
    ].join('\r'),
    results: [
      { sampleId: 'AQ-240015', code: '6690-2', value: '11.42', unit: '10*9/L', flags: ['H', 'A'] },
      { sampleId: 'AQ-240015', code: '718-7', value: '107', unit: 'g/L', flags: ['L', 'N'] },
      { sampleId: 'AQ-240015', code: '777-3', value: '(error)', unit: '10*9/L', flags: ['A', '*'] },
      { sampleId: 'AQ-240015', code: '10002', value: '0.234', unit: '%', flags: ['N'] },
    ],
  },
  read: (text, settings) =>
    readHl7(
      text,
      {
        ...standardHl7,
        places,
        use: useOf,
        picture: pictureOf,
        kind: (sampleId, context) => {
          if (/^D$/i.test((context.message.header.fields[11] ?? '').trim())) return { kind: 'calibration' };
          if (!isControl(context.message, context.group.segments.get('OBR')))
            return standardHl7.kind(sampleId, context);
          return { kind: 'control', control: controlOf(context.message) };
        },
        queries: queriesOf,
        analyzer: (message) => defined({ manufacturer: 'Mindray', model: filled(message.header.fields[3]) }),
      },
      mindrayBc.settings,
      settings,
    ),
  answer: (query, orders, context) =>
    answerOrderQuery(
      mindrayBc,
      (wanted) => (wanted.some((code) => differential.has(code)) ? 'CBC+DIFF' : 'CBC'),
      query,
      orders,
      context,
    ),
};
