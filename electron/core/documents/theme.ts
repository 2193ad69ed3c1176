import type { Content, CustomTableLayout, StyleDictionary } from 'pdfmake/interfaces.js';
import type { Letterhead } from '../../../shared/documents/schema.ts';

/** Millimetres in points. */
export const mm = (millimetres: number) => (millimetres * 72) / 25.4;

/** One accent, greys, and one warning colour that never stands without a sign and a weight. */
export const colours = {
  accent: '#0b5563',
  text: '#1b1f24',
  quiet: '#5b6470',
  line: '#c9d0d6',
  faint: '#f2f5f6',
  warning: '#b3261e',
  warningFaint: '#fdeceb',
} as const;

export const styles = {
  laboratory: { fontSize: 15, bold: true, color: colours.accent },
  title: { fontSize: 12, bold: true, color: colours.text },
  badge: { fontSize: 9, bold: true },
  department: { fontSize: 9.5, bold: true, color: colours.accent, characterSpacing: 0.6 },
  test: { fontSize: 10, bold: true },
  heading: { fontSize: 8, bold: true, color: colours.quiet },
  column: { fontSize: 7.5, color: colours.quiet },
  label: { fontSize: 7.5, color: colours.quiet },
  small: { fontSize: 7.5, color: colours.quiet },
  name: { fontSize: 11, bold: true },
} as const satisfies StyleDictionary;

export const defaultStyle = { font: 'Roboto', fontSize: 9, color: colours.text, lineHeight: 1.1 } as const;

/** A horizontal rule of the given width in points. */
export function rule(width: number, colour: string = colours.line, thickness = 0.6): Content {
  return { canvas: [{ type: 'line', x1: 0, y1: 0, x2: width, y2: 0, lineWidth: thickness, lineColor: colour }] };
}

/** Thin lines between rows, none at the sides. */
export const rowLines: CustomTableLayout = {
  hLineWidth: (row, node) => (row === 0 || row === node.table.body.length ? 0 : 0.4),
  vLineWidth: () => 0,
  hLineColor: () => colours.line,
  paddingLeft: (column) => (column === 0 ? 2 : 4),
  paddingRight: () => 4,
  paddingTop: () => 1.6,
  paddingBottom: () => 1.4,
};

/** A faint box without lines, for blocks of labels and values. */
export const faintBox: CustomTableLayout = {
  hLineWidth: () => 0,
  vLineWidth: () => 0,
  fillColor: () => colours.faint,
  paddingLeft: () => 8,
  paddingRight: () => 8,
  paddingTop: () => 3,
  paddingBottom: () => 3,
};

/** Name and accreditation at the left with the logo, address at the right. */
export function letterheadBlock(letterhead: Letterhead, scale = 1): Content {
  const contact = [letterhead.phone, letterhead.email, letterhead.website].filter((line) => line !== undefined);
  const below = [letterhead.tagline, letterhead.accreditation].filter((line) => line !== undefined);
  const logo = letterhead.logo;
  return {
    columns: [
      ...(logo === undefined
        ? []
        : [{ width: 46 * scale, image: logo, fit: [40 * scale, 40 * scale] as [number, number] }]),
      {
        width: '*',
        stack: [
          { text: plain(letterhead.name), style: 'laboratory', fontSize: styles.laboratory.fontSize * scale },
          ...below.map((line) => ({ text: plain(line), style: 'small' })),
        ],
      },
      {
        width: 'auto',
        stack: [...letterhead.address.split('\n'), contact.join('  ·  ')]
          .filter((line) => line.trim() !== '')
          .slice(0, 5)
          .map((line) => ({ text: plain(line), style: 'small', alignment: 'right' as const })),
      },
    ],
  };
}

/** Text without control characters, which no font has a picture for. Line feeds stay. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ');
}

/** Lines of a label and its value, the values under each other; a line without a value is left out. */
export function labelled(lines: readonly (readonly [label: string, value: string | undefined])[]): Content[] {
  return lines.flatMap(([label, value]) =>
    value === undefined || value === ''
      ? []
      : [
          {
            columns: [
              { width: 66, text: label, style: 'label', margin: [0, 1, 0, 0] },
              { width: '*', text: plain(value) },
            ],
          },
        ],
  );
}
