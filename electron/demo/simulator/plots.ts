import type { SeededRandom } from '../data/random.ts';
import { bell, randomFor } from './measurements.ts';

/** A population of cells in a histogram: centre and width in channels, height of its peak. */
interface Hill {
  readonly centre: number;
  readonly width: number;
  readonly height: number;
}

/** Lymphocytes, the middle cells, granulocytes. */
export const whiteCells: readonly Hill[] = [
  { centre: 28, width: 6, height: 150 },
  { centre: 48, width: 8, height: 45 },
  { centre: 80, width: 14, height: 210 },
];
export const platelets: readonly Hill[] = [
  { centre: 21, width: 9, height: 230 },
  { centre: 43, width: 15, height: 40 },
];

const channels = 128;

/** A histogram as the instrument sends it: a count of one byte for each of 128 channels; the same for the same sample. */
export function histogramOf(sampleId: string, seed: number, hills: readonly Hill[]): Uint8Array {
  const random = randomFor(`${sampleId} histogram`, seed);
  const drawn = hills.map((hill) => ({
    ...hill,
    centre: hill.centre + (bell(random) - 0.5) * 8,
    height: hill.height * (0.7 + 0.3 * random.next()),
  }));
  return Uint8Array.from({ length: channels }, (_, channel) => {
    const sum = drawn.reduce(
      (total, { centre, width, height }) => total + height * Math.exp(-(((channel - centre) / width) ** 2)),
      0,
    );
    return Math.min(255, Math.round(sum * (0.97 + 0.06 * random.next())));
  });
}

const side = 64;
/** Blue, green, red, unused: the ground, then a colour for each population. */
const palette = [
  [255, 255, 255, 0],
  [235, 120, 60, 0],
  [60, 180, 80, 0],
  [200, 60, 170, 0],
  [40, 60, 230, 0],
] as const;
/** Where the cells of a differential lie. */
const clouds = [
  { x: 20, y: 17, spread: 6, count: 180 },
  { x: 31, y: 31, spread: 6, count: 70 },
  { x: 46, y: 20, spread: 10, count: 300 },
  { x: 50, y: 48, spread: 6, count: 30 },
] as const;

/** A scattergram as the instrument sends it: a BMP, small as on the oldest models; the same for the same sample. */
export function scattergramOf(sampleId: string, seed: number): Uint8Array {
  const random = randomFor(`${sampleId} scattergram`, seed);
  const pixels = new Uint8Array(side * side);
  clouds.forEach(({ x, y, spread, count }, index) => {
    for (let cell = 0; cell < count; cell++) {
      pixels[place(y, spread, random) * side + place(x, spread, random)] = index + 1;
    }
  });
  return bmp(pixels);
}

function place(centre: number, spread: number, random: SeededRandom): number {
  return Math.max(0, Math.min(side - 1, Math.round(centre + (bell(random) - 0.5) * spread * 4)));
}

/** A bottom-up BMP of 16 colours without compression: header (BITMAPINFOHEADER), palette, then two points in each byte. */
function bmp(pixels: Uint8Array): Uint8Array {
  const start = 54 + 16 * 4;
  const file = Buffer.alloc(start + pixels.length / 2);
  file.write('BM', 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(start, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(side, 18);
  file.writeInt32LE(side, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(4, 28);
  palette.forEach((colour, index) => {
    file.set(colour, 54 + index * 4);
  });
  for (let at = 0; at < pixels.length; at += 2) {
    file[start + at / 2] = ((pixels[at] ?? 0) << 4) | (pixels[at + 1] ?? 0);
  }
  return file;
}
