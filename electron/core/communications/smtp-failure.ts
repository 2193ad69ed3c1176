import { oneLine } from '../../../shared/communications/email-address.ts';
import { DeliveryError, type FailureKind } from './delivery.ts';

/** What nodemailer's errors carry beside their message. */
export interface SmtpFailure extends Error {
  code?: string;
  originalCode?: string;
  command?: string;
  /** The server's reply code, e.g. 550 (RFC 5321 §4.2). */
  responseCode?: number;
  response?: string;
}

/** Failures that say nothing about the message: the way to the server, or the server's view of us. */
const channelCodes = new Set(['EDNS', 'ETLS', 'EAUTH', 'ENOAUTH', 'ECONFIG', 'EPROXY', 'EREQUIRETLS']);
const connectionCodes = new Set(['ECONNECTION', 'ESOCKET', 'ETIMEDOUT', 'EPROTOCOL']);

const networkWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The mail server does not answer on this port (connection refused).',
  ENOTFOUND: 'The mail server is not found under this name.',
  EAI_AGAIN: 'The mail server is not found: no network, or no name service.',
  EDNS: 'The mail server is not found: no network, or a wrong name.',
  ETIMEDOUT: 'The mail server did not answer in time.',
  ECONNRESET: 'The mail server broke off the connection.',
  ECONNECTION: 'The mail server broke off the connection.',
  EHOSTUNREACH: 'There is no way to the mail server: no network.',
  ENETUNREACH: 'There is no way to the mail server: no network.',
  EAUTH: 'The mail server refuses the user name or password.',
  ENOAUTH: 'The mail server wants a user name and password.',
  ETLS: 'No secure connection to the mail server: check "security", the port and its certificate.',
  EREQUIRETLS: 'The mail server does not offer a secure connection.',
};

/**
 * What an SMTP failure means for the job (RFC 5321 §4.2.1: 4yz transient, 5yz permanent). A 5yz reply to the recipient or
 * the content is final; one to our sender is a matter of set-up and stays temporary, since it can be put right.
 */
export function smtpFailure(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const failure = error as SmtpFailure;
  return new DeliveryError(kindOf(failure), wordsOf(failure));
}

/** Some recipients got the mail, others were refused: the job goes on with the refused ones only. */
export function someRefused(
  mail: { to: readonly string[]; subject: string; text: string },
  rejected: readonly string[],
  errors: readonly SmtpFailure[] = [],
): DeliveryError {
  const left = mail.to.filter((address) => rejected.includes(address));
  const temporary = errors.some((error) => (error.responseCode ?? 0) < 500);
  const reasons = errors.map((error) => oneLine(error.response ?? error.message)).join('; ');
  const message = `Refused for ${left.join(', ')} (the others have it): ${reasons}`;
  return new DeliveryError(temporary ? 'temporary' : 'permanent', message.slice(0, 1000), { to: left });
}

function kindOf({ code = '', command = '', responseCode = 0 }: SmtpFailure): FailureKind {
  if (channelCodes.has(code)) return 'channel';
  if (code === 'EENVELOPE' && command === 'API') return 'permanent';
  const final = responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
  if (final) return 'permanent';
  // Before the mail was begun nothing is wrong with it; broken off in the middle it may be the mail that does it.
  const beforeMail = command === 'CONN' || command === '' || command === 'EHLO' || command === 'HELO';
  return connectionCodes.has(code) && beforeMail ? 'channel' : 'temporary';
}

function wordsOf({ code = '', originalCode = '', response, message }: SmtpFailure): string {
  const words = networkWords[originalCode] ?? networkWords[code];
  const said = response ? `It says: ${oneLine(response)}` : '';
  return [words ?? (response ? '' : oneLine(message)), said].filter(Boolean).join(' ').slice(0, 1000);
}
