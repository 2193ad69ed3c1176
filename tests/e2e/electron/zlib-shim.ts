export * from 'node:zlib';
export { default } from 'node:zlib';

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** node:zlib's CRC-32 (Node 20.15) for a runtime without it. */
export function crc32(data: Uint8Array, value = 0): number {
  let sum = ~value;
  for (const byte of data) sum = (sum >>> 8) ^ (table[(sum ^ byte) & 0xff] ?? 0);
  return ~sum >>> 0;
}
