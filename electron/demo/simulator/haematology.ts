import { astmRecord, astmText } from '../../../shared/devices/astm/build.ts';
import { componentsOf, fieldText, parseAstm, repeatsOf } from '../../../shared/devices/astm/records.ts';
import { treeOf } from '../../../shared/devices/astm/tree.ts';
import { createAstmLink, stampOf } from '../../core/devices/protocols/index.ts';
import { bytesOf, type Instrument, nextMessageId, type OrdersBySample, type SimulatedTimes } from './instrument.ts';
import { measureBlood } from './measurements.ts';

const sender = ['    XN-550', '00-24', '22001', '', '', '', 'SIM00001'];
const header = () => astmRecord('H', { 5: sender, 13: 'E1394-97' });
const end = astmRecord('L', { 2: '1', 3: 'N' });

/** Rack and position, counting on as the loader does. */
function places() {
  let tubes = 0;
  return () => {
    const place = [String(1 + (Math.floor(tubes / 10) % 50)), String(1 + (tubes % 10))];
    tubes++;
    return place;
  };
}

function ordersIn(text: Uint8Array): OrdersBySample | undefined {
  const parsed = parseAstm(text, 'latin1');
  if (!parsed.ok) return undefined;
  const orders = new Map<string, readonly string[]>();
  for (const message of parsed.messages) {
    for (const { record } of treeOf(message).patients.flatMap((patient) => patient.orders)) {
      if (!record) continue;
      const codes = repeatsOf(record, 5).map((repetition) => componentsOf(record, repetition)[4] ?? '');
      orders.set(
        fieldText(record, 3, 3).trim(),
        codes.filter((code) => code !== ''),
      );
    }
  }
  return orders;
}

/** A haematology analyzer of the Sysmex XN kind: ASTM, all records of a sample in one frame. */
export function haematologyAnalyzer(seed: number, times: SimulatedTimes): Instrument {
  const place = places();
  const specimen = (sampleId: string) => [...place(), sampleId.padStart(22), 'B'];
  return {
    link: createAstmLink({
      role: 'instrument',
      frameLayout: 'message',
      maxFrameText: 60_000,
      resendOnTimeout: true,
      ...times,
    }),
    query: (sampleId, now) => {
      const asked = sampleId === undefined ? ['', '', 'ALL', ''] : specimen(sampleId);
      const question = astmRecord('Q', { 2: '1', 3: asked, 7: stampOf(now), 13: 'F' });
      return { id: nextMessageId(), text: bytesOf(astmText([header(), question, end])) };
    },
    results: (sampleId, codes, now) => {
      const measured = measureBlood(sampleId, codes, seed);
      const order = astmRecord('O', {
        2: '1',
        4: specimen(sampleId),
        5: measured.map(({ code }) => ['', '', '', '', code]),
        12: 'N',
        26: 'F',
      });
      const results = measured.map(({ code, value, unit, flag }, index) =>
        astmRecord('R', {
          2: String(index + 1),
          3: ['', '', '', '', code, '1'],
          4: value,
          5: unit,
          7: flag,
          9: 'F',
          13: stampOf(now),
        }),
      );
      const records = [header(), astmRecord('P', { 2: '1' }), astmRecord('C', { 2: '1' }), order, ...results, end];
      return [{ id: nextMessageId(), text: bytesOf(astmText(records)) }];
    },
    received: (text) => {
      const orders = ordersIn(text);
      return orders ? { orders } : {};
    },
  };
}
