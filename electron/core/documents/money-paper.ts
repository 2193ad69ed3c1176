import type { Content, TableCell, TDocumentDefinitions, Watermark } from 'pdfmake/interfaces.js';
import { formatAmount, formatMoney } from '../../../shared/billing/money.ts';
import type { Letterhead } from '../../../shared/documents/schema.ts';
import { type Formats, formatsOf } from './formats.ts';
import { colours, defaultStyle, letterheadBlock, plain, rule, styles } from './theme.ts';
import { type Words, wordsOf } from './words.ts';

/** What every paper about money is written with. */
export interface MoneyPaper {
  readonly locale: string;
  readonly timeZone: string;
  readonly printedAt: string;
  readonly letterhead: Letterhead;
  readonly number: string;
  readonly currency: string;
}

/** Words, dates and amounts as a paper writes them. */
export interface MoneyPens {
  readonly words: Words;
  readonly formats: Formats;
  /** Minor units without the currency. */
  readonly amount: (value: number) => string;
  /** Minor units with the currency. */
  readonly money: (value: number) => string;
}

/** Page width in points and side margin, by paper. */
const papers = { A4: { width: 595.28, side: 42 }, A5: { width: 419.53, side: 28 } } as const;

/** An A5 page, or another, with letterhead, title and footer around what a paper says. */
export function moneyPaper(
  input: MoneyPaper,
  title: (words: Words) => string,
  content: (pens: MoneyPens) => Content[],
  pageSize: keyof typeof papers = 'A5',
): TDocumentDefinitions {
  const words = wordsOf(input.locale);
  const formats = formatsOf(input.locale, input.timeZone);
  const { currency, locale } = input;
  const page = papers[pageSize];
  return {
    info: {
      title: `${title(words)} ${input.number}`,
      author: input.letterhead.name,
      creator: 'Aliquot',
      creationDate: new Date(input.printedAt),
    },
    pageSize,
    pageMargins: [page.side, 28, page.side, 44],
    defaultStyle: { ...defaultStyle, fontSize: 8.3 },
    styles,
    footer: (current, pages) => ({
      margin: [page.side, 8, page.side, 0],
      columns: [
        { text: plain(`${input.number}  ·  ${words.printed(formats.time(input.printedAt))}`), style: 'small' },
        { width: 'auto', text: words.page(current, pages), style: 'small' },
      ],
    }),
    content: [
      letterheadBlock(input.letterhead, 0.85),
      { stack: [rule(page.width - 2 * page.side, colours.accent, 1.2)], margin: [0, 6, 0, 8] },
      { text: title(words), style: 'title', margin: [0, 0, 0, 4] },
      ...content({
        ...{ words, formats },
        amount: (value) => formatAmount({ amount: value, currency }, locale),
        money: (value) => formatMoney({ amount: value, currency }, locale),
      }),
    ],
  };
}

/** A cell whose numbers stand below each other. */
export function numberCell(text: string, more: { style?: string; bold?: boolean } = {}): TableCell {
  return { text, alignment: 'right', noWrap: true, ...more };
}

/** What stands across every page of a paper that no longer holds. */
export function cancelledWatermark(locale: string): Watermark {
  return { text: wordsOf(locale).cancelled.toUpperCase(), color: colours.warning, opacity: 0.12, bold: true };
}
