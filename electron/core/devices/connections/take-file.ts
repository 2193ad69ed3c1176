import { parse } from 'node:path';
import Papa from 'papaparse';
import { readSheet } from 'read-excel-file/node';
import { findDriver } from '../../../../shared/devices/index.ts';
import type { Device } from '../../../../shared/setup/schema.ts';
import type { DeviceJournal } from '../inbox/device-journal.ts';

/**
 * Puts a file of a watched folder into the journal. A spreadsheet's first sheet becomes CSV text, the file itself is kept
 * beside it. Resolves when it is durable: `failed` when nobody can read it as it is (it can be read again, when the map
 * was mended).
 */
export async function takeFile(
  journal: DeviceJournal,
  device: Device & { readonly id: string },
  name: string,
  content: Uint8Array,
): Promise<'done' | 'failed'> {
  const isSheet = parse(name).ext.toLowerCase() === '.xlsx';
  let text = content;
  let unreadable: string | undefined;
  if (isSheet) {
    try {
      text = await sheetAsCsv(content);
    } catch (error) {
      text = new Uint8Array(0);
      unreadable = `This is no spreadsheet that can be read: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  const wire = isSheet ? content : undefined;
  await journal.storeFile({ device, peer: name }, { name, text, wire, unreadable });
  if (unreadable !== undefined) return 'failed';
  return findDriver(device.driver)?.read(text, device.settings).ok ? 'done' : 'failed';
}

/** The first sheet of a spreadsheet as CSV in UTF-8. Rejects when it is none. */
export async function sheetAsCsv(content: Uint8Array): Promise<Uint8Array> {
  const rows = await readSheet(Buffer.from(content));
  return Buffer.from(
    Papa.unparse(
      rows.map((row) => row.map(textOf)),
      { newline: '\r\n' },
    ),
    'utf8',
  );
}

/** A cell as text. Times in spreadsheets have no zone: they are written as they stand. */
function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().slice(0, 19).replace('T', ' ');
  return String(cell);
}
