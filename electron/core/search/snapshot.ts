import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { entriesVersion } from './entries.ts';
import type { IndexSetData } from './index-set.ts';
import { type IndexName, indexNames, searchedCollections } from './indexes.ts';

/**
 * The index on disk: `ALIQSRCH`, length of the header (32 bits), header (JSON), the sections it names one after the
 * other, SHA-256 over all of it. Numbers are little endian, as on every system Aliquot runs on. The form follows what is in
 * memory, so that loading copies arrays instead of indexing documents. Never trusted: whatever does not fit exactly is
 * refused, and the index is built anew from the database.
 */
const magic = 'ALIQSRCH';
const format = 1;
const checksumBytes = 32;
const chunkBytes = 1 << 20;
const longestHeader = 16 << 20;

const headerSchema = z.strictObject({
  format: z.literal(format),
  /** What is indexed of a document: `entriesVersion`. */
  schema: z.literal(entriesVersion),
  /** Names this snapshot; the database remembers the last ones, see `search_snapshots`. */
  token: z.string().min(1),
  /** Sequence number up to which each collection's changes are in it. */
  positions: z.strictObject(
    Object.fromEntries(searchedCollections.map((name) => [name, z.number().int().nonnegative()])),
  ),
  labs: z.array(z.string()).max(0xfffe),
  sections: z.array(z.strictObject({ name: z.string(), bytes: z.number().int().nonnegative() })),
});
type Header = z.infer<typeof headerSchema>;

/** A snapshot as loaded. */
export interface Snapshot {
  readonly token: string;
  readonly positions: Record<string, number>;
  readonly data: IndexSetData;
}

/** Why a snapshot cannot be used; the index is then built from the database. */
export class UnusableSnapshot extends Error {
  override readonly name = 'UnusableSnapshot';
}

/** Writes a snapshot to a file, through to the disk. Gives the thread back between chunks. */
export async function writeSnapshot(file: string, { token, positions, data }: Snapshot): Promise<void> {
  const sections = sectionsOf(data);
  const header: Header = {
    format,
    schema: entriesVersion,
    token,
    positions,
    labs: data.labs,
    sections: sections.map(([name, content]) => ({ name, bytes: content.byteLength })),
  };
  const headerText = Buffer.from(JSON.stringify(header));
  const start = Buffer.alloc(magic.length + 4);
  start.write(magic, 'latin1');
  start.writeUInt32LE(headerText.length, magic.length);
  const checksum = createHash('sha256');
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'w', 0o600);
  try {
    for (const content of [start, headerText, ...sections.map(([, section]) => section)]) {
      for (let from = 0; from < content.byteLength; from += chunkBytes) {
        const chunk = content.subarray(from, from + chunkBytes);
        checksum.update(chunk);
        await handle.writeFile(chunk);
      }
    }
    await handle.writeFile(checksum.digest());
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Reads a snapshot. Throws `UnusableSnapshot` for whatever is not exactly one of this version. */
export function readSnapshot(file: string): Snapshot {
  const descriptor = openSync(file, 'r');
  try {
    return readFrom(descriptor);
  } catch (error) {
    if (error instanceof UnusableSnapshot) throw error;
    throw new UnusableSnapshot(`damaged: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    closeSync(descriptor);
  }
}

function readFrom(descriptor: number): Snapshot {
  const checksum = createHash('sha256');
  const size = fstatSync(descriptor).size;
  let position = 0;
  const read = (length: number): Buffer => {
    // A length from a damaged header must not make us allocate what the file cannot hold.
    if (length > size - position) throw new UnusableSnapshot('damaged: it ends too early');
    const content = Buffer.from(new ArrayBuffer(length));
    for (let at = 0; at < length; ) {
      const got = readSync(descriptor, content, at, Math.min(length - at, chunkBytes), position);
      if (got === 0) throw new UnusableSnapshot('damaged: it ends too early');
      at += got;
      position += got;
    }
    return content;
  };
  const readSummed = (length: number): Buffer => {
    const content = read(length);
    checksum.update(content);
    return content;
  };
  const start = readSummed(magic.length + 4);
  if (start.toString('latin1', 0, magic.length) !== magic) throw new UnusableSnapshot('damaged: it is no snapshot');
  const headerLength = start.readUInt32LE(magic.length);
  if (headerLength > longestHeader) throw new UnusableSnapshot('damaged: its header is too long');
  const header = headerSchema.safeParse(JSON.parse(readSummed(headerLength).toString()));
  if (!header.success) throw new UnusableSnapshot('of another version');
  const { token, positions, labs, sections } = header.data;
  const contents = new Map(sections.map(({ name, bytes }) => [name, readSummed(bytes)]));
  if (!checksum.digest().equals(read(checksumBytes))) throw new UnusableSnapshot('damaged: its checksum does not fit');
  return { token, positions, data: dataOf(labs, contents) };
}

const arrayNames = ['ids', 'idStarts', 'labs', 'starts', 'terms'] as const;
const dictionaryPrefix = 'dictionary/';

function sectionsOf({ dictionary, indexes }: IndexSetData): [string, Uint8Array][] {
  const sections: [string, Uint8Array][] = [['words', Buffer.from(dictionary.words.join('\n'))]];
  for (const [key, json] of dictionary.parts) sections.push([dictionaryPrefix + key, Buffer.from(json)]);
  for (const name of indexNames) {
    const { ids, labs, starts, terms } = indexes[name];
    for (const [index, array] of [ids.bytes, ids.starts, labs, starts, terms].entries()) {
      sections.push([`${name}/${arrayNames[index]}`, new Uint8Array(array.buffer, array.byteOffset, array.byteLength)]);
    }
  }
  return sections;
}

function dataOf(labs: string[], contents: ReadonlyMap<string, Buffer>): IndexSetData {
  const need = (name: string): Buffer => {
    const content = contents.get(name);
    if (!content) throw new UnusableSnapshot(`damaged: ${name} is missing`);
    return content;
  };
  const words = need('words').toString();
  const parts = [...contents]
    .filter(([name]) => name.startsWith(dictionaryPrefix))
    .map(([name, json]) => [name.slice(dictionaryPrefix.length), json.toString()] as const);
  const indexes = Object.fromEntries(
    indexNames.map((name) => {
      const part = (array: (typeof arrayNames)[number]) => need(`${name}/${array}`);
      const data = {
        ids: { bytes: new Uint8Array(part('ids').buffer), starts: new Uint32Array(part('idStarts').buffer) },
        labs: new Uint16Array(part('labs').buffer),
        starts: new Uint32Array(part('starts').buffer),
        terms: new Uint32Array(part('terms').buffer),
      };
      return [name, data];
    }),
  ) as Record<IndexName, IndexSetData['indexes'][IndexName]>;
  return { labs, dictionary: { words: words === '' ? [] : words.split('\n'), parts }, indexes };
}
