import { useQuery } from '@tanstack/react-query';
import {
  type Cloud,
  type Curve,
  isStream,
  largestPlot,
  type PlotTrouble,
  packingOf,
  plotOf,
} from '../../shared/results/plot.ts';
import { type ApiClient, type Outputs, useTRPCClient } from '../app/api.ts';
import { joinChunks } from '../files/transfer.ts';

export type SamplePictures = Outputs['results']['trace']['pictures'];
export type Picture = SamplePictures['images'][number];

/** What can be shown of a picture; `trouble` says why it cannot. The file as it is kept is there in each case. */
export type PictureContent = { readonly file: Blob } & (
  | { readonly kind: 'image' }
  | Curve
  | Cloud
  | { readonly kind: 'trouble'; readonly trouble: PlotTrouble | 'unknownKind' | 'tooLarge' }
);

/** Drawn by browsers; the kind was found out from the content when it was stored. */
const drawable = new Set(['image/png', 'image/jpeg', 'image/bmp', 'image/gif', 'image/webp']);

/** A picture of an analyzer, fetched, unpacked and tried once. */
export function usePicture(picture: Picture) {
  const client = useTRPCClient();
  return useQuery({
    queryKey: ['picture', picture.sha256],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => contentOf(client, picture),
  });
}

async function contentOf(client: ApiClient, picture: Picture): Promise<PictureContent> {
  const { deviceResultId, sha256, mediaType } = picture;
  const file = await joinChunks((index) => client.results.picture.query({ deviceResultId, sha256, index }));
  if (isStream(mediaType)) return { file, ...(await plotIn(file, mediaType)) };
  if (!drawable.has(mediaType)) return { file, kind: 'trouble', trouble: 'unknownKind' };
  const decoded = await createImageBitmap(file).catch(() => undefined);
  if (!decoded) return { file, kind: 'trouble', trouble: 'damaged' };
  decoded.close();
  return { file, kind: 'image' };
}

async function plotIn(file: Blob, mediaType: string) {
  const trouble = (what: PlotTrouble | 'tooLarge') => ({ kind: 'trouble' as const, trouble: what });
  const packing = packingOf(mediaType);
  if (!packing) return trouble('packing');
  const packed = new Uint8Array(await file.arrayBuffer());
  const data = packing.deflated ? await inflated(packed) : packed;
  if (typeof data === 'string') return trouble(data);
  const plot = plotOf(data, packing);
  return typeof plot === 'string' ? trouble(plot) : plot;
}

/** Horiba's streams have no zlib header; other makers' have. */
async function inflated(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array | 'damaged' | 'tooLarge'> {
  const bare = await inflate(packed, 'deflate-raw');
  return bare === 'damaged' ? inflate(packed, 'deflate') : bare;
}

async function inflate(
  packed: Uint8Array<ArrayBuffer>,
  format: 'deflate' | 'deflate-raw',
): Promise<Uint8Array | 'damaged' | 'tooLarge'> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    for await (const part of new Blob([packed]).stream().pipeThrough(new DecompressionStream(format))) {
      length += part.length;
      // A few bytes can be packed so that they fill the memory.
      if (length > largestPlot) return 'tooLarge';
      parts.push(part);
    }
  } catch {
    return 'damaged';
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
