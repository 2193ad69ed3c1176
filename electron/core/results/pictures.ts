import { hash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import { imageData, mostImages } from '../../../shared/devices/image-data.ts';
import type { DeviceImage, DeviceMessage } from '../../../shared/devices/index.ts';
import type { AnalyzerMessage } from '../../../shared/devices/journal.ts';
import type { DeviceResult } from '../../../shared/results/schema.ts';
import { type Content, chunkOf, type FileChunk } from '../files/index.ts';
import { notFound, type ScopedReads } from '../kernel/index.ts';

/** Pictures of a message by the result they are kept with (its position in the message). */
export type Pictures = ReadonlyMap<number, readonly (Content & { readonly name: string })[]>;

const none: Pictures = new Map();

/**
 * The pictures and histograms of a message, unpacked, with the media type by their content. Those of a whole sample are kept with its
 * first result. What is no known picture is kept as plain bytes; streams of numbers keep the analyzer's own type.
 */
export async function picturesOf(
  message: Pick<AnalyzerMessage, 'bytes' | 'protocol'>,
  read: DeviceMessage,
): Promise<Pictures> {
  const format = message.protocol === 'mllp' ? 'hl7' : 'astm';
  const owned = new Map<number, DeviceImage[]>();
  read.results.forEach(({ images }, index) => {
    if (images.length > 0) owned.set(index, [...images]);
  });
  for (const { sampleId, images } of read.samples) {
    if (images.length === 0) continue;
    const first = read.results.findIndex((result) => result.sampleId === sampleId);
    if (first >= 0) owned.set(first, [...(owned.get(first) ?? []), ...images]);
  }
  if (owned.size === 0) return none;
  const pictures = new Map<number, (Content & { name: string })[]>();
  for (const [index, images] of owned) {
    const places = new Map<string, number>();
    const kept: (Content & { name: string })[] = [];
    for (const image of images.slice(0, mostImages)) {
      const place = `${image.ref.offset}/${image.ref.field}`;
      const nth = places.get(place) ?? 0;
      places.set(place, nth + 1);
      const found = imageData(message.bytes, format, image, nth);
      if (!found) continue;
      const { name, data } = found;
      const mediaType = found.isStream ? found.mediaType : await typeByContent(data);
      kept.push({ name, mediaType, data, sha256: hash('sha256', data, 'hex') });
    }
    if (kept.length > 0) pictures.set(index, kept);
  }
  return pictures;
}

async function typeByContent(data: Uint8Array): Promise<string> {
  const mime = (await fileTypeFromBuffer(data))?.mime ?? '';
  return mime.startsWith('image/') || mime === 'application/pdf' ? mime : 'application/octet-stream';
}

/** Pictures that came with a result, or with its sample in the same message. */
export function picturesAt(
  reads: ScopedReads,
  { journalId, sampleId }: Pick<DeviceResult, 'journalId' | 'sampleId'>,
): NonNullable<DeviceResult['images']> {
  const ofMessage = reads.find('deviceResults', { selector: { journalId: { $eq: journalId } }, limit: 1000 });
  const ofSample = ofMessage.filter((one) => one.sampleId === sampleId).flatMap(({ images }) => images ?? []);
  return [...new Map(ofSample.map((image) => [image.sha256, image])).values()];
}

/** One chunk of a picture that came with a result or its sample; `notFound` for any other file. */
export function pictureChunk(reads: ScopedReads, deviceResultId: string, sha256: string, index: number): FileChunk {
  const result = reads.need('deviceResults', deviceResultId);
  if (!picturesAt(reads, result).some((image) => image.sha256 === sha256)) throw notFound('blobs', sha256);
  return chunkOf(reads, sha256, index);
}
