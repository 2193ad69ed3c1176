import { safeStorage } from 'electron';
import type { ToCore } from './core-messages.ts';
import { words } from './words.ts';

/**
 * Encrypts or decrypts one secret with the operating system's key store.
 * @param value plain text to encrypt, or what an earlier encryption gave (base64)
 * @returns the reply for the core; an error when there is no key store, so that the core keeps secrets its other way
 */
export function secretReply(id: number, op: 'encrypt' | 'decrypt', value: string): ToCore {
  try {
    if (!hasKeyStore()) return { type: 'secret-reply', id, error: words.noKeyStore };
    const reply =
      op === 'encrypt'
        ? safeStorage.encryptString(value).toString('base64')
        : safeStorage.decryptString(Buffer.from(value, 'base64'));
    return { type: 'secret-reply', id, value: reply };
  } catch (error) {
    return { type: 'secret-reply', id, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Without a keyring Linux falls back to a password that is the same everywhere, which protects nothing. */
function hasKeyStore(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text';
}
