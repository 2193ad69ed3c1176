import { z } from 'zod';
import type { DeviceImage } from './reading.ts';

/** Larger pictures stay in the raw message alone, bytes. */
export const largestImage = 2 * 1024 * 1024;
/** No instrument sends more with one sample. */
export const mostImages = 40;
/** As hexadecimal digits, with room for line breaks. */
const largestPacked = largestImage * 2.5;

/** A picture as it stands in a message, unpacked. */
export interface ImageData {
  readonly name: string;
  /** As the analyzer says; of a stream of numbers with the way in which it is packed. */
  readonly mediaType: string;
  /** A stream of numbers (histogram, matrix), not a picture in a file format. */
  readonly isStream: boolean;
  readonly data: Uint8Array;
}

/** Why a picture that the analyzer told of is not kept beside its message; see `pictureTroubleSchema`. */
export const pictureTroubleSchema = z.enum([
  /** Only the name of a file on the analyzer's own disk was sent. */
  'onAnalyzer',
  /** No data, or not in the packing that stands before it. */
  'damaged',
  /** Larger than `largestImage`. */
  'tooLarge',
  /** Behind the first `mostImages` of its sample. */
  'tooMany',
]);
export type PictureTrouble = z.infer<typeof pictureTroubleSchema>;

/**
 * Takes a picture's data out of the message it came in: the longest component of its field, unpacked from Base64 or hexadecimal digits.
 * Streams of numbers (`FLOATLE-stream/deflate:base64`) stay packed inside, and say so in their media type.
 * @param text the message, one character a byte
 * @param nth which of several pictures in one field (HL7 repetitions)
 * @returns what it holds, or why that cannot be had
 */
export function imageData(
  text: string,
  format: 'astm' | 'hl7',
  image: DeviceImage,
  nth = 0,
): ImageData | PictureTrouble {
  if (image.path !== undefined) return 'onAnalyzer';
  const { offset, length, field } = image.ref;
  const { fields, repetitions, components } = delimitersBefore(text, format, offset);
  const content = text.slice(offset, offset + length).split(fields)[format === 'astm' ? field - 1 : field] ?? '';
  const pictures = content.split(repetitions).filter((repetition) => repetition !== '');
  // What the data is stands before it: encoding^data (Horiba), source^type^subtype^encoding^data (HL7 ED).
  const packed = (pictures[nth] ?? '').split(components).findLast((part) => part !== '') ?? '';
  if (packed.length > largestPacked) return 'tooLarge';
  const data = unpacked(packed, image.encoding);
  if (!data || data.length === 0) return 'damaged';
  if (data.length > largestImage) return 'tooLarge';
  const isStream = /stream/i.test(image.encoding);
  const stream = image.encoding.replace(/:[^:]*$/, '');
  const mediaType = (isStream ? `${image.mediaType}; stream=${stream}` : image.mediaType).slice(0, 100);
  return { name: image.name.slice(0, 200), mediaType, isStream, data };
}

interface Delimiters {
  readonly fields: string;
  readonly repetitions: string;
  readonly components: string;
}

/** The delimiters of the last header before a place. */
function delimitersBefore(text: string, format: 'astm' | 'hl7', offset: number): Delimiters {
  const name = format === 'astm' ? 'H' : 'MSH';
  const found = Math.max(text.lastIndexOf(`\r${name}`, offset), text.lastIndexOf(`\n${name}`, offset));
  const at = found < 0 ? 0 : found + 1;
  const [fields = '|', second = '', third = ''] = text.slice(at + name.length, at + name.length + 3);
  // ASTM names repetition before component, HL7 component before repetition.
  return format === 'astm'
    ? { fields, repetitions: second || '\\', components: third || '^' }
    : { fields, repetitions: third || '~', components: second || '^' };
}

function unpacked(packed: string, encoding: string): Uint8Array | undefined {
  // Line breaks inside, also in HL7's escapes.
  const text = packed.replace(/\\(?:\.br|X0[AD])\\|\s/gi, '');
  if (/base64$/i.test(encoding)) {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
    return Uint8Array.from(atob(text.length % 4 === 1 ? text.slice(0, -1) : text), (character) =>
      character.charCodeAt(0),
    );
  }
  if (/^hex/i.test(encoding) && /^(?:[0-9a-f]{2})*$/i.test(text)) {
    return Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  }
  return undefined;
}
