import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Turns a secret into what may stand in a file and back; Electron's safeStorage behind main, or nothing when headless. */
export interface SecretCodec {
  encrypt(plain: string): Promise<string>;
  decrypt(stored: string): Promise<string>;
}

/** Without an operating system's key store the file's mode (0600) is the protection. */
export const plainCodec: SecretCodec = { encrypt: async (plain) => plain, decrypt: async (stored) => stored };

/** Passwords for servers. Never in the replicated database, never in a log. */
export interface SecretStore {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string | undefined): Promise<void>;
}

/** A store in `<folder>/secrets.json`, mode 0600, replaced whole on each change. */
export function fileSecrets(folder: string, codec: SecretCodec = plainCodec): SecretStore {
  const file = join(folder, 'secrets.json');
  const read = (): Record<string, string> => {
    if (!existsSync(file)) return {};
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return parsed !== null && typeof parsed === 'object' ? (parsed as Record<string, string>) : {};
  };
  return {
    async get(name) {
      const stored = read()[name];
      return stored === undefined ? undefined : codec.decrypt(stored);
    },
    async set(name, value) {
      const encrypted = value === undefined ? undefined : await codec.encrypt(value);
      const all = { ...read() };
      if (encrypted === undefined) delete all[name];
      else all[name] = encrypted;
      writeFileSync(`${file}.new`, JSON.stringify(all), { mode: 0o600 });
      chmodSync(`${file}.new`, 0o600);
      renameSync(`${file}.new`, file);
    },
  };
}
