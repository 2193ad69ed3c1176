import { stampOf } from '../../core/devices/protocols/index.ts';
import { type AstmStyle, astmInstrument } from './astm-instrument.ts';
import {
  cobasC111Style,
  cobasC311Style,
  dcaStyle,
  genexpertStyle,
  pentraStyle,
  plainAstmStyle,
  stagoStyle,
  sysmexXnStyle,
  sysmexXpStyle,
  yumizenStyle,
} from './astm-styles.ts';
import { architectAnalyzer, mindrayBcAnalyzer, plainHl7Analyzer } from './hl7-instruments.ts';
import type { Instrument, SimulatedTimes } from './instrument.ts';
import { chemistryAnalyzer } from './mindray-bs.ts';
import { vidasAnalyzer } from './vidas-instrument.ts';

type CreateInstrument = (seed: number, times: SimulatedTimes) => Instrument;

const astm =
  (style: () => AstmStyle): CreateInstrument =>
  (seed, times) =>
    astmInstrument(style(), seed, times, stampOf);

/** The simulated instrument of each driver. */
export const instruments: Readonly<Record<string, CreateInstrument>> = {
  architect: architectAnalyzer,
  'cobas-c111': astm(cobasC111Style),
  'cobas-c311': astm(cobasC311Style),
  'dca-vantage': astm(dcaStyle),
  genexpert: astm(genexpertStyle),
  'mindray-bc': mindrayBcAnalyzer,
  'mindray-bs': chemistryAnalyzer,
  'mini-vidas': vidasAnalyzer,
  pentra: astm(pentraStyle),
  'stago-start': astm(stagoStyle),
  'sysmex-xn': astm(sysmexXnStyle),
  'sysmex-xp': astm(sysmexXpStyle),
  'yumizen-h500': astm(yumizenStyle),
  'generic-astm': astm(plainAstmStyle),
  'generic-hl7': plainHl7Analyzer,
};
