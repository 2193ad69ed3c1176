import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDraftCells, draftCellsOf } from '../../../renderer/catalogue/grid-draft.ts';
import type { SheetRows } from '../../../renderer/catalogue/sheet-block.ts';

const names = { rows: ['cbc', 'tsh', 'alt'], columns: ['code', 'name', 'minutes'] };
const before: SheetRows = [
  ['CBC', 'Blood count', '10'],
  ['TSH', 'Thyrotropin', '20'],
  ['ALT', 'Transaminase', '30'],
];
const changed: SheetRows = [
  ['CBC', 'Full blood count', '10'],
  ['TSH', 'Thyrotropin', '25'],
  ['ALT', 'Transaminase', ''],
];

describe('the draft of a grid', () => {
  it('comes back whole where nothing else happened', () => {
    const cells = draftCellsOf(changed, before, names);
    expect(cells).toHaveLength(3);
    expect(applyDraftCells(before, names, cells)).toEqual({ rows: changed, dropped: 0, elsewhere: [] });
  });

  it('finds its rows and columns by name, wherever they are then', () => {
    const cells = draftCellsOf(changed, before, names);
    const moved = { rows: ['new', 'tsh', 'cbc', 'alt'], columns: ['minutes', 'name'] };
    const now: SheetRows = [
      ['5', 'New'],
      ['20', 'Thyrotropin'],
      ['10', 'Blood count'],
      ['30', 'Transaminase'],
    ];
    expect(applyDraftCells(now, moved, cells).rows).toEqual([
      ['5', 'New'],
      ['25', 'Thyrotropin'],
      ['10', 'Full blood count'],
      ['', 'Transaminase'],
    ]);
  });

  it('leaves alone what somebody else changed meanwhile, and says how much', () => {
    const cells = draftCellsOf(changed, before, names);
    const now = before.map(([code = '', name = '', minutes = '']) => [code, name, code === 'TSH' ? '22' : minutes]);
    const { rows, dropped } = applyDraftCells(now, names, cells);
    expect(dropped).toBe(1);
    expect(rows[1]).toEqual(['TSH', 'Thyrotropin', '22']);
    expect(rows[0]?.[1]).toBe('Full blood count');
  });

  it('keeps what is of rows not shown', () => {
    const cells = draftCellsOf(changed, before, names);
    const { rows, elsewhere, dropped } = applyDraftCells(
      [['TSH', 'Thyrotropin', '20']],
      { ...names, rows: ['tsh'] },
      cells,
    );
    expect(rows).toEqual([['TSH', 'Thyrotropin', '25']]);
    expect(elsewhere.map(({ row }) => row)).toEqual(['cbc', 'alt']);
    expect(dropped).toBe(0);
  });

  it('comes back whole whatever was typed', () => {
    const text = fc.constantFrom('', '1', 'a', 'ä "b"\tc');
    const grid = fc.array(fc.array(text, { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(grid, grid, (old, next) => {
        const cells = JSON.parse(JSON.stringify(draftCellsOf(next, old, names)));
        expect(applyDraftCells(old, names, cells).rows).toEqual(next);
      }),
    );
  });
});
