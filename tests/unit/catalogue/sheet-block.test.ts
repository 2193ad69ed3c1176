import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockOf,
  planClear,
  planFill,
  planPaste,
  readTsv,
  type SheetRows,
  type Steps,
  stepBack,
  stepForth,
  stepTo,
  textsIn,
  withChanges,
  writeTsv,
  wrongCells,
} from '../../../renderer/catalogue/sheet-block.ts';

const columns = [
  { readOnly: true },
  {},
  { check: (text: string) => (/^\d*$/.test(text) ? undefined : 'a number') },
] as const;
const rows: SheetRows = [
  ['CBC', 'Blood count', '10'],
  ['TSH', 'Thyrotropin', '20'],
  ['ALT', 'Transaminase', '30'],
];
const at = (row: number, column: number, bottom = row, right = column) =>
  blockOf({ row, column }, { row: bottom, column: right });
/** The rows after a paste, or the cells that refuse it. */
function paste(text: string, block: ReturnType<typeof at>, growing = false) {
  const plan = planPaste(readTsv(text), block, rows, columns, growing);
  return 'refused' in plan ? Object.fromEntries(plan.refused) : withChanges(rows, plan.changes);
}

describe('the clipboard', () => {
  it('reads what spreadsheets write: line ends of any kind, one at the end, quotes, line breaks in a cell', () => {
    expect(readTsv('a\tb\r\nc\t\r\n')).toEqual([
      ['a', 'b'],
      ['c', ''],
    ]);
    expect(readTsv('"two\nlines"\t"5"" pipe"\t6" pipe')).toEqual([['two\nlines', '5" pipe', '6" pipe']]);
    expect(readTsv('"unfinished')).toEqual([['"unfinished']]);
  });

  it('gives back every block that was written', () => {
    const cell = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', '\t', '\n', '\r', 'a', ' ') }));
    const block = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
      );
    fc.assert(
      fc.property(block, (texts) => {
        expect(readTsv(writeTsv(texts))).toEqual(texts);
      }),
    );
  });
});

describe('a paste', () => {
  it('takes the texts from the first selected cell on', () => {
    expect(paste('Count\t11\nThyroid\t21', at(0, 1))).toEqual([
      ['CBC', 'Count', '11'],
      ['TSH', 'Thyroid', '21'],
      ['ALT', 'Transaminase', '30'],
    ]);
  });

  it('fills a selected block that is a multiple of it', () => {
    expect(paste('5', at(0, 2, 2, 2))).toEqual(rows.map(([code, name]) => [code, name, '5']));
  });

  it('with codes is done where they are the same, and refused as a whole where one is another', () => {
    expect(paste('CBC\tBlood count\t11\nTSH\tThyrotropin\t21', at(0, 0))).toEqual([
      ['CBC', 'Blood count', '11'],
      ['TSH', 'Thyrotropin', '21'],
      rows[2],
    ]);
    expect(paste('CBC\tBlood count\t11\nALT\tThyrotropin\t21', at(0, 0))).toEqual({ '1.0': 'fixed' });
  });

  it('larger than what is left is refused, unless rows can be added', () => {
    expect(paste('1\n2', at(2, 2))).toEqual({ '2.2': 'outside' });
    expect(paste('1\t2', at(0, 2))).toEqual({ '0.2': 'outside' });
    const plan = planPaste(readTsv('1\n2\n3'), at(2, 2), rows, columns, true);
    expect(plan).toMatchObject({ newRows: 2, block: at(2, 2, 4, 2) });
  });

  it('of a copied block where it came from changes nothing', () => {
    fc.assert(
      fc.property(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2), (row, column, bottom, right) => {
        const block = at(row, column, bottom, right);
        expect(paste(writeTsv(textsIn(rows, block)), block)).toBe(rows);
      }),
    );
  });

  it('leaves a value its column cannot take to be seen at its cell', () => {
    const pasted = paste('11\non request\n31', at(0, 2)) as SheetRows;
    expect(Object.fromEntries(wrongCells(pasted, rows, columns))).toEqual({ '1.2': 'a number' });
  });
});

describe('a block', () => {
  it('is filled down from its first row, one row alone from the row above', () => {
    const filled = (block: ReturnType<typeof at>) => withChanges(rows, planFill(block, rows, columns));
    expect(filled(at(0, 0, 2, 2)).map((row) => row.join())).toEqual([
      'CBC,Blood count,10',
      'TSH,Blood count,10',
      'ALT,Blood count,10',
    ]);
    expect(filled(at(1, 2))[1]).toEqual(['TSH', 'Thyrotropin', '10']);
    expect(filled(at(0, 2))).toBe(rows);
  });

  it('is emptied but for what cannot be written', () => {
    expect(withChanges(rows, planClear(at(0, 0, 1, 1), columns)).map((row) => row.join())).toEqual([
      'CBC,,10',
      'TSH,,20',
      'ALT,Transaminase,30',
    ]);
  });
});

it('any steps are undone to the first state and done again to the last; a new step drops what was undone', () => {
  const change = fc.record({ row: fc.nat(2), column: fc.nat(2), text: fc.string() });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
      const start: Steps = { past: [], present: rows, future: [] };
      const end = changes.reduce((steps, one) => stepTo(steps, withChanges(steps.present, [one])), start);
      const back = changes.reduce((steps) => stepBack(steps), end);
      expect(back.present).toBe(rows);
      expect(stepBack(back)).toBe(back);
      expect(changes.reduce((steps) => stepForth(steps), back)).toEqual(end);
      expect(stepForth(stepTo(back, [])).present).toEqual([]);
    }),
  );
});
