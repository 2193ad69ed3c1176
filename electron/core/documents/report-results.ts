import type { Content, ContentText, TableCell } from 'pdfmake/interfaces.js';
import type { ResultFlag } from '../../../shared/catalogue/ranges.ts';
import type { DocumentTest, DocumentValue } from '../../../shared/documents/schema.ts';
import { displayAccession } from '../../../shared/specimens/accession.ts';
import { colours, plain, rowLines } from './theme.ts';
import type { Words } from './words.ts';

type Margin = [left: number, top: number, right: number, bottom: number];

const columns = 5;
const widths = ['*', 74, 26, 62, 118];

/**
 * Points that a group's heading takes. It stands in the first row of its group, the other cells moved down as far, since a
 * row of its own could be left alone at the foot of a page.
 */
const headingHeight = 14.5;

/** Values longer than this run over the columns of flag, unit and range. */
const longValue = 18;

/**
 * One test as a table whose head (department, test, columns) repeats on every page it runs over. A flag is said three
 * ways, so that it survives a black-and-white printer and a colour-blind reader: its letter, bold, and colour.
 */
export function testTable(
  test: DocumentTest,
  department: string | undefined,
  words: Words,
  severalSpecimens: boolean,
): Content {
  const head: TableCell[][] = [
    ...(department === undefined
      ? []
      : [span({ text: plain(department).toUpperCase(), style: 'department', margin: [0, 4, 0, 0] })]),
    span(testTitle(test, severalSpecimens)),
    columnHeads(words),
  ];
  const rows = test.values.map((value) => valueRow(value, words));
  const comment: TableCell[][] =
    test.comment === undefined
      ? []
      : [
          span({
            text: [{ text: `${words.comment}: `, bold: true }, plain(test.comment)],
            fontSize: 8.5,
            margin: [0, 2, 0, 2],
          }),
        ];
  return {
    margin: [0, 8, 0, 0],
    layout: {
      ...rowLines,
      hLineWidth: (row, node) => (row < head.length - 1 || row === node.table.body.length ? 0 : 0.4),
    },
    table: {
      headerRows: head.length,
      keepWithHeaderRows: 1,
      dontBreakRows: true,
      widths,
      body: [...head, ...rows, ...comment],
    },
  };
}

function testTitle(test: DocumentTest, severalSpecimens: boolean): TableCell {
  const accession = severalSpecimens && test.accession !== undefined ? displayAccession(test.accession) : undefined;
  const details = [accession, test.method].filter((part) => part !== undefined).join('  ·  ');
  return {
    text: [
      { text: plain(test.name), style: 'test' },
      { text: `   ${plain(details)}`, style: 'small' },
    ],
  };
}

function columnHeads(words: Words): TableCell[] {
  const head = (text: string, alignment: 'left' | 'right' | 'center' = 'left'): TableCell => ({
    text,
    style: 'column',
    alignment,
  });
  return [
    head(words.examination),
    head(words.result, 'right'),
    head(words.flag, 'center'),
    head(words.unit),
    head(words.referenceRange),
  ];
}

function valueRow(value: DocumentValue, words: Words): TableCell[] {
  const text = plain(value.value ?? words.pending);
  const marked = value.flag !== '';
  const top = value.heading === undefined ? 0 : headingHeight;
  const place = {
    margin: [0, top, 0, 0] as Margin,
    ...(isCritical(value.flag) ? { fillColor: colours.warningFaint } : {}),
  };
  const emphasis = {
    bold: marked,
    ...(marked ? { color: colours.warning } : value.value === undefined ? { color: colours.quiet, italics: true } : {}),
    ...place,
  };
  const name = { ...place, margin: 0, stack: nameLines(value, words) };
  if (text.length > longValue) {
    const shown = marked ? `${text}  (${value.flag})` : text;
    const margin: Margin = [8, top, 0, 0];
    return [name, { text: shown, colSpan: columns - 1, ...emphasis, margin }, ...empty(columns - 2)];
  }
  return [
    name,
    { text, alignment: 'right', ...emphasis },
    { text: value.flag, alignment: 'center', ...emphasis },
    { text: plain(value.unit ?? ''), color: colours.quiet, ...place },
    { text: plain(value.range ?? ''), ...place },
  ];
}

function isCritical(flag: ResultFlag): boolean {
  return flag === 'LL' || flag === 'HH';
}

/** Heading of the group, name, and below it in small print what there is to say about this value. */
function nameLines(value: DocumentValue, words: Words): ContentText[] {
  const notes = [
    value.replaces === undefined ? undefined : words.replaces(value.replaces),
    value.method,
    value.original === undefined ? undefined : `${words.analyzer}: ${value.original}`,
    value.comment,
  ].filter((note) => note !== undefined);
  return [
    ...(value.heading === undefined
      ? []
      : [{ text: plain(value.heading), style: 'heading', noWrap: true, margin: [0, 3, 0, 1.2] as Margin }]),
    { text: plain(value.name) },
    ...notes.map((note) => ({ text: plain(note), style: 'small', margin: [6, 0, 0, 0] as Margin })),
  ];
}

function span(cell: TableCell): TableCell[] {
  return [Object.assign(cell, { colSpan: columns }), ...empty(columns - 1)];
}

function empty(count: number): TableCell[] {
  return Array.from({ length: count }, () => '');
}
