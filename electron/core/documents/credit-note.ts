import type { TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { CreditNotePaper } from '../../../shared/documents/schema.ts';
import { moneyPaper, numberCell } from './money-paper.ts';
import { colours, faintBox, labelled, plain, rowLines } from './theme.ts';

/** A credit note: the bill it follows, what is taken back of each line, and whom it credits. */
export function creditNoteDefinition(input: CreditNotePaper): TDocumentDefinitions {
  return moneyPaper(
    input,
    (words) => words.creditNote,
    ({ words, formats, amount, money }) => {
      const percent = new Intl.NumberFormat(input.locale, { style: 'percent', maximumFractionDigits: 3 });
      const sum = (label: string, value: string, bold = false): TableCell[] => [
        { text: label, bold, ...(bold ? {} : { color: colours.quiet }) },
        numberCell(value, { bold }),
      ];
      const { patient } = input;
      return [
        {
          layout: faintBox,
          table: {
            widths: ['*', '*'],
            body: [
              [
                {
                  stack: [
                    { text: plain(patient.name), style: 'name' },
                    ...labelled([[words.patientNumber, patient.number]]),
                  ],
                },
                {
                  margin: [0, 2, 0, 0],
                  stack: labelled([
                    [words.creditNoteNumber, input.number],
                    [words.date, formats.time(input.registeredAt)],
                    [words.billNumber, words.billOf(input.billNumber, formats.time(input.billedAt))],
                    [words.organisation, input.organisation],
                  ]),
                },
              ],
            ],
          },
        },
        {
          margin: [0, 8, 0, 8],
          layout: rowLines,
          table: {
            headerRows: 1,
            dontBreakRows: true,
            widths: ['*', 'auto'],
            body: [
              [{ text: words.test, style: 'column' }, numberCell(words.amount, { style: 'column' })],
              ...input.lines.map((line): TableCell[] => [
                { text: [plain(line.name), { text: `  ${plain(line.code)}`, style: 'small' }] },
                numberCell(amount(line.amount)),
              ]),
            ],
          },
        },
        {
          columns: [
            { width: '*', text: plain(`${words.reason}: ${input.reason}`) },
            {
              width: 190,
              layout: rowLines,
              unbreakable: true,
              table: {
                widths: ['*', 'auto'],
                body: [
                  ...(input.tax === 0
                    ? []
                    : [sum(words.tax(percent.format(input.taxPercent / 100)), amount(input.tax))]),
                  sum(words.total, money(input.total), true),
                ],
              },
            },
          ],
          columnGap: 20,
        },
        {
          margin: [0, 12, 0, 0],
          style: 'small',
          text: plain(
            [
              words.creditedTo[input.to],
              words.amountsIn(input.currency),
              input.preparedBy === undefined ? '' : words.preparedBy(input.preparedBy),
            ]
              .join(' ')
              .trim(),
          ),
        },
      ];
    },
  );
}
