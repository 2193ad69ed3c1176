import type { MangoQuerySelector, MangoQuerySortPart } from 'rxdb';
import { z } from 'zod';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Page, PageInput } from '../../../shared/kernel/page.ts';
import type { CollectionName, Documents } from './documents.ts';
import { invalid } from './errors.ts';
import type { ScopedReads } from './reads.ts';

const keySchema = z.tuple([z.string(), z.string()]);

/** The fields of any kind of a collection, for fields that not every kind has. */
type FieldOf<D> = D extends unknown ? keyof D : never;

/**
 * One page of a list by keyset: the next page begins after the last row's sort key, so that page 1 000 costs what page 1
 * costs. `by` is a top-level text field that ends an index, the newest or last first unless `order` says otherwise.
 */
export function keysetPage<N extends CollectionName>(
  reads: ScopedReads,
  collection: N,
  selector: MangoQuerySelector<Documents[N]>,
  by: FieldOf<Documents[N]> & string,
  { cursor, limit }: PageInput,
  order: 'asc' | 'desc' = 'desc',
): Page<Stored<Documents[N]>> {
  const after = cursor === undefined ? undefined : readCursor(cursor, keySchema);
  const beyond = order === 'desc' ? '$lt' : '$gt';
  const found = reads.find(collection, {
    selector: after ? { $and: [selector, afterKey(by, beyond, after)] } : selector,
    sort: [{ [by]: order }, { id: order }] as unknown as MangoQuerySortPart<Documents[N]>[],
    limit: limit + 1,
  } as Parameters<typeof reads.find<N>>[1]);
  const rows = found.slice(0, limit);
  const last = rows.at(-1) as (Record<string, unknown> & { id: string }) | undefined;
  return found.length > limit && last ? { rows, nextCursor: writeCursor([String(last[by]), last.id]) } : { rows };
}

/**
 * One page of several selections that exclude each other, in one order: as many statements as selections, whatever the page.
 * For what an index holds under several values of one field, where one selection would have to sort.
 */
export function keysetUnion<N extends CollectionName>(
  reads: ScopedReads,
  collection: N,
  selectors: readonly MangoQuerySelector<Documents[N]>[],
  by: FieldOf<Documents[N]> & string,
  page: PageInput,
  order: 'asc' | 'desc' = 'desc',
): Page<Stored<Documents[N]>> {
  const pages = selectors.map((selector) => keysetPage(reads, collection, selector, by, page, order));
  const key = (row: Stored<Documents[N]>) => `${String((row as Record<string, unknown>)[by])} ${row.id}`;
  const sign = order === 'desc' ? -1 : 1;
  const all = pages.flatMap(({ rows }) => rows).toSorted((a, b) => (key(a) < key(b) ? -sign : sign));
  const rows = all.slice(0, page.limit);
  const last = rows.at(-1) as (Record<string, unknown> & { id: string }) | undefined;
  const more = all.length > rows.length || pages.some(({ nextCursor }) => nextCursor !== undefined);
  return more && last ? { rows, nextCursor: writeCursor([String(last[by]), last.id]) } : { rows };
}

/** Strictly after (key, id): `key <= k` bounds the index scan, the rest drops what was shown. */
function afterKey(by: string, beyond: '$lt' | '$gt', [key, id]: [string, string]) {
  const bound = beyond === '$lt' ? '$lte' : '$gte';
  return { [by]: { [bound]: key }, $or: [{ [by]: { [beyond]: key } }, { id: { [beyond]: id } }] };
}

/** Where a page ended, for the next: the sort key of its last row, the id last. */
export function writeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** The sort key that `writeCursor` wrote; a refusal for anything else. */
export function readCursor<Key>(cursor: string, schema: z.ZodType<Key>): Key {
  try {
    const key = schema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (key.success) return key.data;
  } catch {
    // Falls through to the error below: whatever is wrong with it, the remedy is the same.
  }
  throw invalid('cursor', 'malformed', 'The page marker is not one of ours', 'Begin again with the first page.');
}
