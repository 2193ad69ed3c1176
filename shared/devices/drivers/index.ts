import type { Driver } from '../driver.ts';
import { encodeText } from '../text.ts';
import { valueInLine } from '../values.ts';
import { architect } from './architect.ts';
import { cobasC111 } from './cobas-c111.ts';
import { cobasC311 } from './cobas-c311.ts';
import { dcaVantage } from './dca-vantage.ts';
import { genericAstm } from './generic-astm.ts';
import { genericHl7 } from './generic-hl7.ts';
import { genericTable } from './generic-table.ts';
import { genexpert } from './genexpert.ts';
import { mindrayBc } from './mindray-bc.ts';
import { mindrayBs } from './mindray-bs.ts';
import { miniVidas } from './mini-vidas.ts';
import { pentra } from './pentra.ts';
import { stagoStart } from './stago-start.ts';
import { sysmexXn } from './sysmex-xn.ts';
import { sysmexXp } from './sysmex-xp.ts';
import { yumizenH500 } from './yumizen-h500.ts';

/** Every driver there is; the generic ones last, as they are offered. */
export const drivers: readonly Driver[] = [
  architect,
  cobasC111,
  cobasC311,
  dcaVantage,
  genexpert,
  mindrayBc,
  mindrayBs,
  miniVidas,
  pentra,
  stagoStart,
  sysmexXn,
  sysmexXp,
  yumizenH500,
  genericAstm,
  genericHl7,
  genericTable,
];

const byId = new Map(drivers.map((driver) => [driver.id, driver]));

/** The driver of this id; `undefined` for one this version does not have. */
export function findDriver(id: string): Driver | undefined {
  return byId.get(id);
}

/**
 * Reads the driver's own sample message and compares what comes out with what must.
 * @returns what is wrong, in words; empty when all is well
 */
export function selfTest(driver: Driver): readonly string[] {
  const outcome = driver.read(encodeText(driver.sample.text, driver.settings.charset ?? 'latin1'));
  if (!outcome.ok) return [`The sample message cannot be read: ${outcome.error.message}`];
  const got = outcome.message.results;
  const wanted = driver.sample.results;
  const wrong = got.length === wanted.length ? [] : [`${got.length} results came out, ${wanted.length} must.`];
  wanted.forEach(({ sampleId, code, value, unit, flags = [] }, index) => {
    const result = got[index];
    if (!result) return;
    const pairs: readonly (readonly [string, string, string])[] = [
      ['sample id', result.sampleId, sampleId],
      ['code', result.code, code],
      ['value', valueInLine(result.value), value],
      ['unit', result.unit ?? '', unit ?? ''],
      ['flags', result.flags.join(' '), flags.join(' ')],
    ];
    for (const [what, is, must] of pairs) {
      if (is !== must) wrong.push(`Result ${index + 1}: ${what} is "${is}", not "${must}".`);
    }
  });
  return wrong;
}
