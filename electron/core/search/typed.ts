import { type CountryCode, getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js/max';
import { isCode, wordsOf } from '../../../shared/search/words.ts';
import { lookupKey } from '../kernel/index.ts';

/** What was typed, taken apart for the two ways to find: by lookup key, and by words. */
export interface Typed {
  readonly text: string;
  /** The whole of it as a lookup key; empty when there is neither letter nor digit in it. */
  readonly key: string;
  /** Whether `key` may be the beginning of a number or code; otherwise only a whole one is looked up. */
  readonly begins: boolean;
  /** Lookup keys that a phone number would begin with. */
  readonly phones: readonly string[];
  /** Digits of a phone number typed whole: what the stored one must end with. */
  readonly phoneEnd: string | undefined;
  readonly words: readonly string[];
  /** Words that are numbers or codes of their own. */
  readonly codes: readonly string[];
}

const shortestBeginning = 3;
const shortestPhone = 4;
/** Patients have the last eight digits of their phones among their keys. */
const phoneEndLength = 8;
const phoneLike = /^\+?[\p{Nd}\s().\-/]+$/u;

/**
 * Takes apart what was typed.
 * @param country ISO 3166 alpha-2 of the centre: a phone without country code is one of its phones
 */
export function readTyped(text: string, country: string): Typed {
  const key = lookupKey(text);
  const all = wordsOf(text);
  const codes = all.filter(isCode);
  return {
    text,
    key,
    begins: key.length >= shortestBeginning && /\p{N}/u.test(key),
    ...readPhone(text, country),
    words: all.filter((word) => !isCode(word)),
    codes,
  };
}

function readPhone(text: string, country: string): Pick<Typed, 'phones' | 'phoneEnd'> {
  const plain = text.normalize('NFKC').trim();
  const digits = plain.replace(/\D/g, '');
  if (!phoneLike.test(plain) || digits.length < shortestPhone) return { phones: [], phoneEnd: undefined };
  if (plain.startsWith('+')) return { phones: [digits], phoneEnd: undefined };
  if (digits.startsWith('00')) return { phones: [digits.slice(2)], phoneEnd: undefined };
  // The trunk prefix 0 of national numbers is not part of E.164.
  const national = digits.replace(/^0/, '');
  const calling = isSupportedCountry(country) ? getCountryCallingCode(country as CountryCode) : '';
  return {
    phones: [...new Set([digits, calling + national])],
    phoneEnd: national.length >= phoneEndLength ? national : undefined,
  };
}

/** The key under which patients whose phone ends so are kept. */
export function phoneEndKey(end: string): string {
  return end.slice(-phoneEndLength);
}
