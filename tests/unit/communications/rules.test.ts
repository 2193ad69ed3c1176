import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smtpFailure } from '../../../electron/core/communications/smtp-failure.ts';
import { longestDelayMs, retryDelayMs } from '../../../shared/communications/backoff.ts';
import { emailAddressSchema, oneLine, readMailbox } from '../../../shared/communications/email-address.ts';
import {
  communicationTriggers,
  shouldTriggerEmail,
  shouldTriggerSms,
  shouldTriggerWhatsapp,
} from '../../../shared/communications/triggers.ts';

describe('the time between attempts', () => {
  it('doubles from half a minute to one hour', () => {
    expect([1, 2, 3, 7, 8, 50].map((failures) => retryDelayMs(failures, 0))).toEqual([
      30_000, 60_000, 120_000, 1_920_000, 3_600_000, 3_600_000,
    ]);
  });

  it('is never longer than the cap nor shorter than three quarters of it, whatever chance says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, random) => {
          const delay = retryDelayMs(failures, random);
          expect(delay).toBeLessThanOrEqual(longestDelayMs);
          expect(delay).toBeGreaterThanOrEqual(0.75 * Math.min(longestDelayMs, 30_000 * 2 ** (failures - 1)) - 1);
        },
      ),
    );
  });
});

describe('an e-mail address', () => {
  it.each(['maria@example.org', 'm.silva+lab@sub.example.co.in', 'ürgen@bücher.example'])('%s is one', (address) => {
    expect(emailAddressSchema.safeParse(address).success).toBe(true);
  });

  it.each([
    '',
    'maria',
    'a@b@c',
    'a b@c.d',
    'a@b.c\r\nBcc: x@y.z',
    'a@b.c,d@e.f',
    'A <a@b.c>',
    '"a"@b.c',
    `${'a'.repeat(250)}@b.cd`,
  ])('%j is none', (text) => {
    expect(emailAddressSchema.safeParse(text).success).toBe(false);
  });

  it('is read with the name before it', () => {
    expect(readMailbox(' Central Lab <lab@example.org> ')).toEqual({ name: 'Central Lab', address: 'lab@example.org' });
    expect(readMailbox('"Silva, Lab" <lab@example.org>')).toEqual({ name: 'Silva, Lab', address: 'lab@example.org' });
    expect(readMailbox('lab@example.org')).toEqual({ name: '', address: 'lab@example.org' });
    expect(readMailbox('Central Lab')).toBeUndefined();
    expect(readMailbox('Lab\r\nBcc: x@y.z <lab@example.org>')?.name).toBe('Lab Bcc: x@y.z');
  });

  it('never carries a line break, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(oneLine(text)).not.toMatch(/[\r\n\u0000-\u001f\u0085\u2028\u2029]/);
        const mailbox = readMailbox(text);
        if (mailbox) expect(`${mailbox.name}${mailbox.address}`).not.toMatch(/[\r\n]/);
      }),
    );
  });
});

describe('which channels a released report takes', () => {
  const trigger = communicationTriggers.reportReleased;
  const patient = {
    consent: { sms: true, whatsapp: false, email: true },
    email: 'm@example.org',
    phone: '+351912345678',
  };

  it('needs consent, then an address', () => {
    expect(shouldTriggerEmail(trigger, patient)).toBeUndefined();
    expect(shouldTriggerEmail(trigger, { ...patient, email: undefined })).toBe('noAddress');
    expect(shouldTriggerEmail(trigger, { ...patient, consent: { ...patient.consent, email: false } })).toBe(
      'noConsent',
    );
    expect(shouldTriggerSms(trigger, patient)).toBeUndefined();
    expect(shouldTriggerWhatsapp(trigger, patient)).toBe('noConsent');
  });

  it('is none when the occasion is switched off or knows no such channel', () => {
    expect(shouldTriggerEmail({ ...trigger, enabled: false }, patient)).toBe('notTriggered');
    expect(shouldTriggerSms({ ...trigger, channels: ['email'] }, patient)).toBe('notTriggered');
  });
});

describe('what an SMTP failure means', () => {
  const failure = (fields: object) => smtpFailure(Object.assign(new Error('said'), fields));

  it.each([
    ['unknown recipient', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550 }, 'permanent'],
    ['greylisting', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 451 }, 'temporary'],
    ['content refused', { code: 'EMESSAGE', command: 'DATA', responseCode: 554 }, 'permanent'],
    ['sender refused', { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553 }, 'temporary'],
    ['wrong password', { code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }, 'channel'],
    ['nothing listens', { code: 'ESOCKET', originalCode: 'ECONNREFUSED', command: 'CONN' }, 'channel'],
    ['unknown host', { code: 'EDNS', command: 'CONN' }, 'channel'],
    ['cut in the middle of the mail', { code: 'ECONNECTION', command: 'DATA' }, 'temporary'],
    ['no TLS', { code: 'ETLS', command: 'STARTTLS' }, 'channel'],
  ])('%s', (_name, fields, kind) => {
    expect(failure(fields).kind).toBe(kind);
  });

  it('is told in words with what the server said', () => {
    expect(failure({ code: 'EAUTH', responseCode: 535, response: '535 5.7.8 bad\r\npassword' }).message).toBe(
      'The mail server refuses the user name or password. It says: 535 5.7.8 bad password',
    );
  });
});
