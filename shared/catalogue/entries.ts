import { isPlain } from '../sync/canonical.ts';
import { writeCell } from './cells.ts';
import type { CatalogueDocument } from './documents.ts';
import { type CatalogueEntry, type CatalogueKind, catalogueShapes } from './schema.ts';

/** The fields of each kind that a person or a file gives: all but those of every document, and the version. */
export const entryFields: Readonly<Record<CatalogueKind, readonly string[]>> = Object.fromEntries(
  catalogueShapes.map((shape) => [
    shape.shape.kind.value,
    Object.keys(shape.shape).filter((name) => name !== 'version'),
  ]),
) as Record<CatalogueKind, string[]>;

/** A catalogue entry without the fields of every document and without its version; undefined for an earlier state. */
export function entryOf(document: CatalogueDocument): CatalogueEntry | undefined {
  return document.kind === 'edition' ? undefined : bare(document);
}

/** The same entry without what is not its own. */
export function bare(entry: CatalogueEntry): CatalogueEntry {
  const fields = entry as unknown as Record<string, unknown>;
  return Object.fromEntries(
    entryFields[entry.kind].filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]),
  ) as unknown as CatalogueEntry;
}

/** What an entry is called: its name, or of a set of ranges its parameter. */
export function nameOf(entry: CatalogueEntry): string {
  return entry.kind === 'referenceRanges' ? entry.parameter : entry.name;
}

/** One field that differs between two states; `before` or `after` is absent where it was added or removed. */
export interface Difference {
  readonly field: string;
  readonly before?: string;
  readonly after?: string;
}

/**
 * What changed between two states of an entry, leaf by leaf, in words. Rows of a list are told apart by what names them (a
 * parameter, a price's test, a choice's value, the people a range is for), so that one inserted row is one difference.
 */
export function differences(before: CatalogueEntry | undefined, after: CatalogueEntry): Difference[] {
  const old = before ? leavesOf(bare(before)) : new Map<string, string>();
  const now = leavesOf(bare(after));
  const fields = new Set([...old.keys(), ...now.keys()]);
  return [...fields].flatMap((field): Difference[] => {
    const [was, is] = [old.get(field), now.get(field)];
    if (was === is) return [];
    return [{ field, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }];
  });
}

/** Differences as one line: `decimals 2 → 3; unit — → g/dL`. */
export function differenceText(changes: readonly Difference[]): string {
  return changes.map(({ field, before = '—', after = '—' }) => `${field} ${before} → ${after}`).join('; ');
}

function leavesOf(entry: CatalogueEntry): Map<string, string> {
  const leaves = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      if (value.every((item) => typeof item === 'string')) {
        if (value.length > 0) leaves.set(path, value.join(', '));
      } else {
        const names = value.map(rowName);
        if (names.length > 1) leaves.set(`${path} (order)`, names.join(', '));
        value.forEach((item, index) => {
          walk(item, `${path}.${names[index]}`);
        });
      }
    } else if (isPlain(value)) {
      for (const [name, inner] of Object.entries(value)) walk(inner, path === '' ? name : `${path}.${name}`);
    } else if (value !== undefined) {
      const isAmount = entry.kind === 'priceList' && path.endsWith('.amount');
      leaves.set(path, isAmount ? writeCell('money', value, entry.currency) : String(value));
    }
  };
  walk(entry, '');
  return leaves;
}

/** What names a row of a list: parameters, prices, choices, ranges. */
function rowName(row: unknown, index: number): string {
  if (!isPlain(row)) return String(index + 1);
  if (typeof row.parameter === 'string') return row.parameter;
  if (typeof row.code === 'string') return `${row.kind === 'profile' ? 'profile ' : ''}${row.code}`;
  if (typeof row.value === 'string') return row.value;
  if (typeof row.ageFromDays !== 'number') return String(index + 1);
  const pregnancy = row.pregnancy === undefined ? '' : ` ${String(row.pregnancy)} trimester`;
  return `${String(row.sex)}${pregnancy} ${row.ageFromDays}–${String(row.ageToDays ?? '')} d`;
}
