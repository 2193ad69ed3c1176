import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { astmFramesOf, encodeVidasFrame, mllpBlock } from '../../electron/core/devices/protocols/index.ts';
import { type Driver, drivers, encodeText } from '../../shared/devices/index.ts';

/** What inputs are made from: texts for drivers, bytes of a line for the protocol machines. */
export interface Corpus {
  readonly texts: Readonly<Record<Driver['format'], readonly Uint8Array[]>>;
  readonly lines: Readonly<Record<Driver['format'], readonly Uint8Array[]>>;
  /** Files of real messages in it. */
  readonly captures: number;
}

const capturesFolder = process.env.ALIQUOT_CAPTURES ?? join(import.meta.dirname, '../../../shared/captures');
/** Longer ones take the time of many; their beginnings hold everything peculiar to them. */
const longest = 2_500;

const bytes = (...parts: (number | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));

/** A message as it comes over the line, whatever the instrument does about frames. */
function asLine(format: Driver['format'], text: Uint8Array): Uint8Array {
  switch (format) {
    case 'astm':
      return bytes(0x05, ...astmFramesOf(text, 'record'), 0x04);
    case 'hl7':
      return mllpBlock(text);
    case 'vidas':
      return bytes(0x05, encodeVidasFrame(text), 0x04);
    case 'table':
      return text;
  }
}

/** The text of captured frames; one without any stays as it is. */
function withoutFrames(raw: Uint8Array): Uint8Array {
  const text = Buffer.from(raw).toString('latin1');
  const plain = text.replace(/\x02[0-7]?/g, '').replace(/[\x03\x17][0-9A-Fa-f]{2}(?:\r?\n)?|\x1d[0-9a-f]{2}\x03?/g, '');
  return Uint8Array.from(Buffer.from(plain, 'latin1'));
}

/** The drivers' own samples, and real messages where their folder is at hand. */
export function openCorpus(): Corpus {
  const texts: Record<Driver['format'], Uint8Array[]> = { astm: [], hl7: [], vidas: [], table: [] };
  const lines: Record<Driver['format'], Uint8Array[]> = { astm: [], hl7: [], vidas: [], table: [] };
  for (const { sample, settings, format } of drivers) {
    const text = encodeText(sample.text, settings.charset ?? 'latin1');
    texts[format].push(text);
    lines[format].push(asLine(format, text));
  }
  let captures = 0;
  for (const folder of ['astm', 'hl7'] as const) {
    const path = join(capturesFolder, folder);
    for (const file of existsSync(path) ? readdirSync(path) : []) {
      captures++;
      const raw = Uint8Array.from(readFileSync(join(path, file))).subarray(0, longest);
      const format = folder === 'hl7' ? 'hl7' : file.includes('vidas') ? 'vidas' : 'astm';
      texts[format].push(withoutFrames(raw));
      lines[format].push(format === 'hl7' ? mllpBlock(raw) : bytes(0x05, raw, 0x04));
    }
  }
  return { texts, lines, captures };
}
