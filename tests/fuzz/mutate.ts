import type { SeededRandom } from '../../electron/demo/data/random.ts';

/** Signs that mean something to some protocol or format, and are therefore the most harmful ones to put in. */
const meaningful = [
  0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0b, 0x0d, 0x15, 0x17, 0x1c, 0x1d, 0x1e, 0x00, 0x7f, 0x80, 0xff, 0x7c, 0x5c,
  0x5e, 0x26, 0x7e, 0x48, 0x4c, 0x4f, 0x52, 0x30, 0x39, 0x2e, 0x2c, 0x2d, 0x3c, 0x3e, 0x2a,
];
/** No input is longer, whatever is repeated in it. */
const longest = 20_000;

/** Random bytes, half of them meaningful ones. */
export function randomBytes(random: SeededRandom, most: number): Uint8Array {
  return Uint8Array.from({ length: random.integer(0, most) }, () =>
    random.chance(0.5) ? random.pick(meaningful) : random.integer(0, 255),
  );
}

/** A message that something happened to on its way, once or several times. */
export function mutated(random: SeededRandom, corpus: readonly Uint8Array[]): Uint8Array {
  let bytes: Buffer = Buffer.from(random.pick(corpus));
  for (let times = random.integer(1, 6); times > 0; times--) bytes = once(bytes, random, corpus);
  return bytes.length > longest ? bytes.subarray(0, longest) : bytes;
}

function once(bytes: Buffer, random: SeededRandom, corpus: readonly Uint8Array[]): Buffer {
  const at = random.integer(0, bytes.length);
  const end = Math.min(bytes.length, at + random.integer(0, 60));
  const before = bytes.subarray(0, at);
  switch (random.integer(0, 8)) {
    case 0: {
      const changed = Buffer.from(bytes);
      for (let count = random.integer(1, 8); count > 0 && changed.length > 0; count--)
        changed[random.integer(0, changed.length - 1)] = random.integer(0, 255);
      return changed;
    }
    case 1:
      return Buffer.concat([before, bytes.subarray(end)]);
    case 2:
      return Buffer.concat([before, randomBytes(random, 20), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([before, bytes.subarray(at, end), bytes.subarray(at)]);
    case 4: {
      const other = random.pick(corpus);
      const from = random.integer(0, other.length);
      return Buffer.concat([before, other.subarray(from, from + 400), bytes.subarray(at)]);
    }
    case 5:
      return Buffer.from(before);
    case 6: {
      // One sign over and over: a field with a thousand components, a number with a thousand digits.
      const run = Buffer.alloc(random.chance(0.05) ? random.integer(1000, 12_000) : random.integer(1, 200));
      return Buffer.concat([before, run.fill(random.pick(meaningful)), bytes.subarray(at)]);
    }
    case 7: {
      const changed = Buffer.from(bytes);
      if (changed.length > 0) changed[random.integer(0, changed.length - 1)] = random.pick(meaningful);
      return changed;
    }
    default:
      return Buffer.concat([bytes.subarray(at), before]);
  }
}
