import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { imageData } from '../../shared/devices/image-data.ts';
import { findDriver } from '../../shared/devices/index.ts';

const capture = join(import.meta.dirname, '../../../shared/captures/astm/yumizen_h500.txt');

it.runIf(existsSync(capture))('unpacks every histogram and matrix of a real Yumizen message', () => {
  // The text of the frames: without number, checksum and line end.
  const frames = [...readFileSync(capture, 'latin1').matchAll(/\x02\d([^\x03\x17]*)[\x03\x17]/g)];
  const text = frames.map(([, content]) => content).join('');
  const outcome = findDriver('yumizen-h500')?.read(Buffer.from(text, 'latin1'));
  const images = outcome?.ok ? outcome.message.samples.flatMap((sample) => sample.images) : [];
  expect(images.length).toBeGreaterThan(4);
  for (const image of images) {
    const found = imageData(text, 'astm', image);
    if (typeof found === 'string') throw new Error(found);
    expect(found.isStream).toBe(true);
    const numbers = inflateRawSync(found.data);
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.length % 4).toBe(0);
  }
});
