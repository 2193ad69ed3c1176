import type { SpecimenLabel } from '../documents/schema.ts';
import { displayAccession } from './accession.ts';

/**
 * Labels in ZPL II, the language of Zebra label printers and their kin, 50 × 25 mm at 203 dpi (8 dots a millimetre): the
 * same places as the PDF label. Sent as it is to the printer's raw port.
 * Source: Zebra, ZPL II Programming Guide, ^XA ^CI ^FO ^FD ^FH ^BC ^PQ ^XZ.
 */
export function labelsZpl(labels: readonly SpecimenLabel[], timeText: (instant: string) => string): string {
  return labels.map((label) => labelZpl(label, timeText)).join('');
}

const sexLetters = { male: 'M', female: 'F', other: 'O', unknown: '?' } as const;

function labelZpl(label: SpecimenLabel, timeText: (instant: string) => string): string {
  const person = [label.patientNumber, label.age, sexLetters[label.sex]].filter(Boolean).join('  ');
  const urgent = label.urgent ? 'URGENT  ' : '';
  const fields = [
    text(16, 10, 24, label.patientName),
    text(16, 36, 18, person),
    text(250, 36, 18, timeText(label.at)),
    // Module width 2 dots: prefix, eight digits in set C and check character come to about 38 mm.
    `^FO40,58^BY2^BCN,64,N,N,N,A^FH^FD${escaped(label.accession)}^FS`,
    text(110, 128, 26, displayAccession(label.accession)),
    text(16, 156, 18, `${urgent}${label.container}`),
    text(16, 176, 18, listed(label.testCodes, room(16, 18))),
  ];
  return `^XA^CI28^PW400^LL200${fields.join('')}^PQ${label.copies ?? 1}^XZ\n`;
}

/** Letters of font 0 that surely fit between a place and the right edge: capitals are about 0.6 of its size wide. */
function room(x: number, size: number): number {
  return Math.floor((400 - x) / (size * 0.6));
}

/** As many codes as there is room for, then how many more there are. */
function listed(codes: readonly string[], most: number): string {
  for (let shown = codes.length; shown > 1; shown--) {
    const line = [...codes.slice(0, shown), ...(shown < codes.length ? [`+${codes.length - shown}`] : [])].join(' ');
    if (line.length <= most) return line;
  }
  return codes.join(' ');
}

/** A line of text, cut where it is too long: ^FB would print what does not fit over the same line. */
function text(x: number, y: number, size: number, words: string): string {
  const letters = [...words];
  const most = room(x, size);
  const line = letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : words;
  return `^FO${x},${y}^A0N,${size},${size}^FB${400 - x},1^FH^FD${escaped(line)}^FS`;
}

/** `^` and `~` begin commands and `_` an escape: as hexadecimal after ^FH they are letters. No control characters. */
function escaped(words: string): string {
  return words
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .replace(/[_^~\\]/g, (letter) => `_${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
