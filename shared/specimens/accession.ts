/**
 * Accession numbers: `<station prefix><eight digits><check character>`, for example `A00000042R`.
 *
 * - Only digits and capital letters: every Code 128 reader sends them, no analyzer's delimiter is among them, and a
 *   keyboard-wedge scanner with the wrong layout cannot turn a hyphen into something else.
 * - Eight digits, an even number, so that Code 128 packs them in pairs (set C) and the symbol stays narrow on a tube.
 * - The check character is ISO/IEC 7064 MOD 37,36 over prefix and digits: it finds every single wrong character and
 *   nearly all swapped neighbours, which matters where a person copies the number from a smudged label.
 */
export interface Accession {
  /** One to four capital letters or digits: the station that gave the number. */
  readonly prefix: string;
  readonly number: number;
  /** The whole accession as stored and as the barcode holds it. */
  readonly text: string;
}

export type AccessionResult =
  | { readonly accession: Accession }
  | { readonly error: 'format' | 'checkCharacter'; readonly message: string };

const digits = 8;

/** The largest number of one station. */
export const maximumAccessionNumber = 10 ** digits - 1;

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The accession of a station's counter value. Throws RangeError for a prefix or number out of form. */
export function formatAccession(prefix: string, number: number): string {
  if (!/^[A-Z0-9]{1,4}$/.test(prefix)) {
    throw new RangeError(`accession prefix must be one to four capital letters or digits: ${prefix}`);
  }
  if (!Number.isInteger(number) || number < 0 || number > maximumAccessionNumber) {
    throw new RangeError(`accession number out of range: ${number}`);
  }
  const body = prefix + String(number).padStart(digits, '0');
  return body + checkCharacter(body);
}

/**
 * Reads an accession as scanned or typed: lower case, spaces and hyphens between the groups are accepted, nothing else is
 * guessed.
 */
export function parseAccession(text: string): AccessionResult {
  const plain = text.length > 40 ? '' : text.replace(/[\s-]/g, '').toUpperCase();
  const match = /^([A-Z0-9]{1,4})(\d{8})([A-Z0-9])$/.exec(plain);
  if (!match?.[1] || !match[2]) {
    return { error: 'format', message: 'Not an accession number: it is a prefix, eight digits and a check character' };
  }
  if (checkCharacter(match[1] + match[2]) !== match[3]) {
    const message = 'The check character does not fit: a character was misread or two were swapped';
    return { error: 'checkCharacter', message };
  }
  return { accession: { prefix: match[1], number: Number(match[2]), text: plain } };
}

/** Whether the text is an accession whose check character fits. */
export function isAccession(text: string): boolean {
  return 'accession' in parseAccession(text);
}

/** The accession in groups for people to read and copy: `A-0000-0042-R`. Text of another form stays as it is. */
export function displayAccession(text: string): string {
  const match = /^([A-Z0-9]{1,4})(\d{4})(\d{4})([A-Z0-9])$/.exec(text);
  return match ? match.slice(1).join('-') : text;
}

/**
 * The ISO/IEC 7064:2003 MOD 37,36 check character of digits and capital letters (hybrid system, clause 8). Throws
 * RangeError for any other character.
 */
export function checkCharacter(body: string): string {
  const modulus = alphabet.length;
  let product = modulus;
  for (const character of body) {
    const value = alphabet.indexOf(character);
    if (value < 0) throw new RangeError(`not a digit or capital letter: ${character}`);
    const sum = (product + value) % modulus || modulus;
    product = (sum * 2) % (modulus + 1);
  }
  return alphabet[(modulus + 1 - product) % modulus] ?? '';
}
