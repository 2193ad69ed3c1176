import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { LabelsInput, SpecimenLabel } from '../../../shared/documents/schema.ts';
import { displayAccession } from '../../../shared/specimens/accession.ts';
import { code128 } from './barcode.ts';
import { type Formats, formatsOf } from './formats.ts';
import { defaultStyle, mm, plain } from './theme.ts';
import { type Words, wordsOf } from './words.ts';

const page = { width: mm(50), height: mm(25) };
const margin = mm(2);
const inner = page.width - 2 * margin;

/** A page of 50 × 25 mm for every copy of every label. Black only: thermal printers know no grey. */
export function labelsDefinition(input: LabelsInput): TDocumentDefinitions {
  const words = wordsOf(input.locale);
  const formats = formatsOf(input.locale, input.timeZone);
  const drawn = input.labels.flatMap((label) =>
    Array.from({ length: label.copies ?? 1 }, () => labelContent(label, words, formats)),
  );
  return {
    info: { title: words.specimen, creator: 'Aliquot', creationDate: new Date(input.printedAt) },
    pageSize: page,
    pageMargins: 0,
    defaultStyle: { ...defaultStyle, color: 'black', lineHeight: 1 },
    content: drawn.map((content, index) => ({
      stack: content,
      ...(index === 0 ? {} : { pageBreak: 'before' as const }),
    })),
  };
}

/** Everything at fixed places, so that a long name cannot push the bars off the label. */
function labelContent(label: SpecimenLabel, words: Words, formats: Formats): Content[] {
  const person = [label.patientNumber, label.age, words.sexLetter[label.sex]].filter((part) => part !== undefined);
  const bars = code128(label.accession, page.width, mm(8.4));
  const line = (
    y: number,
    text: string,
    fontSize: number,
    alignment: 'left' | 'center' | 'right',
    bold = false,
  ): Content => ({
    absolutePosition: { x: margin, y: mm(y) },
    columns: [{ width: inner, text, fontSize, bold, alignment, noWrap: true }],
  });
  const container = `${label.urgent ? `${words.urgent}  ` : ''}${label.container}`;
  return [
    line(1.2, cut(plain(label.patientName), inner, 8), 8, 'left', true),
    line(4.2, cut(plain(person.join('  ')), inner * 0.62, 6.5), 6.5, 'left'),
    line(4.2, formats.shortTime(label.at), 6.5, 'right'),
    { ...bars.content, absolutePosition: { x: (page.width - bars.width) / 2, y: mm(7) } },
    line(15.6, displayAccession(label.accession), 9, 'center', true),
    line(18.9, cut(plain(container), inner, 6.5), 6.5, 'left', label.urgent ?? false),
    line(21.4, listed(label.testCodes.map(plain), inner, 6.5), 6.5, 'left', true),
  ];
}

/** As many codes as one line holds, then how many more there are. */
function listed(codes: readonly string[], width: number, fontSize: number): string {
  for (let shown = codes.length; shown > 1; shown--) {
    const more = codes.length - shown;
    const text = `${codes.slice(0, shown).join(' ')}${more === 0 ? '' : ` +${more}`}`;
    if (textWidth(text) * fontSize <= width) return text;
  }
  return cut(codes.join(' '), width, fontSize);
}

/** The text as far as one line holds it, with an ellipsis where something is missing. */
function cut(text: string, width: number, fontSize: number): string {
  const letters = [...text];
  for (let shown = letters.length; shown > 0; shown--) {
    const candidate = shown === letters.length ? text : `${letters.slice(0, shown).join('')}…`;
    if (textWidth(candidate) * fontSize <= width) return candidate;
  }
  return '';
}

/** Upper estimate of the width of a text in Roboto Medium, in units of its size; layout itself measures exactly. */
function textWidth(text: string): number {
  let width = 0;
  for (const letter of text) {
    if (/[ .,:;'|!iIl]/.test(letter)) width += 0.29;
    else if (/[fjrt()-]/.test(letter)) width += 0.4;
    else if (/[mwMW@%…]/.test(letter)) width += 0.9;
    else if (/\p{Ll}|\d/u.test(letter)) width += 0.58;
    else width += 0.7;
  }
  return width;
}
