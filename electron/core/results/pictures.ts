import { hash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import { imageData, mostImages } from '../../../shared/devices/image-data.ts';
import type { DeviceImage, DeviceMessage } from '../../../shared/devices/index.ts';
import type { AnalyzerMessage } from '../../../shared/devices/journal.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { DeviceResult } from '../../../shared/results/schema.ts';
import { type Content, chunkOf, type FileChunk } from '../files/index.ts';
import { notFound, type ScopedReads } from '../kernel/index.ts';

type Kept = NonNullable<DeviceResult['images']>[number];
type Left = NonNullable<DeviceResult['imagesLeft']>[number];

/** Pictures of one result or sample: those unpacked, and those that could not be. */
export interface PictureSet {
  readonly kept: readonly (Content & { readonly name: string })[];
  readonly left: readonly Left[];
}

/** Pictures of a message by the result they are kept with, and by the sample that has no result in it (both by position). */
export interface Pictures {
  readonly ofResults: ReadonlyMap<number, PictureSet>;
  readonly ofSamples: ReadonlyMap<number, PictureSet>;
}

/** Pictures sent apart from the results of their sample belong to those that came within this time before or after. */
const apartMs = 24 * 60 * 60 * 1000;

/**
 * The pictures and histograms of a message, unpacked, with the media type by their content. Those of a whole sample are kept
 * with its first result; of a sample without results by themselves. What is no known picture is kept as plain bytes; streams
 * of numbers keep the analyzer's own type.
 */
export async function picturesOf(
  message: Pick<AnalyzerMessage, 'bytes' | 'protocol'>,
  read: DeviceMessage,
): Promise<Pictures> {
  const format = message.protocol === 'mllp' ? 'hl7' : 'astm';
  const ofResults = new Map<number, DeviceImage[]>();
  const ofSamples = new Map<number, DeviceImage[]>();
  read.results.forEach(({ images }, index) => {
    if (images.length > 0) ofResults.set(index, [...images]);
  });
  read.samples.forEach(({ sampleId, images }, index) => {
    if (images.length === 0) return;
    const first = read.results.findIndex((result) => result.sampleId === sampleId);
    if (first < 0) ofSamples.set(index, [...images]);
    else ofResults.set(first, [...(ofResults.get(first) ?? []), ...images]);
  });
  const unpackAll = async (all: ReadonlyMap<number, DeviceImage[]>) =>
    new Map(
      await Promise.all(
        [...all].map(async ([at, images]) => [at, await unpack(message.bytes, format, images)] as const),
      ),
    );
  return { ofResults: await unpackAll(ofResults), ofSamples: await unpackAll(ofSamples) };
}

async function unpack(text: string, format: 'astm' | 'hl7', images: readonly DeviceImage[]): Promise<PictureSet> {
  const kept: (Content & { name: string })[] = [];
  const left: Left[] = [];
  const places = new Map<string, number>();
  for (const [position, image] of images.entries()) {
    const place = `${image.ref.offset}/${image.ref.field}`;
    const nth = places.get(place) ?? 0;
    places.set(place, nth + 1);
    const found = position < mostImages ? imageData(text, format, image, nth) : 'tooMany';
    if (typeof found === 'string') {
      left.push({ name: image.name.slice(0, 200), trouble: found, path: image.path?.slice(0, 300) });
      continue;
    }
    const { name, data } = found;
    const mediaType = found.isStream ? found.mediaType : await typeByContent(data);
    kept.push({ name, mediaType, data, sha256: hash('sha256', data, 'hex') });
  }
  return { kept, left: left.slice(0, 80) };
}

async function typeByContent(data: Uint8Array): Promise<string> {
  const mime = (await fileTypeFromBuffer(data))?.mime ?? '';
  return mime.startsWith('image/') || mime === 'application/pdf' ? mime : 'application/octet-stream';
}

/** What a device result stores of its pictures. */
export function pictureFields(pictures: PictureSet | undefined): Pick<DeviceResult, 'images' | 'imagesLeft'> {
  if (!pictures) return {};
  const images = pictures.kept.map(({ name, mediaType, sha256, data }) => {
    return { name, mediaType, sha256, size: data.length };
  });
  return {
    ...(images.length > 0 ? { images } : {}),
    ...(pictures.left.length > 0 ? { imagesLeft: [...pictures.left] } : {}),
  };
}

/** Pictures of a result's sample, each with the result it is stored at and when it came. */
export interface SamplePictures {
  readonly images: (Kept & { deviceResultId: string; receivedAt: string })[];
  readonly left: Left[];
}

/**
 * Pictures that came with a result or with its sample: in the same message, or, where the analyzer sends them apart, in the
 * message nearest to it in time. One statement over an index.
 */
export function picturesAt(
  reads: ScopedReads,
  result: Pick<DeviceResult, 'journalId' | 'sampleId' | 'deviceId' | 'receivedAt'>,
): SamplePictures {
  const around = aroundOf(reads, result);
  const ownerOf = ownersOf(around);
  return picturesIn(around.filter((one) => ownerOf(one) === ownerOf(result)));
}

/** Pictures stored at these results; the same content once. */
export function picturesIn(results: readonly Stored<DeviceResult>[]): SamplePictures {
  const images = results.flatMap(({ id, receivedAt, images }) =>
    (images ?? []).map((image) => ({ ...image, deviceResultId: id, receivedAt })),
  );
  return {
    images: [...new Map(images.map((image) => [image.sha256, image])).values()],
    left: results.flatMap(({ imagesLeft }) => imagesLeft ?? []),
  };
}

function aroundOf(
  reads: ScopedReads,
  { journalId, sampleId, deviceId, receivedAt }: Parameters<typeof picturesAt>[1],
): Stored<DeviceResult>[] {
  // Without its id nothing says that another message is of the same sample.
  if (sampleId === '') {
    const ofMessage = reads.find('deviceResults', { selector: { journalId: { $eq: journalId } }, limit: 1000 });
    return ofMessage.filter((one) => one.sampleId === '');
  }
  // Twice as far as pictures are looked for, so that all messages that may be nearer to them are seen.
  const at = Date.parse(receivedAt);
  const [from, to] = [at - 2 * apartMs, at + 2 * apartMs].map((time) => new Date(time).toISOString());
  const ofSample = reads.find('deviceResults', {
    selector: { sampleId: { $eq: sampleId }, receivedAt: { $gte: from, $lte: to } },
    sort: [{ receivedAt: 'asc' }],
    limit: 2000,
  });
  return ofSample.filter((one) => one.deviceId === deviceId);
}

/** Which message's results a stored result belongs to: its own, or for pictures sent apart the one nearest in time. */
function ownersOf(
  around: readonly Stored<DeviceResult>[],
): (one: Pick<DeviceResult, 'journalId' | 'receivedAt'>) => string {
  const withValues = around.filter(({ kind }) => kind !== 'picture');
  const measured = new Map(withValues.map(({ journalId, receivedAt }) => [journalId, receivedAt]));
  return ({ journalId, receivedAt }) => {
    if (measured.has(journalId)) return journalId;
    const apart = (time: string) => Math.abs(Date.parse(time) - Date.parse(receivedAt));
    const [nearest] = [...measured]
      .filter(([, time]) => apart(time) <= apartMs)
      .toSorted((a, b) => apart(a[1]) - apart(b[1]));
    return nearest?.[0] ?? journalId;
  };
}

/** One chunk of a picture that came with a result or its sample; `notFound` for any other file. */
export function pictureChunk(reads: ScopedReads, deviceResultId: string, sha256: string, index: number): FileChunk {
  const result = reads.need('deviceResults', deviceResultId);
  if (!picturesAt(reads, result).images.some((image) => image.sha256 === sha256)) throw notFound('blobs', sha256);
  return chunkOf(reads, sha256, index);
}
