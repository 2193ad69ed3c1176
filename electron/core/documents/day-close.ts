import type { Column, Content, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { DayClosePaper } from '../../../shared/documents/schema.ts';
import { type MoneyPens, moneyPaper, numberCell } from './money-paper.ts';
import { colours, faintBox, labelled, plain, rowLines, rule } from './theme.ts';

/** A day close: what entries say, what was counted, notes and coins, the difference, and two signatures. */
export function dayCloseDefinition(input: DayClosePaper): TDocumentDefinitions {
  return moneyPaper(
    input,
    (words) => words.dayClose,
    (pens) => [
      head(input, pens),
      sums(input, pens),
      ...(input.denominations.length > 0 ? [denominations(input, pens)] : []),
      ...(input.reason === undefined
        ? []
        : [
            {
              text: plain(`${pens.words.reason}: ${input.reason}`),
              margin: [0, 8, 0, 0] as [number, number, number, number],
            },
          ]),
      signatures(pens),
    ],
  );
}

function head(input: DayClosePaper, { words, formats }: MoneyPens): Content {
  const since = input.since === undefined ? undefined : formats.time(input.since);
  return {
    layout: faintBox,
    table: {
      widths: ['*', '*'],
      body: [
        [
          {
            stack: labelled([
              [words.closedBy, input.staffName],
              [words.station, input.stationName],
            ]),
          },
          {
            stack: labelled([
              [words.number, input.number],
              [words.period, words.since(since, formats.time(input.registeredAt))],
            ]),
          },
        ],
      ],
    },
  };
}

function sums(input: DayClosePaper, { words, amount, money }: MoneyPens): Content {
  const total = (field: 'expected' | 'counted') => input.sums.reduce((sum, row) => sum + row[field], 0);
  const column = (text: string) => numberCell(text, { style: 'column' });
  return {
    margin: [0, 8, 0, 0],
    layout: rowLines,
    table: {
      headerRows: 1,
      widths: ['*', 'auto', 'auto', 'auto'],
      body: [
        [
          { text: words.method, style: 'column' },
          column(words.expected),
          column(words.counted),
          column(words.difference),
        ],
        ...input.sums.map(({ method, expected, counted }): TableCell[] => [
          { text: words.methods[method] },
          numberCell(amount(expected)),
          numberCell(amount(counted)),
          numberCell(amount(counted - expected)),
        ]),
        [
          { text: words.total, bold: true },
          numberCell(money(total('expected')), { bold: true }),
          numberCell(money(total('counted')), { bold: true }),
          numberCell(money(input.difference), { bold: true }),
        ],
      ],
    },
  };
}

function denominations(input: DayClosePaper, { words, amount }: MoneyPens): Content {
  return {
    margin: [0, 10, 0, 0],
    layout: rowLines,
    table: {
      headerRows: 1,
      widths: [90, 60, 90],
      body: [
        [words.denomination, words.count, words.amount].map((text) => numberCell(text, { style: 'column' })),
        ...input.denominations.map(({ value, count }) => [
          numberCell(amount(value)),
          numberCell(String(count)),
          numberCell(amount(value * count)),
        ]),
      ],
    },
  };
}

function signatures({ words }: MoneyPens): Content {
  const line = (label: string): Column => ({
    width: '*',
    stack: [rule(150, colours.quiet), { text: label, style: 'small', margin: [0, 2, 0, 0] }],
  });
  return { margin: [0, 40, 0, 0], columns: [line(words.handedOver), line(words.receivedBy)], columnGap: 30 };
}
