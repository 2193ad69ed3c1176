import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdTable } from '../../../electron/core/search/id-table.ts';
import { newId } from '../../../shared/kernel/id.ts';

const anyId = fc.oneof(fc.uuid(), fc.stringMatching(/^[0-9a-zA-Z_.:-]{1,64}$/));

describe('IdTable', () => {
  it('finds each id at the number where it was appended last, and no other', () => {
    fc.assert(
      fc.property(fc.array(anyId, { maxLength: 200 }), anyId, (ids, other) => {
        const table = new IdTable();
        const expected = new Map<string, number>();
        for (const id of [...ids, ...ids.slice(0, 20)]) expected.set(id, table.append(id));
        for (const [id, number] of expected) {
          expect(table.find(id)).toBe(number);
          expect(table.idAt(number)).toBe(id);
        }
        if (!expected.has(other)) expect(table.find(other)).toBe(-1);
      }),
    );
  });

  it('keeps many ids of one moment apart, also after it was restored, and takes little room', () => {
    const ids = Array.from({ length: 50_000 }, () => newId(1_750_000_000_000));
    const table = new IdTable();
    for (const id of ids) table.append(id);
    const restored = new IdTable(table.data());
    expect(ids.every((id, number) => restored.find(id) === number && restored.idAt(number) === id)).toBe(true);
    expect(restored.append('another')).toBe(ids.length);
    expect(table.bytes / ids.length).toBeLessThan(50);
  });

  it('does not take the bytes of one id for those of another', () => {
    const table = new IdTable();
    // As many bytes as a UUID has, and one more or less.
    for (const id of ['a'.repeat(14), 'a'.repeat(15), 'a'.repeat(16), 'a'.repeat(17)]) table.append(id);
    expect([14, 15, 16, 17].map((length) => table.find('a'.repeat(length)))).toEqual([0, 1, 2, 3]);
    expect([0, 1, 2, 3].map((number) => table.idAt(number).length)).toEqual([14, 15, 16, 17]);
  });
});
