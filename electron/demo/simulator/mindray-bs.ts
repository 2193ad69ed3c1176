import { acknowledge } from '../../../shared/devices/hl7/ack.ts';
import { hl7Message, hl7Segment } from '../../../shared/devices/hl7/build.ts';
import { hl7Text, parseHl7 } from '../../../shared/devices/hl7/message.ts';
import { createMllpLink, mllpBlock, stampOf } from '../../core/devices/protocols/index.ts';
import { bytesOf, type Instrument, nextMessageId, type SimulatedTimes } from './instrument.ts';
import { measurePanel } from './measurements.ts';

const maker = 'Mindray';
const model = 'BS-240';

/** A chemistry analyzer of the Mindray BS kind: HL7 2.3.1, orders by QRY^Q02 and DSR^Q03. */
export function chemistryAnalyzer(seed: number, times: SimulatedTimes): Instrument {
  let samples = 0;
  let orders = new Map<string, readonly string[]>();
  const message = (type: readonly string[], resultKind: string, segments: readonly string[], now: number) => {
    const controlId = nextMessageId();
    const fields = {
      3: maker,
      4: model,
      7: stampOf(now),
      9: type,
      10: controlId,
      11: 'P',
      12: '2.3.1',
      16: resultKind,
      18: 'ASCII',
    };
    const text = bytesOf(hl7Message([hl7Segment('MSH', fields, 20), ...segments]));
    return { id: controlId, text, expectsReply: true, controlId };
  };
  return {
    link: createMllpLink({ replyTimeoutMs: times.replyTimeoutMs ?? 15_000, attempts: 5 }),
    query: (sampleId, now) => {
      orders = new Map();
      const at = stampOf(now);
      const definition = { 1: at, 2: 'R', 3: 'D', 4: '1', 7: 'RD', 8: sampleId ?? '', 9: 'OTH', 12: 'T' };
      const filter = { 1: model, 2: at, 3: at, 6: 'RCT', 7: 'COR', 8: 'ALL' };
      return message(['QRY', 'Q02'], '', [hl7Segment('QRD', definition, 13), hl7Segment('QRF', filter, 10)], now);
    },
    results: (sampleId, codes, now) => {
      samples++;
      const at = stampOf(now);
      const order = hl7Segment(
        'OBR',
        { 1: '1', 2: sampleId, 3: String(samples), 4: [maker, model], 5: 'N', 7: at, 15: 'Serum' },
        47,
      );
      const results = measurePanel('chemistry', sampleId, codes, seed).map(
        ({ code, name, value, unit, flag, range }, index) =>
          hl7Segment(
            'OBX',
            {
              1: String(index + 1),
              2: 'NM',
              3: code,
              4: name,
              5: value,
              6: unit,
              7: range,
              8: flag,
              11: 'F',
              13: value,
              14: at,
            },
            17,
          ),
      );
      return [message(['ORU', 'R01'], '0', [hl7Segment('PID', { 1: '1' }, 30), order, ...results], now)];
    },
    received: (text, now) => {
      const parsed = parseHl7(text, { fallbackCharset: 'latin1' });
      const received = parsed.ok ? parsed.messages[0] : undefined;
      if (!received) return {};
      const { header, segments } = received;
      const segment = (name: string) => segments.find((one) => one.name === name);
      if (header.messageType === 'QCK^Q02') return hl7Text(segment('QAK'), 2) === 'NF' ? { orders: new Map() } : {};
      if (header.messageType !== 'DSR^Q03') return {};
      const data = new Map(
        segments.filter(({ name }) => name === 'DSP').map((dsp) => [Number(hl7Text(dsp, 1)), hl7Text(dsp, 3)]),
      );
      const codes = [...data].filter(([number, code]) => number >= 29 && code !== '').map(([, code]) => code);
      orders.set((data.get(21) ?? '').trim(), codes);
      const reply = mllpBlock(acknowledge(header, 'AA', { now: stampOf(now) }));
      return hl7Text(segment('DSC'), 1) === '' ? { orders: new Map(orders), reply } : { reply };
    },
  };
}
