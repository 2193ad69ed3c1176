import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import Papa from 'papaparse';
import { readSheet } from 'read-excel-file/node';

/** What the worker is started with: the database file and the upload to read from it. */
export interface ImportWorkerData {
  readonly file: string;
  readonly uploadId: string;
  readonly kind: 'csv' | 'xlsx';
}

/** Some rows, the last ones, or why there are none. After rows the worker waits for an answer. */
export type ImportWorkerMessage = { rows: string[][] } | { end: true } | { error: string };

const rowsAtOnce = 250;
const mostColumns = 200;
const longestCell = 4000;

const port = parentPort;
if (port === null) throw new Error('the import worker runs in a worker thread only');
const { file, uploadId, kind } = workerData as ImportWorkerData;
const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });

try {
  await (kind === 'csv' ? readCsv() : readXlsx());
  tell({ end: true });
} catch (error) {
  tell({ error: error instanceof Error ? error.message : String(error) });
} finally {
  database.close();
}

function tell(message: ImportWorkerMessage): void {
  port?.postMessage(message);
}

/** Hands over rows and waits until they are stored, so that the file is never in memory as rows. */
async function hand(rows: string[][]): Promise<void> {
  tell({ rows });
  await new Promise((resolve) => port?.once('message', resolve));
}

/**
 * The text is in this thread's memory as a whole, its rows only some thousands at a time. (papaparse's own Node stream takes
 * time that grows with the square of the file.)
 */
async function readCsv(): Promise<void> {
  const decoder = new TextDecoder(encoding());
  let text = '';
  for (const bytes of chunks()) text += decoder.decode(bytes, { stream: true });
  text += decoder.decode();
  let row = 1;
  await new Promise<void>((resolve, reject) => {
    Papa.parse<string[]>(text, {
      skipEmptyLines: 'greedy',
      chunkSize: 250_000,
      chunk: ({ data, errors }: Papa.ParseResult<string[]>, parser: Papa.Parser) => {
        const quotes = errors.find(({ type }) => type === 'Quotes');
        if (quotes) {
          // What comes after it would be taken for one long cell, and people be lost without a word.
          reject(
            new Error(`Near row ${row + (quotes.row ?? 0)} a quotation mark (") is not closed. Correct the file.`),
          );
          parser.abort();
          return;
        }
        row += data.length;
        parser.pause();
        handAll(data.map(shortened)).then(() => parser.resume(), reject);
      },
      complete: () => resolve(),
      error: reject,
    });
  });
}

async function handAll(rows: string[][]): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce) await hand(rows.slice(from, from + rowsAtOnce));
}

/** A spreadsheet is a compressed archive of one XML: it is read whole, here where a limit of memory holds for it alone. */
async function readXlsx(): Promise<void> {
  const sheet = await readSheet(Buffer.concat([...chunks()]), { trim: true });
  const rows = sheet.map((cells) => shortened(cells.map(cellText))).filter((cells) => cells.some(Boolean));
  await handAll(rows);
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
}

function shortened(cells: string[]): string[] {
  return cells.slice(0, mostColumns).map((cell) => cell.slice(0, longestCell));
}

function* chunks(): Generator<Uint8Array> {
  const select = database.prepare('SELECT data FROM upload_chunks WHERE uploadId=? AND position=?');
  for (let position = 0; ; position++) {
    const row = select.get(uploadId, position);
    if (!row) return;
    yield row.data as Uint8Array;
  }
}

/** By its mark, or UTF-8 where all of it is, or else the code page that older spreadsheets save in. */
function encoding(): string {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  try {
    for (const bytes of chunks()) {
      if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
      utf8.decode(bytes, { stream: true });
    }
    utf8.decode();
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}
