import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from 'libphonenumber-js/max';
import { z } from 'zod';
import type { FieldError } from '../kernel/errors.ts';
import { consentSchema } from './schema.ts';

/** What reception types: phone numbers as people write them, an e-mail address, consent per channel. */
export const contactInputSchema = z.strictObject({
  phone: z.string().max(60).optional(),
  otherPhones: z.array(z.string().max(60)).max(5).default([]),
  email: z.string().max(320).optional(),
  consent: consentSchema,
});
export type ContactInput = z.infer<typeof contactInputSchema>;

/** The stored form: phones in E.164, the e-mail address trimmed with its domain in lower case. */
export interface Contact {
  phone?: string;
  otherPhones: string[];
  email?: string;
  consent: ContactInput['consent'];
}

export type ContactResult = { readonly contact: Contact } | { readonly errors: FieldError[] };

/** RFC 5321 §4.5.3.1.3 leaves 254 characters for an address. */
const emailSchema = z.email().max(254);

/** Number types that a text message reaches; in some countries mobile and fixed numbers look alike. */
const textable = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE', 'PERSONAL_NUMBER']);

/**
 * Turns what was typed into the stored form, or into every error found. A number without a country code is read in
 * `country` (ISO 3166 alpha-2, the centre's). Consent to a channel needs an address that the channel can reach.
 */
export function readContact(input: ContactInput, country: string): ContactResult {
  const errors: FieldError[] = [];
  const phone = readPhone(input.phone, 'phone', country, errors);
  const others = input.otherPhones.map((text, index) => readPhone(text, `otherPhones.${index}`, country, errors));
  const email = readEmail(input.email, errors);
  const numbers = [phone, ...others].filter((number) => number !== undefined);
  checkConsent(input, numbers, email, errors);
  if (errors.length > 0) return { errors };
  const [first, ...rest] = [...new Set(numbers.map((number) => number.number as string))];
  return {
    contact: {
      ...(first === undefined ? {} : { phone: first }),
      otherPhones: rest,
      ...(email === undefined ? {} : { email }),
      consent: input.consent,
    },
  };
}

/** All that is wrong with typed contacts; empty when nothing is. Reference: validate_contact_info. */
export function validateContactInfo(input: ContactInput, country: string): FieldError[] {
  const result = readContact(input, country);
  return 'errors' in result ? result.errors : [];
}

/** An E.164 number as people of its country write it, with the country code (`+971 50 123 4567`). */
export function formatPhone(e164: string): string {
  return parsePhoneNumberFromString(e164)?.formatInternational() ?? e164;
}

function readPhone(
  text: string | undefined,
  field: string,
  country: string,
  errors: FieldError[],
): PhoneNumber | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const options = { extract: false, ...(isSupportedCountry(country) ? { defaultCountry: country } : {}) };
  const number = parsePhoneNumberFromString(text, options);
  if (number?.isValid()) return number;
  errors.push({ field, ...phoneProblem(text, country) });
  return undefined;
}

function phoneProblem(text: string, country: string): Omit<FieldError, 'field'> {
  const known = isSupportedCountry(country) ? (country as CountryCode) : undefined;
  const remedy = `Enter the whole number, with + and the country code if it is not from ${country}`;
  switch (validatePhoneNumberLength(text, known)) {
    case 'TOO_SHORT':
      return { code: 'phone.tooShort', message: 'The phone number is too short', remedy };
    case 'TOO_LONG':
      return { code: 'phone.tooLong', message: 'The phone number is too long', remedy };
    case 'INVALID_COUNTRY':
      return { code: 'phone.unknownCountry', message: 'The country code of the phone number does not exist', remedy };
    case 'NOT_A_NUMBER':
      return { code: 'phone.notANumber', message: 'This is not a phone number', remedy };
    default:
      return { code: 'phone.invalid', message: 'No phone network has such a number', remedy };
  }
}

function readEmail(text: string | undefined, errors: FieldError[]): string | undefined {
  const email = text?.trim() ?? '';
  if (email === '') return undefined;
  if (!emailSchema.safeParse(email).success) {
    const remedy = 'Enter it like name@example.org';
    errors.push({ field: 'email', code: 'email.invalid', message: 'This is not an e-mail address', remedy });
    return undefined;
  }
  const at = email.lastIndexOf('@');
  return email.slice(0, at) + email.slice(at).toLowerCase();
}

/** An address that was typed but is wrong has its own error already; consent then adds none. */
function checkConsent(
  input: ContactInput,
  numbers: readonly PhoneNumber[],
  email: string | undefined,
  errors: FieldError[],
): void {
  const phoneTyped = [input.phone, ...input.otherPhones].some((text) => (text ?? '').trim() !== '');
  const remedy = 'Enter one, or take the consent back';
  if (input.consent.whatsapp && !phoneTyped) {
    errors.push({ field: 'consent.whatsapp', code: 'consent.noPhone', message: 'WhatsApp needs a phone', remedy });
  }
  if (input.consent.sms && !phoneTyped) {
    errors.push({ field: 'consent.sms', code: 'consent.noPhone', message: 'SMS needs a phone', remedy });
  } else if (
    input.consent.sms &&
    numbers.length > 0 &&
    !numbers.some((number) => textable.has(number.getType() ?? ''))
  ) {
    const message = 'None of the phone numbers can receive SMS';
    errors.push({ field: 'consent.sms', code: 'consent.notMobile', message, remedy });
  }
  if (input.consent.email && email === undefined && (input.email ?? '').trim() === '') {
    errors.push({ field: 'consent.email', code: 'consent.noEmail', message: 'E-mail needs an address', remedy });
  }
}
