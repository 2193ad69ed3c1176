import { encodeText } from '../text.ts';
import type { Hl7Header } from './header.ts';

/** HL7 table 0008. `A…` answers for the application, `C…` says only that the message is safe (enhanced mode). */
export type AcknowledgementCode = 'AA' | 'AE' | 'AR' | 'CA' | 'CE' | 'CR';

export interface AcknowledgementOptions {
  /** `YYYYMMDDHHMMSS`, local. */
  readonly now: string;
  /** Why it was not accepted; for the analyzer's screen. */
  readonly text?: string;
  /** Header fields given back as they came besides the usual ones (Mindray: MSH-16). */
  readonly echoes?: readonly number[];
}

const conditions = new Set(['AL', 'NE', 'ER', 'SU']);

/**
 * Which acknowledgements a message asks for, now that it is stored or could not be (HL7 2.x, 2.9.2 and 2.9.3). The original mode
 * is one AA or AE. In enhanced mode MSH-15 asks for CA or CE and MSH-16 for AA or AE, each always, never, on success or on error.
 * Other contents of MSH-16 (Mindray puts the kind of result there) mean the original mode.
 */
export function acknowledgementsFor(header: Hl7Header, stored: boolean): readonly AcknowledgementCode[] {
  const { acceptAcknowledgement: accept, applicationAcknowledgement: application } = header;
  if (!conditions.has(accept) && !conditions.has(application)) return [stored ? 'AA' : 'AE'];
  const wanted = (condition: string) => condition === 'AL' || condition === (stored ? 'SU' : 'ER');
  const codes: AcknowledgementCode[] = [];
  if (wanted(accept)) codes.push(stored ? 'CA' : 'CE');
  if (wanted(application)) codes.push(stored ? 'AA' : 'AE');
  return codes;
}

/** Compares version numbers as numbers: `2.3.1` is less than `2.5`. */
function atLeast(version: string, major: number, minor: number): boolean {
  const [ours = 2, theirs = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return ours > major || (ours === major && theirs >= minor);
}

/** Text that cannot end a segment or begin a field. */
function harmless(text: string, header: Hl7Header): string {
  const special = new Set([header.fieldSeparator, ...header.encodingCharacters]);
  return [...text]
    .map((c) => (special.has(c) || c < ' ' ? ' ' : c))
    .join('')
    .slice(0, 80);
}

/**
 * The acknowledgement of a message: its delimiters, version, processing id and character set, sender and receiver swapped,
 * MSH-10 given back (in MSA-2, and as our own MSH-10, as Mindray wants and nobody minds).
 * @returns message text without framing
 */
export function acknowledge(header: Hl7Header, code: AcknowledgementCode, options: AcknowledgementOptions): Uint8Array {
  const separator = header.fieldSeparator;
  const encoding = header.encodingCharacters || '^~\\&';
  const component = encoding[0] ?? '^';
  const version = header.version || '2.3.1';
  const trigger = header.messageType.split('^')[1];
  const type = ['ACK', ...(trigger ? [trigger] : []), ...(trigger && atLeast(version, 2, 5) ? ['ACK'] : [])].join(
    component,
  );
  const of = (field: number) => header.fields[field] ?? '';
  const fields = [
    'MSH',
    encoding,
    of(5),
    of(6),
    of(3),
    of(4),
    options.now,
    '',
    type,
    of(10),
    of(11) || 'P',
    of(12) || version,
  ];
  while (fields.length < 18) fields.push('');
  fields[17] = of(18);
  for (const echoed of options.echoes ?? []) if (echoed >= 13 && echoed <= 18) fields[echoed - 1] = of(echoed);
  const accepted = code.endsWith('A');
  const explanation = options.text ? harmless(options.text, header) : accepted ? 'Message accepted' : 'Not accepted';
  const acknowledgement = ['MSA', code, of(10)];
  const segments = [trimmed(fields, separator)];
  if (atLeast(version, 2, 5)) {
    segments.push(acknowledgement.join(separator));
    // Table 0357: 207 is "application internal error".
    if (!accepted) segments.push(['ERR', '', '', '207', 'E', '', '', '', explanation].join(separator));
  } else {
    segments.push([...acknowledgement, explanation, '', '', accepted ? '0' : '207'].join(separator));
  }
  return encodeText(segments.map((segment) => `${segment}\r`).join(''), 'latin1');
}

function trimmed(fields: readonly string[], separator: string): string {
  let last = fields.length;
  while (last > 0 && fields[last - 1] === '') last--;
  return fields.slice(0, last).join(separator);
}

/** Answer to a message whose header could not be read: AR in the standard's own delimiters. */
export function rejectUnreadable(now: string): Uint8Array {
  return encodeText(
    `MSH|^~\\&|||||${now}||ACK|${now}|P|2.3.1\rMSA|AR||No message header (MSH) found|||100\r`,
    'latin1',
  );
}
