import { z } from 'zod';
import { newId } from '../../../shared/kernel/id.ts';
import type { ReplicatedCollection } from '../../../shared/sync/collections.ts';
import type { Connection } from './connection.ts';
import { HeadOfficeError } from './head-office-error.ts';

/** The database of a collection at head office. CouchDB wants small letters. */
export function databaseName(labId: string, collection: ReplicatedCollection): string {
  const lab = labId.toLowerCase().replace(/[^a-z0-9_-]/g, '-');
  return `aliquot-${lab}-${collection.toLowerCase()}`;
}

/**
 * A local document (it never replicates) that says which database this is and in what format. A database that was
 * deleted, restored or begun anew under the same name has another id, and whatever was exchanged with the old one counts
 * for nothing: without it a station would believe that head office still has everything.
 */
const markSchema = z.object({ _rev: z.string(), databaseId: z.string().min(1).max(64), format: z.number().int() });
const markPath = '_local/aliquot';

/**
 * Makes sure that the database is there and can be used by this version of the program; returns its id. Creates what is
 * missing. Throws `HeadOfficeError` otherwise.
 * @param format version of the collection's stored shape
 */
export async function openDatabase(connection: Connection, name: string, format: number): Promise<string> {
  const what = `open the database ${name}`;
  const { status } = await connection.ask(name, { what, accept: [404] });
  if (status === 404) await createDatabase(connection, name);
  const path = `${name}/${markPath}`;
  const found = await connection.ask(path, { what, accept: [404] });
  const mark =
    found.status === 404 ? await writeMark(connection, path, { databaseId: newId(), format }) : readMark(found.json);
  if (!mark) return openDatabase(connection, name, format);
  if (mark.format > format) {
    const message = `Head office holds ${name} in the format of a newer Aliquot.`;
    throw new HeadOfficeError('error', message, 'Install the newer version of Aliquot on this station.');
  }
  if (mark.format < format) await writeMark(connection, path, { ...mark, format });
  return mark.databaseId;
}

async function createDatabase(connection: Connection, name: string): Promise<void> {
  const what = `create the database ${name}`;
  // 412: another station created it meanwhile.
  const { status } = await connection.ask(name, { method: 'PUT', what, accept: [401, 403, 412] });
  if (status !== 401 && status !== 403) return;
  const message = `The database ${name} is missing at head office, and this user may not create it.`;
  throw new HeadOfficeError('refused', message, 'Ask head office to create it, or use an account that may.', 403);
}

type Mark = z.infer<typeof markSchema>;

/** Undefined when another station wrote it in the same moment. */
async function writeMark(
  connection: Connection,
  path: string,
  mark: { databaseId: string; format: number; _rev?: string },
): Promise<Mark | undefined> {
  const body = { databaseId: mark.databaseId, format: mark.format, ...(mark._rev ? { _rev: mark._rev } : {}) };
  const reply = await connection.ask(path, { method: 'PUT', body, what: 'mark a database', accept: [409] });
  return reply.status === 409 ? undefined : { ...mark, _rev: '' };
}

function readMark(json: unknown): Mark {
  const parsed = markSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const remedy = 'Head office has to delete the document _local/aliquot of that database.';
  throw new HeadOfficeError('error', 'The mark of a database at head office cannot be read.', remedy);
}
