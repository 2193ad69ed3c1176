import { astmText } from '../../../shared/devices/astm/build.ts';
import { type AstmRecord, parseAstm } from '../../../shared/devices/astm/records.ts';
import { treeOf } from '../../../shared/devices/astm/tree.ts';
import { type AstmLinkOptions, createAstmLink } from '../../core/devices/protocols/index.ts';
import { bytesOf, type Instrument, nextMessageId, type OrdersBySample, type SimulatedTimes } from './instrument.ts';
import type { Measured } from './measurements.ts';

/** What one instrument writes into its records; the rest is the same for all. Records are in the standard's delimiters. */
export interface AstmStyle {
  readonly link: Partial<AstmLinkOptions>;
  readonly header: (purpose: 'results' | 'query', now: string) => string;
  readonly measure: (sampleId: string, codes: readonly string[] | undefined, seed: number) => readonly Measured[];
  /** Records from the patient to the terminator, both not included where they are plain. */
  readonly results: (sampleId: string, measured: readonly Measured[], now: string) => readonly string[];
  /** Absent where the instrument takes no orders. */
  readonly query?: (sampleId: string | undefined, now: string) => string;
  /** Which sample an order of the laboratory is for, and what is to be measured. */
  readonly ordered?: (order: AstmRecord) => { readonly sampleId: string; readonly codes: readonly string[] };
  /** The message in the instrument's own delimiters. */
  readonly written?: (text: string) => string;
}

/** `YYYYMMDDHHMMSS` by this computer's clock. */
type Stamp = (now: number) => string;

/** An instrument that speaks ASTM in the given style. */
export function astmInstrument(style: AstmStyle, seed: number, times: SimulatedTimes, stampOf: Stamp): Instrument {
  const { query, ordered, written = (text) => text } = style;
  const end = 'L|1|N';
  const message = (records: readonly string[]) => ({
    id: nextMessageId(),
    text: bytesOf(written(astmText([...records, end]))),
  });
  return {
    link: createAstmLink({ role: 'instrument', resendOnTimeout: true, ...style.link, ...times }),
    query: query && ((sampleId, now) => message([style.header('query', stampOf(now)), query(sampleId, stampOf(now))])),
    results: (sampleId, codes, now) => {
      const at = stampOf(now);
      const measured = style.measure(sampleId, codes, seed);
      return [message([style.header('results', at), ...style.results(sampleId, measured, at)])];
    },
    received: (text) => {
      const parsed = parseAstm(text, 'latin1');
      if (!parsed.ok || !ordered) return {};
      const orders: OrdersBySample = new Map(
        parsed.messages
          .flatMap((one) => treeOf(one).patients)
          .flatMap((patient) => patient.orders)
          .flatMap(({ record }) => (record ? [ordered(record)] : []))
          .map(({ sampleId, codes }) => [sampleId, codes]),
      );
      return { orders };
    },
  };
}
