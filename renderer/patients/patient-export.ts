import type { PatientFilters } from '../../shared/patients/list.ts';
import type { Patient } from '../../shared/patients/schema.ts';
import type { ApiClient } from '../app/api.ts';
import { type CsvColumn, toCsv } from '../ui/csv.ts';
import { words } from '../words/index.ts';

/** What a spreadsheet can hold, and what fits into memory on an old PC. */
export const mostInXlsx = 100_000;

const columns: readonly CsvColumn<Patient>[] = [
  { header: words.patients.number, text: ({ number }) => number },
  { header: words.patients.fullName, text: ({ fullName }) => fullName },
  { header: words.patients.sex, text: ({ sex }) => words.patients.sexes[sex] },
  { header: words.patients.bornOn, text: ({ birth }) => birthText(birth) },
  { header: words.patients.phone, text: ({ phone }) => phone ?? '' },
  { header: words.patients.otherPhones, text: ({ otherPhones }) => otherPhones.join(' ') },
  { header: words.patients.email, text: ({ email }) => email ?? '' },
  { header: words.patients.address, text: ({ address }) => address ?? '' },
  {
    header: words.patients.fieldNames.nationalIds ?? '',
    text: ({ nationalIds }) => nationalIds.map(({ type, value }) => `${type} ${value}`).join('; '),
  },
  { header: words.patients.otherNumbers, text: ({ otherNumbers }) => (otherNumbers ?? []).join('; ') },
  { header: words.patients.warning, text: ({ warning }) => warning ?? '' },
  { header: words.patients.note, text: ({ note }) => note ?? '' },
  { header: words.patients.registered, text: ({ createdAt }) => createdAt },
];

export interface ExportResult {
  readonly blob: Blob;
  readonly count: number;
  /** More patients were there than a spreadsheet takes. */
  readonly cut: boolean;
}

/**
 * The filtered patients as a file, fetched page by page: a CSV is never in memory as rows. Cells that a spreadsheet would take
 * for formulas are made harmless in both kinds.
 */
export async function exportPatients(
  client: ApiClient,
  filters: PatientFilters,
  format: 'csv' | 'xlsx',
  onProgress: (count: number) => void,
  signal: AbortSignal,
): Promise<ExportResult> {
  const parts: string[] = [];
  const rows: Patient[] = [];
  let count = 0;
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const page = await client.patients.exportPage.mutate({ ...filters, format, cursor, limit: 200 });
    if (format === 'xlsx') rows.push(...page.rows);
    else parts.push(count === 0 ? toCsv(columns, page.rows) : withoutHeader(toCsv(columns, page.rows)));
    count += page.rows.length;
    cursor = page.nextCursor;
    onProgress(count);
  } while (cursor !== undefined && !(format === 'xlsx' && count >= mostInXlsx));
  if (format === 'csv') return { blob: new Blob(parts, { type: 'text/csv;charset=utf-8' }), count, cut: false };
  return { blob: await xlsxOf(rows), count, cut: cursor !== undefined };
}

/** Text cells only: a spreadsheet never evaluates what is typed as text. */
async function xlsxOf(rows: readonly Patient[]): Promise<Blob> {
  const { default: writeXlsxFile } = await import('write-excel-file/browser');
  const cell = (value: string) => ({ value, type: String });
  const data = [
    columns.map(({ header }) => ({ ...cell(header), fontWeight: 'bold' as const })),
    ...rows.map((row) => columns.map(({ text }) => cell(text(row)))),
  ];
  return writeXlsxFile(data).toBlob();
}

function withoutHeader(csv: string): string {
  return csv.slice(csv.indexOf('\r\n') + 2);
}

function birthText(birth: Patient['birth']): string {
  if (!birth) return '';
  const length = { exact: 10, month: 7, year: 4, estimated: 4 }[birth.precision];
  return birth.date.slice(0, length);
}
