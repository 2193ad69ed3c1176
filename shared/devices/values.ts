import type { Choice, Comparator, DeviceValue } from './reading.ts';

export type DecimalSign = 'auto' | 'point' | 'comma';

export interface ReadValue {
  readonly value: DeviceValue;
  /** Marks that stood on the value itself (`*`: low reliability); they belong to the flags. */
  readonly marks: readonly string[];
  /** What a person should know about how the value was read. */
  readonly note?: string;
}

const comparators = new Map<string, Comparator>([
  ['<', '<'],
  ['>', '>'],
  ['<=', '<='],
  ['=<', '<='],
  ['≤', '<='],
  ['>=', '>='],
  ['=>', '>='],
  ['≥', '>='],
]);

/** Spellings seen on analyzers in English, French, Spanish, Portuguese, Italian and German, without accents and case. */
const choices = new Map<string, Choice>();
function spell(choice: Choice, words: string): void {
  for (const word of words.split(',')) choices.set(word, choice);
}
spell('positive', 'pos,positive,positif,positivo,positiva,positiv,reactive,reactif,reactivo,reactiva,reagente,reaktiv');
spell('negative', 'neg,negative,negatif,negativo,negativa,negativ,non reactive,nonreactive,not reactive,non reactif');
spell('negative', 'no reactivo,no reactiva,nao reagente,nicht reaktiv');
spell(
  'indeterminate',
  'indeterminate,indetermine,indeterminado,equivocal,equivoque,equivoco,borderline,douteux,dudoso',
);
spell('indeterminate', 'grayzone,gray zone,greyzone,grey zone,zona gris');
spell('detected', 'detected,detecte,detectado,detectada,target detected,nachgewiesen');
spell(
  'not-detected',
  'not detected,non detecte,no detectado,no detectada,nao detectado,undetected,target not detected',
);
spell('not-detected', 'nicht nachgewiesen');
spell('invalid', 'invalid,invalide,invalido,ungultig');

const failures = new Map<string, 'error' | 'not-measured'>([
  ['error', 'error'],
  ['erreur', 'error'],
  ['err', 'error'],
  ['no result', 'not-measured'],
  ['aborted', 'not-measured'],
  ['not measured', 'not-measured'],
]);

function plainWords(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .replace(/[.!]+$/, '')
    .trim();
}

/** Numbers longer than this are no measurement; they stay text. */
const longestNumber = 40;

/**
 * A number as laboratories print it, to a plain decimal (`1.234,5` → `1234.5`), keeping every digit after the point.
 * `undefined` when it is no number; `ambiguous` when the comma may group thousands as well as begin decimals.
 */
export function readNumber(text: string, decimal: DecimalSign): string | 'ambiguous' | undefined {
  if (text.length > longestNumber) return undefined;
  const sign = text.startsWith('-') ? '-' : '';
  let digits = text.replace(/^[+-]\s*/, '');
  if (!/^[\d.,]+(?:[eE][+-]?\d{1,2})?$/.test(digits) || !/\d/.test(digits)) return undefined;
  const exponent = /[eE]([+-]?\d{1,2})$/.exec(digits);
  if (exponent) digits = digits.slice(0, exponent.index);
  const plain = withPoint(digits, decimal);
  if (plain === undefined || plain === 'ambiguous') return plain;
  return sign + shiftPoint(plain, Number(exponent?.[1] ?? 0));
}

function withPoint(digits: string, decimal: DecimalSign): string | 'ambiguous' | undefined {
  if (decimal === 'point') return ungrouped(digits, ',', '.');
  if (decimal === 'comma') return ungrouped(digits, '.', ',');
  if (/^[1-9]\d{0,2},\d{3}$/.test(digits)) return 'ambiguous';
  const commaDecides = digits.lastIndexOf(',') > digits.lastIndexOf('.') && digits.split(',').length === 2;
  return commaDecides ? ungrouped(digits, '.', ',') : ungrouped(digits, ',', '.');
}

/** Takes out separators that stand exactly where thousands are separated; `undefined` where they stand elsewhere. */
function ungrouped(digits: string, separator: string, sign: string): string | undefined {
  const [whole = '', fraction = '', ...more] = digits.split(sign);
  const [first = '', ...groups] = whole.split(separator);
  if (more.length > 0 || fraction.includes(separator)) return undefined;
  if (groups.length > 0 && (first === '' || first.length > 3 || groups.some((group) => group.length !== 3)))
    return undefined;
  return `${first}${groups.join('')}.${fraction}`;
}

/** Moves the point of an unsigned plain decimal; also gives `.5` and `5.` their missing digits. */
function shiftPoint(plain: string, places: number): string {
  const [whole = '', fraction = ''] = plain.split('.');
  let digits = whole + fraction;
  let point = whole.length + places;
  if (point < 0) {
    digits = '0'.repeat(-point) + digits;
    point = 0;
  }
  digits = digits.padEnd(point, '0');
  const head = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
  const tail = digits.slice(point);
  return tail === '' ? head : `${head}.${tail}`;
}

/**
 * Reads a result value. Nothing is guessed: what is not surely a number stays text, as sent.
 * `<`, `>` and their kin become the comparator; `----` is "not measured"; a `*` on a number becomes a mark.
 */
export function readValue(raw: string, decimal: DecimalSign = 'auto'): ReadValue {
  const text = raw.trim();
  if (text === '') return { value: { kind: 'missing', reason: 'empty' }, marks: [] };
  if (/^(?:-{2,}(?:[.,]-+)?|\.{2,})$/.test(text))
    return { value: { kind: 'missing', reason: 'not-measured' }, marks: [] };
  if (/^\*+(?:[.,]\*+)?$/.test(text)) return { value: { kind: 'missing', reason: 'error' }, marks: ['*'] };
  const marks = /^\*|\*$/.test(text) ? ['*'] : [];
  const bare = withoutStars(text);
  const numeric = readNumeric(bare, decimal);
  if (numeric === 'ambiguous') {
    return {
      value: { kind: 'text', text },
      marks,
      note: `"${text}" may be a decimal or a number in thousands; set the decimal sign of this device`,
    };
  }
  if (numeric) return { value: numeric, marks };
  const words = text.length <= longestNumber ? plainWords(bare) : '';
  const failure = failures.get(words);
  if (failure) return { value: { kind: 'missing', reason: failure }, marks };
  const choice = choices.get(words);
  if (choice) return { value: { kind: 'choice', choice, text }, marks };
  return { value: { kind: 'text', text }, marks: [] };
}

/** Not by a regular expression: one that looks for blanks before the end takes quadratic time over a long run of them. */
function withoutStars(text: string): string {
  const open = text.startsWith('*') ? text.slice(1).trimStart() : text;
  return open.endsWith('*') ? open.slice(0, -1).trimEnd() : open;
}

function readNumeric(text: string, decimal: DecimalSign): DeviceValue | 'ambiguous' | undefined {
  const sign = /^(?:<=|>=|=<|=>|[<>≤≥])/.exec(text)?.[0] ?? '';
  const number = readNumber(text.slice(sign.length).trim(), decimal);
  if (number === undefined || number === 'ambiguous') return number;
  const comparator = comparators.get(sign);
  return comparator ? { kind: 'numeric', number, comparator } : { kind: 'numeric', number };
}

/** A value in one line, as self-tests and the live view show it: `<0.5`, `positive`, `(image)`. */
export function valueInLine(value: DeviceValue): string {
  switch (value.kind) {
    case 'numeric':
      return `${value.comparator ?? ''}${value.number}`;
    case 'text':
      return value.text;
    case 'choice':
      return value.choice;
    case 'missing':
      return `(${value.reason})`;
  }
}
