import { z } from 'zod';
import { cellText } from '../../shared/catalogue/cells.ts';
import { type CatalogueEntry, catalogueEntrySchema } from '../../shared/catalogue/schema.ts';
import {
  type ReadSheets,
  readSheets,
  type Sheet,
  type SheetError,
  writeSheets,
} from '../../shared/catalogue/sheets.ts';

const format = 'aliquot-catalogue';
const jsonFile = z.strictObject({ format: z.literal(format), version: z.literal(1), entries: z.array(z.unknown()) });

/** The catalogue as a workbook, a sheet or two a kind. Every cell is text, so that no spreadsheet rounds a limit. */
export async function toXlsx(entries: readonly CatalogueEntry[], currency: string): Promise<Blob> {
  const { default: writeXlsxFile } = await import('write-excel-file/browser');
  return writeXlsxFile(
    writeSheets(entries, currency).map(({ name, rows }) => ({
      sheet: name,
      stickyRowsCount: 1,
      data: rows.map((row, index) =>
        row.map((value) => ({ value, type: String, ...(index === 0 ? { fontWeight: 'bold' as const } : {}) })),
      ),
    })),
  ).toBlob();
}

export function toJson(entries: readonly CatalogueEntry[]): Blob {
  const text = JSON.stringify({ format, version: 1, entries }, undefined, 1);
  return new Blob([text], { type: 'application/json' });
}

/** The entries of a file that a person chose, XLSX or JSON, with all that is wrong in it. Throws for neither. */
export async function readCatalogueFile(file: File, currency: string): Promise<ReadSheets> {
  if (/\.json$/i.test(file.name)) return readJson(await file.text());
  const { default: readXlsxFile } = await import('read-excel-file/browser');
  const sheets = (await readXlsxFile(file, { trim: false })).map(
    ({ sheet, data }): Sheet => ({ name: sheet, rows: data.map((row) => row.map(cellText)) }),
  );
  return readSheets(sheets, currency);
}

function readJson(text: string): ReadSheets {
  const { entries: all } = jsonFile.parse(JSON.parse(text));
  const entries: CatalogueEntry[] = [];
  const numbers: number[] = [];
  const errors: SheetError[] = [];
  all.forEach((one, index) => {
    const parsed = catalogueEntrySchema.safeParse(one);
    if (parsed.success) {
      entries.push(parsed.data);
      numbers.push(index + 1);
      return;
    }
    for (const { path, message } of parsed.error.issues) {
      errors.push({ sheet: 'entries', row: index + 1, column: path.map(String).join('.'), message });
    }
  });
  return {
    entries,
    errors,
    placeOf: ({ field, message, remedy }) => {
      const [, index = '', , ...path] = field.split('.');
      const place = { sheet: 'entries', row: numbers[Number(index)] ?? 0, column: path.join('.'), message };
      return remedy === undefined ? place : { ...place, remedy };
    },
  };
}
