import { describe, expect, it } from 'vitest';
import { type AwaitedValue, awaitedKey, readResultsTable } from '../../../shared/reports/results-table.ts';
import { formatAccession } from '../../../shared/specimens/accession.ts';

const tube = formatAccession('A', 42);
const value = (reportId: string, code: string, more: Partial<AwaitedValue> = {}): AwaitedValue => ({
  ...{ accession: tube, reportId, parameterId: `p-${code}`, testCode: code, code, name: code },
  ...more,
});
const awaited = [
  value('r1', 'TSH', { name: 'Thyroid stimulating hormone', loinc: '3016-3', unit: 'µIU/mL' }),
  value('r2', 'NA', { testCode: 'ELEC', unit: 'mmol/L' }),
  value('r2', 'K', { testCode: 'ELEC', unit: 'mmol/L' }),
];
const read = (...rows: string[][]) => {
  const { values, problems } = readResultsTable(rows, awaited);
  return { values: Object.fromEntries(values), problems: problems.map(({ line, message }) => `${line}: ${message}`) };
};
const key = (index: number) => awaitedKey(awaited[index] ?? { reportId: '', parameterId: '' });

describe('the results of another laboratory', () => {
  it('are found by tube and by code, name or LOINC, whatever the columns’ order and writing', () => {
    const spaced = `${tube.slice(0, 1)}-${tube.slice(1, 5)}-${tube.slice(5, 9)}-${tube.slice(9)}`.toLowerCase();
    const head = ['Result', 'Sample ID', 'Analyte', 'Units'];
    expect(read(head, ['2.5', tube, 'tsh', 'uIU/mL'], ['139', spaced, 'NA', ''], ['', '', '', ''])).toEqual({
      values: { [key(0)]: '2.5', [key(1)]: '139' },
      problems: [],
    });
    expect(read(head, ['2.5', tube, '3016-3', '']).values).toEqual({ [key(0)]: '2.5' });
    expect(read(head, ['2.5', tube, 'Thyroid Stimulating Hormone', '']).values).toEqual({ [key(0)]: '2.5' });
  });

  it('are not taken for another tube, an analyte that is not waited for, another unit, or when they contradict each other', () => {
    const head = ['accession', 'code', 'value', 'unit'];
    const { values, problems } = read(
      head,
      ['A00000099X', 'TSH', '1', ''],
      [tube, 'CRP', '1', ''],
      [tube, 'ELEC', '1', ''],
      [tube, 'TSH', '2.5', 'ng/dL'],
      [tube, 'K', '4.1', ''],
      [tube, 'K', '5.9', ''],
      [tube, 'NA', '', ''],
    );
    expect(values).toEqual({});
    expect(problems.map((problem) => problem.slice(0, 2))).toEqual(['2:', '3:', '4:', '5:', '7:']);
    expect(problems[3]).toContain('is in ng/dL, ours is µIU/mL');
    expect(problems[4]).toContain('stands twice: 4.1 and 5.9');
  });

  it('need a first line that names the columns', () => {
    expect(read(['tube', 'what', 'how much'], [tube, 'TSH', '1'])).toEqual({
      values: {},
      problems: ['1: The first line names no column for accession, parameter, value'],
    });
  });
});
