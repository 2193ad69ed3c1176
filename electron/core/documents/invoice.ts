import type { Content, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { InvoicePaper } from '../../../shared/documents/schema.ts';
import { cancelledWatermark, type MoneyPens, moneyPaper, numberCell } from './money-paper.ts';
import { colours, faintBox, labelled, plain, rowLines } from './theme.ts';

/**
 * An invoice to an organisation: its bills of a period, what was paid, what is due when, and how old all it owes is.
 * A cancelled one says so across the page, and why.
 */
export function invoiceDefinition(input: InvoicePaper): TDocumentDefinitions {
  const paper = moneyPaper(
    input,
    (words) => words.invoice,
    (pens) => [
      head(input, pens),
      ...cancelled(input, pens),
      items(input, pens),
      below(input, pens),
      ageing(input, pens),
    ],
    'A4',
  );
  return input.status === 'cancelled' ? { ...paper, watermark: cancelledWatermark(input.locale) } : paper;
}

function cancelled({ status, cancelReason }: InvoicePaper, { words }: MoneyPens): Content[] {
  if (status !== 'cancelled' || cancelReason === undefined) return [];
  return [
    { text: plain(`${words.cancelled}: ${cancelReason}`), color: colours.warning, bold: true, margin: [0, 8, 0, 0] },
  ];
}

function head(input: InvoicePaper, { words, formats }: MoneyPens): Content {
  const day = (value: string) => formats.day(value);
  return {
    layout: faintBox,
    table: {
      widths: ['*', '*'],
      body: [
        [
          {
            stack: [
              { text: plain(input.organisation), style: 'name' },
              ...(input.address === undefined ? [] : [{ text: plain(input.address) }]),
            ],
          },
          {
            margin: [0, 2, 0, 0],
            stack: labelled([
              [words.invoiceNumber, input.number],
              [words.date, formats.time(input.registeredAt)],
              [words.period, `${day(input.period.from)} – ${day(input.period.to)}`],
              [words.dueOn, day(input.dueOn)],
            ]),
          },
        ],
      ],
    },
  };
}

function items(input: InvoicePaper, { words, formats, amount }: MoneyPens): Content {
  const column = (text: string): TableCell => ({ text, style: 'column' });
  return {
    margin: [0, 10, 0, 8],
    layout: rowLines,
    table: {
      headerRows: 1,
      dontBreakRows: true,
      widths: ['auto', 'auto', 130, '*', 'auto'],
      body: [
        [
          ...[words.date, words.billNumber, words.patient, words.test].map(column),
          numberCell(words.amount, { style: 'column' }),
        ],
        ...input.items.map((item): TableCell[] => [
          { text: formats.day(item.on), noWrap: true },
          { text: plain(item.number), noWrap: true },
          { text: plain(item.patientName) },
          { text: plain(item.amount < 0 ? `${words.creditNote}: ${item.tests}` : item.tests), style: 'small' },
          numberCell(amount(item.amount)),
        ]),
      ],
    },
  };
}

function below(input: InvoicePaper, { words, formats, amount, money }: MoneyPens): Content {
  const sum = (label: string, value: string, bold = false): TableCell[] => [
    { text: label, bold, ...(bold ? {} : { color: colours.quiet }) },
    numberCell(value, { bold }),
  ];
  const { net, paid, due } = input.totals;
  return {
    columns: [
      {
        width: '*',
        stack: input.payments.map(({ kind, at, method, amount: value, reference }) => ({
          style: 'small',
          text: plain(
            [
              formats.time(at),
              kind === 'refund' ? words.refund : words.methods[method],
              money(kind === 'refund' ? -value : value),
              reference ?? '',
            ].join('  '),
          ),
        })),
      },
      {
        width: 200,
        layout: rowLines,
        unbreakable: true,
        table: {
          widths: ['*', 'auto'],
          body: [sum(words.total, amount(net)), sum(words.paid, amount(paid)), sum(words.due, money(due), true)],
        },
      },
    ],
    columnGap: 20,
  };
}

function ageing({ ageing: bands, currency }: InvoicePaper, { words, amount }: MoneyPens): Content {
  const names = ['0-30', '31-60', '61-90', '90+'] as const;
  return {
    margin: [0, 16, 0, 0],
    unbreakable: true,
    stack: [
      { text: words.ageing, style: 'small', margin: [0, 0, 0, 2] },
      {
        layout: rowLines,
        table: {
          widths: names.map(() => '*'),
          body: [
            names.map((name) => numberCell(words.ageBands[name], { style: 'column' })),
            names.map((name) => numberCell(amount(bands[name]))),
          ],
        },
      },
      { text: words.amountsIn(currency), style: 'small', margin: [0, 10, 0, 0] },
    ],
  };
}
