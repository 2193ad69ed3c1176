import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { ListingInput } from '../../../shared/documents/schema.ts';
import { code128 } from './barcode.ts';
import { formatsOf } from './formats.ts';
import { colours, defaultStyle, labelled, letterheadBlock, mm, plain, rowLines, rule, styles } from './theme.ts';
import { wordsOf } from './words.ts';

const width = 595.28;
const side = 36;

/** A table on A4 with the letterhead: collection lists, manifests. Column headings stand on every page. */
export function listingDefinition(input: ListingInput): TDocumentDefinitions {
  const words = wordsOf(input.locale);
  const formats = formatsOf(input.locale, input.timeZone);
  const head = (header: string) => ({ text: plain(header), style: 'column' });
  return {
    info: {
      title: input.title,
      author: input.letterhead.name,
      creator: 'Aliquot',
      creationDate: new Date(input.printedAt),
    },
    pageSize: 'A4',
    pageMargins: [side, 28, side, 44],
    defaultStyle: { ...defaultStyle, fontSize: 8.5 },
    styles,
    footer: (current, pages) => ({
      margin: [side, 8, side, 0],
      columns: [
        { text: plain(`${input.title}  ·  ${words.printed(formats.time(input.printedAt))}`), style: 'small' },
        { width: 'auto', text: words.page(current, pages), style: 'small' },
      ],
    }),
    content: [
      letterheadBlock(input.letterhead),
      { stack: [rule(width - 2 * side, colours.accent, 1.2)], margin: [0, 6, 0, 8] },
      {
        columns: [
          {
            width: '*',
            stack: [
              { text: plain(input.title), style: 'title', margin: [0, 0, 0, 4] },
              ...labelled([
                [words.date, formats.time(input.at)],
                ...input.facts.map(({ label, value }) => [label, value] as const),
              ]),
            ],
          },
          ...(input.barcode === undefined
            ? []
            : [{ width: mm(60), stack: [code128(input.barcode, mm(60), mm(10)).content] }]),
        ],
      },
      {
        margin: [0, 8, 0, 0],
        layout: rowLines,
        table: {
          headerRows: 1,
          dontBreakRows: true,
          widths: input.columns.map((column) => column.width ?? '*'),
          body: [
            input.columns.map((column) => head(column.header)),
            ...input.rows.map((row) => input.columns.map((_, index) => ({ text: plain(row[index] ?? '') }))),
          ],
        },
      },
      signatureLines(input.signatures),
    ],
  };
}

/** Lines to sign on, side by side, never alone on a page without their words. */
function signatureLines(signatures: readonly string[]): Content {
  if (signatures.length === 0) return { text: '' };
  return {
    margin: [0, 40, 0, 0],
    unbreakable: true,
    columnGap: 20,
    columns: signatures.map((words) => ({
      width: '*',
      stack: [rule(120), { text: plain(words), style: 'small', margin: [0, 2, 0, 0] }],
    })),
  };
}
