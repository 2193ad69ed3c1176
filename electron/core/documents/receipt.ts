import type { Column, Content, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { formatAmount, formatMoney } from '../../../shared/billing/money.ts';
import type { ReceiptInput } from '../../../shared/documents/schema.ts';
import { type Formats, formatsOf } from './formats.ts';
import { cancelledWatermark } from './money-paper.ts';
import { colours, defaultStyle, faintBox, labelled, letterheadBlock, plain, rowLines, rule, styles } from './theme.ts';
import { type Words, wordsOf } from './words.ts';

/** Page width in points and side margin, by paper. */
const papers = { A4: { width: 595.28, side: 42 }, A5: { width: 419.53, side: 28 } } as const;

/** A bill while something is due, a receipt when it is paid; cancelled ones say so across the page. */
export function receiptDefinition(input: ReceiptInput): TDocumentDefinitions {
  const words = wordsOf(input.locale);
  const formats = formatsOf(input.locale, input.timeZone);
  const paper = papers[input.pageSize];
  const width = paper.width - 2 * paper.side;
  const scale = input.pageSize === 'A5' ? 0.85 : 1;
  const title = input.status === 'paid' ? words.receipt : words.bill;
  return {
    info: {
      title: `${title} ${input.number}`,
      author: input.letterhead.name,
      creator: 'Aliquot',
      creationDate: new Date(input.printedAt),
    },
    pageSize: input.pageSize,
    pageMargins: [paper.side, 28, paper.side, 44],
    defaultStyle: { ...defaultStyle, fontSize: 9 * (input.pageSize === 'A5' ? 0.92 : 1) },
    styles,
    ...(input.status === 'cancelled' ? { watermark: cancelledWatermark(input.locale) } : {}),
    footer: (current, pages) => ({
      margin: [paper.side, 8, paper.side, 0],
      columns: [
        {
          text: plain(
            `${input.number}  ·  ${input.patient.number}  ·  ${words.printed(formats.time(input.printedAt))}`,
          ),
          style: 'small',
        },
        { width: 'auto', text: words.page(current, pages), style: 'small' },
      ],
    }),
    content: [
      letterheadBlock(input.letterhead, scale),
      { ...boxed(rule(width, colours.accent, 1.2)), margin: [0, 6, 0, 8] },
      { text: title, style: 'title', margin: [0, 0, 0, 4] },
      parties(input, words, formats),
      lineTable(input, words),
      { columns: [payments(input, words, formats), totals(input, words)], columnGap: 20, margin: [0, 8, 0, 0] },
      remarks(input, words),
    ],
  };
}

const boxed = (content: Content) => ({ stack: [content] });

function parties(input: ReceiptInput, words: Words, formats: Formats): Content {
  const { patient } = input;
  const ageAndSex = [patient.age, words.sex[patient.sex]].filter((part) => part !== undefined).join(' / ');
  const number = input.status === 'paid' ? words.receiptNumber : words.billNumber;
  return {
    layout: faintBox,
    table: {
      widths: ['*', '*'],
      body: [
        [
          {
            stack: [
              { text: plain(patient.name), style: 'name' },
              ...labelled([
                [words.patientNumber, patient.number],
                [words.ageAndSex, ageAndSex],
                [words.phone, patient.phone],
              ]),
            ],
          },
          {
            margin: [0, 2, 0, 0],
            stack: labelled([
              [number, input.number],
              [words.date, formats.time(input.registeredAt)],
              [words.referredBy, input.referrer],
              [words.organisation, input.organisation],
              [words.insurer, input.insurer],
              [words.diagnoses, input.diagnoses?.join('; ')],
            ]),
          },
        ],
      ],
    },
  };
}

function lineTable(input: ReceiptInput, words: Words): Content {
  const amount = (value: number) => formatAmount({ amount: value, currency: input.currency }, input.locale);
  const discounted = input.lines.some((line) => line.discount !== 0);
  const right = (text: string, style?: string): TableCell => ({
    text,
    alignment: 'right',
    noWrap: true,
    ...(style === undefined ? {} : { style }),
  });
  const head: TableCell[] = [
    { text: words.number, style: 'column' },
    { text: words.test, style: 'column' },
    right(words.price, 'column'),
    ...(discounted ? [right(words.discount, 'column')] : []),
    right(words.amount, 'column'),
  ];
  const rows = input.lines.map((line, index): TableCell[] => [
    { text: String(index + 1), color: colours.quiet },
    { text: [plain(line.name), { text: `  ${plain(line.code)}`, style: 'small' }] },
    right(amount(line.price)),
    ...(discounted ? [right(line.discount === 0 ? '' : `−${amount(line.discount)}`)] : []),
    right(amount(line.price - line.discount)),
  ]);
  const widths = [16, '*', 'auto', ...(discounted ? ['auto'] : []), 'auto'];
  return {
    margin: [0, 8, 0, 0],
    layout: rowLines,
    table: { headerRows: 1, dontBreakRows: true, widths, body: [head, ...rows] },
  };
}

function totals(input: ReceiptInput, words: Words): Column {
  const money = (value: number) => formatMoney({ amount: value, currency: input.currency }, input.locale);
  const plainly = (value: number) => formatAmount({ amount: value, currency: input.currency }, input.locale);
  const percent = new Intl.NumberFormat(input.locale, { style: 'percent', maximumFractionDigits: 3 });
  const { gross, discount, tax, net, insurer, organisation, paid, due } = input.totals;
  const row = (label: string, value: string, strong = false): TableCell[] => [
    { text: label, bold: strong, ...(strong ? {} : { color: colours.quiet }) },
    { text: value, bold: strong, alignment: 'right', noWrap: true },
  ];
  const body = [
    ...(discount === 0 && tax === 0 ? [] : [row(words.subtotal, plainly(gross))]),
    ...(discount === 0 ? [] : [row(words.discount, `−${plainly(discount)}`)]),
    ...(tax === 0 ? [] : [row(words.tax(percent.format(input.taxPercent / 100)), plainly(tax))]),
    row(words.total, money(net), true),
    ...(insurer === undefined ? [] : [row(words.paidByInsurer, `−${plainly(insurer)}`)]),
    ...(organisation === undefined ? [] : [row(words.onAccount, `−${plainly(organisation)}`)]),
    row(words.paid, plainly(paid)),
    row(due < 0 ? words.credit : words.due, money(Math.abs(due)), true),
  ];
  return { width: 190, layout: rowLines, unbreakable: true, table: { widths: ['*', 'auto'], body } };
}

function payments(input: ReceiptInput, words: Words, formats: Formats): Column {
  if (input.payments.length === 0) return { width: '*', text: '' };
  const plainly = (value: number) => formatAmount({ amount: value, currency: input.currency }, input.locale);
  const body = input.payments.map((entry): TableCell[] => {
    const method = `${entry.kind === 'refund' ? `${words.refund}, ` : ''}${words.methods[entry.method]}`;
    const change =
      entry.tendered === undefined || entry.tendered <= entry.amount
        ? undefined
        : words.tendered(plainly(entry.tendered), plainly(entry.tendered - entry.amount));
    const details = [formats.time(entry.at), entry.reference, change, entry.by].filter((part) => part !== undefined);
    return [
      { stack: [{ text: method }, { text: plain(details.join('  ·  ')), style: 'small' }] },
      { text: `${entry.kind === 'refund' ? '−' : ''}${plainly(entry.amount)}`, alignment: 'right', noWrap: true },
    ];
  });
  return {
    width: '*',
    stack: [
      { text: words.payments, style: 'heading', margin: [2, 2, 0, 0] },
      { layout: rowLines, table: { dontBreakRows: true, widths: ['*', 'auto'], body } },
    ],
  };
}

function remarks(input: ReceiptInput, words: Words): Content {
  const lines = [
    input.status === 'cancelled' && input.cancelReason !== undefined
      ? `${words.cancelled}: ${input.cancelReason}`
      : undefined,
    input.note,
    [words.amountsIn(input.currency), input.preparedBy === undefined ? '' : words.preparedBy(input.preparedBy)]
      .join(' ')
      .trim(),
  ];
  return {
    margin: [0, 12, 0, 0],
    stack: lines.filter((line) => line !== undefined).map((line) => ({ text: plain(line), style: 'small' })),
  };
}
