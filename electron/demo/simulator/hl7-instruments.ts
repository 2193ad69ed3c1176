import { hl7Message, hl7Segment } from '../../../shared/devices/hl7/build.ts';
import { hl7Text, parseHl7 } from '../../../shared/devices/hl7/message.ts';
import { createMllpLink, stampOf } from '../../core/devices/protocols/index.ts';
import { bytesOf, type Instrument, nextMessageId, type SimulatedTimes } from './instrument.ts';
import { type Measured, measureBlood, measurePanel, measureWord, type OwnCount } from './measurements.ts';
import { histogramOf, platelets, scattergramOf, whiteCells } from './plots.ts';

type Fields = Parameters<typeof hl7Segment>[1];

/** A message that the laboratory has to acknowledge. */
function message(header: Fields, segments: readonly string[], now: number) {
  const controlId = nextMessageId();
  const msh = hl7Segment('MSH', { ...header, 7: stampOf(now), 10: controlId, 11: 'P' });
  return { id: controlId, text: bytesOf(hl7Message([msh, ...segments])), expectsReply: true, controlId };
}

function mllp(times: SimulatedTimes) {
  return createMllpLink({ replyTimeoutMs: times.replyTimeoutMs ?? 15_000, attempts: 5 });
}

function base64(data: Uint8Array): string {
  return Buffer.from(data).toString('base64');
}

const litres: OwnCount = { of: [], unit: '10*9/L' };
const bcCount: Readonly<Record<string, OwnCount>> = {
  '6690-2': { ...litres, of: ['WBC'] },
  '789-8': { of: ['RBC'], unit: '10*12/L' },
  '718-7': { of: ['HGB'], unit: 'g/L', factor: 10 },
  '4544-3': { of: ['HCT'] },
  '787-2': { of: ['MCV'] },
  '785-6': { of: ['MCH'] },
  '786-4': { of: ['MCHC'], unit: 'g/L', factor: 10 },
  '788-0': { of: ['RDW-CV'] },
  '21000-5': { of: ['RDW-SD'] },
  '777-3': { ...litres, of: ['PLT'] },
  '32623-1': { of: ['MPV'] },
  '32207-3': { of: ['PDW'] },
  '10002': { of: ['PCT'] },
  '751-8': { ...litres, of: ['NEUT#'] },
  '770-8': { of: ['NEUT%'] },
  '731-0': { ...litres, of: ['LYMPH#'] },
  '736-9': { of: ['LYMPH%'] },
  '742-7': { ...litres, of: ['MONO#'] },
  '5905-5': { of: ['MONO%'] },
  '711-2': { ...litres, of: ['EO#'] },
  '713-8': { of: ['EO%'] },
  '704-7': { ...litres, of: ['BASO#'] },
  '706-2': { of: ['BASO%'] },
};
/** The first thirteen come without a differential. */
const plainBcCodes = Object.keys(bcCount).filter(
  (code) => !/^(?:751|770|731|736|742|5905|711|713|704|706)-/.test(code),
);

/** A haematology analyzer of the Mindray BC kind: settings, alarms and a histogram among the results; orders by ORM^O01. */
export function mindrayBcAnalyzer(seed: number, times: SimulatedTimes): Instrument {
  const header = (type: readonly string[]): Fields => ({
    3: 'BC-5380',
    4: 'Mindray',
    9: type,
    12: '2.3.1',
    18: 'UNICODE',
  });
  const coded = (id: string, name: string, value: string): Fields => ({
    2: 'IS',
    3: [id, name, '99MRC'],
    5: value,
    11: 'F',
  });
  const counted = ({ code, name, value, unit, range, flag }: Measured): Fields => ({
    2: 'NM',
    3: [code, name, code.includes('-') ? 'LN' : '99MRC'],
    5: value,
    6: unit,
    7: range,
    8: flag,
    11: 'F',
  });
  return {
    link: mllp(times),
    query: (sampleId, now) =>
      message(header(['ORM', 'O01']), [hl7Segment('ORC', { 1: 'RF', 3: sampleId ?? '', 5: 'IP' })], now),
    results: (sampleId, codes, now) => {
      const measured = measureBlood(sampleId, codes, seed, bcCount);
      const observations = [
        coded('08001', 'Take Mode', 'A'),
        coded('01002', 'Ref Group', 'General'),
        ...measured.map(counted),
        coded('12014', 'Anemia', measured.some(({ code, flag }) => code === '718-7' && flag === 'L') ? 'T' : 'F'),
        { 2: 'NM', 3: ['15004', 'WBC Histogram. Total', '99MRC'], 5: '1820', 11: 'F' },
        {
          2: 'ED',
          3: ['15000', 'WBC Histogram. Binary', '99MRC'],
          5: ['', 'Application', 'Octer-stream', 'Base64', base64(histogramOf(sampleId, seed, whiteCells))],
          11: 'F',
        },
        {
          2: 'ED',
          3: ['15100', 'PLT Histogram. Binary', '99MRC'],
          5: ['', 'Application', 'Octer-stream', 'Base64', base64(histogramOf(sampleId, seed, platelets))],
          11: 'F',
        },
        {
          2: 'ED',
          3: ['15200', 'WBC DIFF Scattergram. BMP', '99MRC'],
          5: ['', 'Image', 'BMP', 'Base64', base64(scattergramOf(sampleId, seed))],
          11: 'F',
        },
      ];
      const at = stampOf(now);
      const order = { 1: '1', 3: sampleId, 4: ['00001', 'Automated Count', '99MRC'], 6: at, 7: at, 24: 'HM' };
      const segments = observations.map((fields, index) => hl7Segment('OBX', { 1: String(index + 1), ...fields }));
      return [
        message(header(['ORU', 'R01']), [hl7Segment('PID', { 1: '1' }), hl7Segment('OBR', order), ...segments], now),
      ];
    },
    received: (text) => {
      const parsed = parseHl7(text, { fallbackCharset: 'utf-8' });
      const received = parsed.ok ? parsed.messages[0] : undefined;
      if (received?.header.messageType !== 'ORR^O02') return {};
      const order = received.segments.find(({ name }) => name === 'ORC');
      if (!order) return { orders: new Map() };
      const mode = received.segments.find((one) => one.name === 'OBX' && hl7Text(one, 3) === '08003');
      const codes = hl7Text(mode, 5) === 'CBC' ? plainBcCodes : Object.keys(bcCount);
      return { orders: new Map([[hl7Text(order, 2).trim(), codes]]) };
    },
  };
}

/** An immunology analyzer behind middleware, as the ARCHITECT's driver knows it: words and numbers, one way. */
export function architectAnalyzer(seed: number, times: SimulatedTimes): Instrument {
  const words = ['HIV', 'HBSAG', 'HCV'];
  return {
    link: mllp(times),
    results: (sampleId, codes, now) => {
      const screened = words
        .filter((code) => codes === undefined || codes.includes(code))
        .map((code): Fields => {
          const value = measureWord(sampleId, code, ['NEGATIVE', 'POSITIVE'], seed);
          return { 2: 'ST', 3: ['', '', '', code, code], 5: value, 8: value === 'POSITIVE' ? 'A' : 'N', 11: 'F' };
        });
      const measured = measurePanel('hormones', sampleId, codes, seed, { TSH: 'TSH', FT4: 'FT4' }).map(
        ({ code, name, value, unit, range, flag }): Fields => ({
          2: 'NM',
          3: ['', '', '', code, name],
          5: value,
          6: unit,
          7: range,
          8: flag,
          11: 'F',
        }),
      );
      const segments = [...screened, ...measured].map((fields, index) =>
        hl7Segment('OBX', { 1: String(index + 1), ...fields }),
      );
      const order = { 1: '1', 2: sampleId, 3: sampleId, 4: ['', '', '', 'IMMUNO', 'PANEL'], 8: stampOf(now) };
      const header = { 3: 'ARCHITECT', 4: 'LAB', 5: 'LIS', 6: 'LAB', 9: ['ORU', 'R01'], 12: '2.5.1' };
      return [message(header, [hl7Segment('PID', { 1: '1' }), hl7Segment('OBR', order), ...segments], now)];
    },
    received: () => ({}),
  };
}

/** An instrument that reports by specimens (OUL^R22, IHE LAW) with LOINC codes and asks for nothing. */
export function plainHl7Analyzer(seed: number, times: SimulatedTimes): Instrument {
  const loinc = { '2345-7': 'GLU', '2160-0': 'CREA', '2951-2': 'Na', '2823-3': 'K', '1988-5': 'CRP' };
  return {
    link: mllp(times),
    results: (sampleId, codes, now) => {
      const segments = measurePanel('chemistry', sampleId, codes, seed, loinc).map(
        ({ code, name, value, unit, range, flag }, index) =>
          hl7Segment('OBX', {
            1: String(index + 1),
            2: 'NM',
            3: [code, name, 'LN'],
            5: value,
            6: unit,
            7: range,
            8: flag,
            11: 'F',
            14: stampOf(now),
          }),
      );
      const header = { 3: 'ANALYZER', 4: 'MAKER', 9: ['OUL', 'R22', 'OUL_R22'], 12: '2.5.1', 18: 'UNICODE UTF-8' };
      const specimen = hl7Segment('SPM', { 1: '1', 2: sampleId, 4: 'SER', 11: 'P' });
      return [message(header, [specimen, hl7Segment('OBR', { 1: '1', 4: 'CHEM' }), ...segments], now)];
    },
    received: () => ({}),
  };
}
