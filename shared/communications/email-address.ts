import { z } from 'zod';

/**
 * One bare e-mail address, without a display name (RFC 5321 §4.5.3.1.3: 254 characters). Neither spaces nor control
 * characters nor list separators can be in it, so that it cannot add a header or a recipient.
 */
export const emailAddressSchema = z
  .string()
  .max(254, 'longer than 254 characters')
  .regex(/^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"[\]\\]+$/, 'not an e-mail address');

/** An address with the name that a mail program shows. */
export interface Mailbox {
  name: string;
  address: string;
}

/** Reads `Central Lab <lab@example.org>` or a bare address; undefined when it is neither. */
export function readMailbox(text: string): Mailbox | undefined {
  const match = /^(?:(?<name>[^<>]*)<(?<inner>[^<>]*)>|(?<bare>[^<>]*))$/.exec(text.trim());
  const address = (match?.groups?.inner ?? match?.groups?.bare ?? '').trim();
  if (!emailAddressSchema.safeParse(address).success) return undefined;
  return { name: oneLine(match?.groups?.name ?? '').replace(/^"(.*)"$/, '$1'), address };
}

/** Text for a header: control characters and line breaks become spaces. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}
