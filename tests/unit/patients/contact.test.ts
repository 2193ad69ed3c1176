import { describe, expect, it } from 'vitest';
import { type ContactInput, formatPhone, readContact, validateContactInfo } from '../../../shared/patients/contact.ts';

const noConsent = { sms: false, whatsapp: false, email: false };
const contact = (change: Partial<ContactInput>): ContactInput => ({ otherPhones: [], consent: noConsent, ...change });

describe('contacts as typed', () => {
  it('are stored as E.164, in the country of the centre where none is given, without doubles', () => {
    const input = contact({
      phone: '050 123 4567',
      otherPhones: ['+44 20 7946 0018', '0501234567'],
      email: ' Anna.Weiß@Example.ORG '.replace('ß', 'ss'),
      consent: { sms: true, whatsapp: true, email: true },
    });
    expect(readContact(input, 'AE')).toEqual({
      contact: {
        phone: '+971501234567',
        otherPhones: ['+442079460018'],
        email: 'Anna.Weiss@example.org',
        consent: { sms: true, whatsapp: true, email: true },
      },
    });
  });

  it('may be missing altogether', () => {
    expect(readContact(contact({ phone: '  ' }), 'IN')).toEqual({ contact: { otherPhones: [], consent: noConsent } });
  });

  it.each([
    ['12', 'phone.tooShort'],
    ['+9715012345678901', 'phone.tooLong'],
    ['call mother', 'phone.notANumber'],
    ['+999 123 456', 'phone.unknownCountry'],
    ['+971 51 123 4567', 'phone.invalid'],
    ['050 123 4567 or 4568', 'phone.notANumber'],
  ])('%s is refused as %s', (phone, code) => {
    expect(validateContactInfo(contact({ phone }), 'AE')).toMatchObject([{ field: 'phone', code }]);
  });

  it('report every error at once, each at its field', () => {
    const input = contact({
      phone: '12',
      otherPhones: ['050 123 4567', 'x'],
      email: 'anna@',
      consent: { sms: false, whatsapp: false, email: true },
    });
    const errors = validateContactInfo(input, 'AE');
    expect(errors.map((error) => error.field)).toEqual(['phone', 'otherPhones.1', 'email']);
    expect(errors.every((error) => error.remedy !== undefined)).toBe(true);
  });

  it.each([
    'anna',
    'anna@',
    '@example.org',
    'anna@example',
    'a b@example.org',
    'anna@exa mple.org',
    `${'a'.repeat(250)}@example.org`,
  ])('"%s" is no e-mail address', (email) => {
    expect(validateContactInfo(contact({ email }), 'AE')).toMatchObject([{ field: 'email', code: 'email.invalid' }]);
  });
});

describe('consent', () => {
  it('needs an address that the channel reaches', () => {
    const all = { sms: true, whatsapp: true, email: true };
    expect(
      validateContactInfo(contact({ consent: all }), 'AE')
        .map((error) => error.field)
        .sort(),
    ).toEqual(['consent.email', 'consent.sms', 'consent.whatsapp']);
  });

  it('to SMS needs a number that is not a landline', () => {
    const consent = { ...noConsent, sms: true };
    expect(validateContactInfo(contact({ phone: '04 555 0100', consent }), 'AE')).toMatchObject([
      { field: 'consent.sms', code: 'consent.notMobile' },
    ]);
    const withMobile = contact({ phone: '04 555 0100', otherPhones: ['0501234567'], consent });
    expect(validateContactInfo(withMobile, 'AE')).toEqual([]);
  });
});

describe('a stored number', () => {
  it('is shown as people write it, and stays as it is when it is none', () => {
    expect(formatPhone('+971501234567')).toBe('+971 50 123 4567');
    expect(formatPhone('ext. 12')).toBe('ext. 12');
  });
});
