import { parseAccession } from '../specimens/accession.ts';

/** A value that is waited for, of a tube that was sent to another laboratory. */
export interface AwaitedValue {
  /** Of the tube that was sent. */
  readonly accession: string;
  readonly reportId: string;
  readonly parameterId: string;
  readonly testCode: string;
  readonly code: string;
  readonly name: string;
  readonly loinc?: string;
  readonly unit?: string;
}

/** What a file of results gave. */
export interface ReadResults {
  /** By `awaitedKey`. */
  readonly values: ReadonlyMap<string, string>;
  /** Lines that were not taken, with why. */
  readonly problems: { readonly line: number; readonly message: string }[];
}

/** What a value is known by: its report and parameter. */
export function awaitedKey({ reportId, parameterId }: Pick<AwaitedValue, 'reportId' | 'parameterId'>): string {
  return `${reportId}/${parameterId}`;
}

const headings = {
  accession: ['accession', 'sample', 'sampleid', 'specimen', 'barcode', 'accessionnumber'],
  parameter: ['parameter', 'analyte', 'code', 'test', 'testcode', 'loinc'],
  value: ['value', 'result'],
  unit: ['unit', 'units'],
} as const;

/**
 * Reads another laboratory's table of results: a column for the tube (our accession), one for the analyte (our code or name, the
 * LOINC code, or the test where that has one value), one for the result, and perhaps the unit. A result in another unit than ours
 * is not taken: it would have to be converted by somebody who knows how. Nor is one that stands twice with different values.
 */
export function readResultsTable(table: readonly (readonly string[])[], awaited: readonly AwaitedValue[]): ReadResults {
  const [first = [], ...lines] = table;
  const titles = first.map(plain);
  const place = (names: readonly string[]) => titles.findIndex((title) => names.includes(title));
  const at = {
    accession: place(headings.accession),
    parameter: place(headings.parameter),
    value: place(headings.value),
    unit: place(headings.unit),
  };
  const missing = (['accession', 'parameter', 'value'] as const).filter((column) => at[column] < 0);
  if (missing.length > 0) {
    const message = `The first line names no column for ${missing.join(', ')}`;
    return { values: new Map(), problems: [{ line: 1, message }] };
  }
  const values = new Map<string, string>();
  const problems: ReadResults['problems'] = [];
  for (const [index, cells] of lines.entries()) {
    if (cells.every((cell) => cell.trim() === '')) continue;
    const cell = (column: number) => (cells[column] ?? '').trim();
    const result = cell(at.value);
    if (result === '') continue;
    const read = take(
      { ...at, accession: cell(at.accession), parameter: cell(at.parameter), unit: cell(at.unit) },
      awaited,
    );
    const key = typeof read === 'string' ? '' : awaitedKey(read);
    const before = values.get(key);
    if (typeof read === 'string') problems.push({ line: index + 2, message: read });
    else if (before !== undefined && before !== result) {
      values.delete(key);
      problems.push({
        line: index + 2,
        message: `${read.code} of ${read.accession} stands twice: ${before} and ${result}`,
      });
    } else values.set(key, result);
  }
  return { values, problems };
}

/** The value that a line speaks of, or why it is none. */
function take(
  line: { accession: string; parameter: string; unit: string },
  awaited: readonly AwaitedValue[],
): AwaitedValue | string {
  const parsed = parseAccession(line.accession);
  const accession = 'accession' in parsed ? parsed.accession.text : line.accession;
  const ofTube = awaited.filter((one) => one.accession === accession);
  if (ofTube.length === 0) return `No result is waited for of ${line.accession || 'a tube without number'}`;
  const wanted = plain(line.parameter);
  const named = ofTube.filter(({ code, name, loinc }) =>
    [code, name, loinc ?? ''].some((word) => plain(word) === wanted),
  );
  const ofTest = ofTube.filter(({ testCode }) => plain(testCode) === wanted);
  const [found] = named.length > 0 ? named : ofTest.length === 1 ? ofTest : [];
  if (!found) return `${line.parameter || 'A value without name'} is not waited for of ${accession}`;
  if (line.unit !== '' && plainUnit(line.unit) !== plainUnit(found.unit ?? '')) {
    return `${found.code} of ${accession} is in ${line.unit}, ours is ${found.unit ?? 'without unit'}: convert and type it`;
  }
  return found;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function plainUnit(text: string): string {
  return text.toLowerCase().replace(/\s/g, '').replace(/[µμ]/g, 'u');
}
