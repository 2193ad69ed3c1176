import { webcrypto } from 'node:crypto';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import './polyfills.ts';

/* What Node 18.15 lacks of Node 24, beside the language's own library. */

const missing: Record<string, unknown> = {
  crypto: webcrypto,
  CustomEvent: class<T> extends Event {
    readonly detail: T | null;

    constructor(type: string, options: EventInit & { detail?: T } = {}) {
      super(type, options);
      this.detail = options.detail ?? null;
    }
  },
  // Stands for import.meta.dirname and .filename, which the build replaces.
  olderNodeDirname: (url: string) => dirname(fileURLToPath(url)),
  olderNodeFilename: (url: string) => fileURLToPath(url),
};

for (const [name, value] of Object.entries(missing)) {
  if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}
