/**
 * A new UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then random bits, so that ids sort by time of creation.
 * A counter in the 12 bits after the time keeps ids of the same millisecond in order within one process.
 */
export function newId(now: number = Date.now()): string {
  if (now > lastTime) {
    lastTime = now;
    counter = ((randomByte() & 3) << 8) | randomByte();
  } else if (++counter > 0xfff) {
    lastTime++;
    counter = 0;
  }
  const time = lastTime.toString(16).padStart(12, '0');
  const sequence = counter.toString(16).padStart(3, '0');
  const tail = randomTail();
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

/** The variant bits and 62 random ones. */
function randomTail(): string {
  let tail = HEX[(randomByte() & 0x3f) | 0x80] ?? '';
  for (let index = 0; index < 7; index++) tail += HEX[randomByte()];
  return tail;
}

/** Asking the system for a few bytes costs as much as asking for many. */
function randomByte(): number {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  return pool[used++] ?? 0;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const pool = new Uint8Array(1024);
let used = pool.length;
let lastTime = 0;
let counter = 0;
