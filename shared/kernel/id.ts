/**
 * A new UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then random bits, so that ids sort by time of creation.
 * A counter in the 12 bits after the time keeps ids of the same millisecond in order within one process.
 */
export function newId(now: number = Date.now()): string {
  if (now > lastTime) {
    lastTime = now;
    counter = randomBits(10);
  } else if (++counter > 0xfff) {
    lastTime++;
    counter = 0;
  }
  const bytes = randomBytes();
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x80;
  const time = lastTime.toString(16).padStart(12, '0');
  const sequence = counter.toString(16).padStart(3, '0');
  let tail = '';
  for (const byte of bytes) tail += byte.toString(16).padStart(2, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

let lastTime = 0;
let counter = 0;

/** Random bytes are fetched for many ids at once: asking for eight costs as much as asking for thousands. */
const pool = new Uint8Array(4096);
let used = pool.length;

function randomBytes(): Uint8Array {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  used += 8;
  return pool.slice(used - 8, used);
}

function randomBits(bits: number): number {
  const [value = 0] = crypto.getRandomValues(new Uint16Array(1));
  return value >>> (16 - bits);
}
