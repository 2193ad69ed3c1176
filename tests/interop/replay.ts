import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { control } from '../../electron/core/devices/protocols/index.ts';
import type { Driver } from '../../shared/devices/index.ts';

export type Framing = Driver['protocol']['framing'];

/** A file of the captures folder: which driver it is for, and how many results it holds. */
export interface Capture {
  readonly file: string;
  readonly driver: string;
  readonly framing: Framing;
  /** Counted by hand in the file, not by our own parser. */
  readonly results: number;
  /** Results that must come out just so: code, value as sent, unit, flags, time. */
  readonly chosen: readonly (readonly [code: string, value: string, unit: string, flags: string, time: string])[];
}

export const captures: readonly Capture[] = [
  {
    file: 'astm/sysmex_xn550.txt',
    driver: 'sysmex-xn',
    framing: 'astm',
    results: 41,
    chosen: [
      ['WBC', '8.13', '10*3/uL', 'N', '2024-06-27T13:54:07'],
      ['HCT', '22.7', '%', 'L', '2024-06-27T13:54:07'],
      ['EO%', '22.1', '%', 'H', '2024-06-27T13:54:07'],
    ],
  },
  {
    file: 'astm/cobas_c111.txt',
    driver: 'cobas-c111',
    framing: 'astm',
    results: 1,
    chosen: [['413', '40.13', 'g/L', 'N', '2023-08-03T13:17:00']],
  },
  {
    file: 'astm/genexpert.txt',
    driver: 'genexpert',
    framing: 'astm',
    results: 84,
    chosen: [
      ['MTB-RIF^Xpert^MTB', 'NOT DETECTED^', '', '', '2025-05-14T13:21:03'],
      ['MTB-RIF^Xpert^SPC^Ct', '^24.7', '', '', '2025-05-14T13:21:03'],
    ],
  },
  {
    file: 'astm/yumizen_h500.txt',
    driver: 'yumizen-h500',
    framing: 'astm',
    results: 21,
    chosen: [['MCV', '90.6', 'um3', 'N', '2023-03-29T11:06:31']],
  },
  {
    file: 'astm/mini_vidas.txt',
    driver: 'mini-vidas',
    framing: 'vidas',
    results: 2,
    chosen: [
      ['HBCT', 'Positif', '', '', '2024-10-25T18:35:00'],
      ['HBCT^TV', '0.05', '', '', '2024-10-25T18:35:00'],
    ],
  },
  {
    file: 'hl7/architect_oru_r01.hl7',
    driver: 'architect',
    framing: 'mllp',
    results: 2,
    chosen: [
      ['HIV', 'NEGATIVE', '', 'N', '2026-11-24T02:36:28'],
      ['HBSAG', 'POSITIVE', '', 'N', '2026-11-24T02:36:28'],
    ],
  },
];

/** Where the captures are; they are not part of the project. */
export const capturesFolder = process.env.ALIQUOT_CAPTURES ?? join(import.meta.dirname, '../../../shared/captures');

/** What an analyzer puts on the wire for a capture, in the parts after which it waits for an answer. */
export function partsOf({ file, framing }: Pick<Capture, 'file' | 'framing'>): Buffer[] {
  const bytes = readFileSync(join(capturesFolder, file));
  if (framing === 'mllp') return [Buffer.concat([Buffer.of(control.VT), bytes, Buffer.of(control.FS, control.CR)])];
  const starts = [...bytes.keys()].filter((at) => bytes[at] === control.STX);
  const frames = starts.map((start, index) => bytes.subarray(start, starts[index + 1] ?? bytes.length));
  return [Buffer.of(control.ENQ), ...frames];
}

const answerTimeoutMs = 20_000;

/** Plays the analyzer: sends part after part, each when the one before was acknowledged. Rejects when one is not. */
export async function replay(stream: Duplex, framing: Framing, parts: readonly Buffer[]): Promise<void> {
  for (const [index, part] of parts.entries()) {
    const answer = await answerTo(stream, part, framing);
    const accepted = framing === 'mllp' ? /\rMSA\|(?:AA|CA)\|/.test(answer) : answer === '\x06';
    if (!accepted) throw new Error(`part ${index + 1} of ${parts.length} was answered ${JSON.stringify(answer)}`);
  }
  if (framing !== 'mllp') stream.write(Buffer.of(control.EOT));
}

function answerTo(stream: Duplex, part: Buffer, framing: Framing): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const timer = setTimeout(() => settle(new Error('no answer')), answerTimeoutMs);
    const settle = (error?: Error) => {
      clearTimeout(timer);
      stream.off('data', more);
      stream.off('close', gone);
      if (error) reject(error);
      else resolve(answer);
    };
    const gone = () => settle(new Error('the laboratory hung up'));
    const more = (bytes: Buffer) => {
      answer += bytes.toString('latin1');
      if (framing !== 'mllp' || answer.endsWith('\x1c\r')) settle();
    };
    stream.on('data', more);
    stream.once('close', gone);
    stream.write(part);
  });
}
