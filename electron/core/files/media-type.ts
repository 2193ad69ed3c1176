import { fileTypeFromBuffer } from 'file-type';
import type { UploadPurpose } from '../../../shared/files/upload.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';

/** What may be kept with a document. */
const kept = new Set(['application/pdf', 'image/jpeg', 'image/png', 'image/webp']);

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Words for content that people try to add and that is refused. */
const words: Readonly<Record<string, string>> = {
  'application/x-msdownload': 'a program',
  'application/x-elf': 'a program',
  'application/x-mach-binary': 'a program',
  'application/zip': 'an archive',
  'image/heic': 'a HEIC picture',
  'image/gif': 'a GIF picture',
  'image/tiff': 'a TIFF picture',
  [xlsx]: 'a spreadsheet',
};

/**
 * What a file is by its first bytes, never by its name: the media type, or why it is refused.
 * @param start the first chunk of the file
 */
export async function mediaTypeOf(
  start: Uint8Array,
  name: string,
  purpose: UploadPurpose,
): Promise<{ mediaType: string } | { error: FieldError }> {
  const found = (await fileTypeFromBuffer(start))?.mime;
  if (purpose === 'import') return importType(found, start, name);
  if (found && kept.has(found)) return { mediaType: found };
  const what = found === undefined ? 'of a kind that is not known' : (words[found] ?? `of the kind ${found}`);
  return refusal(`"${name}" is ${what}, whatever its name says`, 'Add a PDF, JPEG, PNG or WEBP file.');
}

function importType(
  found: string | undefined,
  start: Uint8Array,
  name: string,
): { mediaType: string } | { error: FieldError } {
  if (found === xlsx) return { mediaType: xlsx };
  // Text has no mark of its own: what is not another kind and holds no zero bytes is read as CSV (UTF-16 has a mark).
  const utf16 = start[0] === 0xff && start[1] === 0xfe;
  if ((found === undefined || found === 'text/plain') && (utf16 || !start.includes(0))) {
    return { mediaType: 'text/csv' };
  }
  return refusal(`"${name}" is neither a CSV nor an XLSX file`, 'Save the table as CSV (UTF-8) or XLSX.');
}

function refusal(message: string, remedy: string): { error: FieldError } {
  return { error: { field: 'file', code: 'file.type', message, remedy } };
}
