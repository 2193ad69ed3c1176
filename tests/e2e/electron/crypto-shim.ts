import { type BinaryLike, createHash } from 'node:crypto';

export * from 'node:crypto';
export { default } from 'node:crypto';

/** node:crypto's one-shot hash (Node 20.12) for a runtime without it, for what the core asks of it: text out. */
export function hash(algorithm: string, data: BinaryLike, encoding: 'hex' | 'base64' | 'base64url' = 'hex'): string {
  return createHash(algorithm).update(data).digest(encoding);
}
