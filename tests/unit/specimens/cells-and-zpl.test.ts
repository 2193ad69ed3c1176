import { describe, expect, it } from 'vitest';
import type { SpecimenLabel } from '../../../shared/documents/schema.ts';
import { nextCell, positionText } from '../../../shared/specimens/cells.ts';
import { labelsZpl } from '../../../shared/specimens/zpl.ts';

describe('cells of a rack', () => {
  it.each([
    ['A1', 10, 'A2'],
    ['a9', 10, 'A10'],
    ['A10', 10, 'B1'],
    ['C4', 4, 'D1'],
    ['Z10', 10, undefined],
    ['', 10, undefined],
    ['17', 10, undefined],
  ])('after %s of %i columns comes %s', (cell, columns, next) => {
    expect(nextCell(cell, columns)).toBe(next);
  });

  it('fill a rack of 8 by 12 without a gap or a double', () => {
    const cells = ['A1'];
    while (cells.length < 96) cells.push(nextCell(cells.at(-1) ?? '', 12) ?? '');
    expect(new Set(cells).size).toBe(96);
    expect(cells.at(-1)).toBe('H12');
  });

  it('are told with their place', () => {
    expect(positionText({ place: 'Fridge 2', cell: 'B7' })).toBe('Fridge 2 · B7');
    expect(positionText({ place: 'Fridge 2' })).toBe('Fridge 2');
  });
});

describe('labels in ZPL', () => {
  const label: SpecimenLabel = {
    accession: 'A00000042R',
    patientName: 'María ^XZ~JA Silva',
    patientNumber: 'A-P000001',
    sex: 'female',
    age: '35 y',
    testCodes: ['CBC', 'ESR'],
    container: 'K2-EDTA tube',
    at: '2026-11-27T08:00:00.000Z',
    copies: 2,
  };

  it('hold the accession as Code 128 with automatic subsets, and one format a label', () => {
    const zpl = labelsZpl([label, { ...label, accession: 'A00000043P' }], () => '27.11. 12:00');
    expect(zpl.match(/\^XA/g)).toHaveLength(2);
    expect(zpl).toContain('^BCN,64,N,N,N,A^FH^FDA00000042R^FS');
    expect(zpl).toContain('^FDA-0000-0042-R^FS');
    expect(zpl).toContain('^PQ2^XZ');
    expect(zpl).toContain('CBC ESR');
  });

  it('never print over themselves: what is too long is cut, of many tests the number of the others is told', () => {
    const testCodes = Array.from({ length: 20 }, (_, index) => `TEST${index}`);
    const [zpl = ''] = [
      labelsZpl([{ ...label, testCodes, container: 'A container whose name is far too long for it' }], () => ''),
    ];
    const lines = [...zpl.matchAll(/\^A0N,(\d+),\d+\^FB(\d+),1\^FH\^FD([^^]*)/g)];
    expect(lines.length).toBeGreaterThan(4);
    for (const [, size, width, text = ''] of lines) {
      expect(text.length * Number(size) * 0.6).toBeLessThanOrEqual(Number(width) + Number(size));
    }
    expect(zpl).toMatch(/TEST0 TEST1 TEST2 TEST3 TEST4 \+15\^FS/);
    expect(zpl).toContain('A container whose name is far too ');
  });

  it('cannot be broken by what a name holds', () => {
    const zpl = labelsZpl([label], () => '');
    expect(zpl).toContain('^FDMaría _5EXZ_7EJA Silva^FS');
    expect(zpl.match(/\^XZ/g)).toHaveLength(1);
    expect(zpl).not.toContain('~');
  });
});
