import type { CatalogueDocument, Edition, Parameter } from '../../../shared/catalogue/documents.ts';
import { type Difference, differences, entryOf } from '../../../shared/catalogue/entries.ts';
import type { CatalogueEntry } from '../../../shared/catalogue/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import { notFound, type ScopedReads } from '../kernel/index.ts';
import type { StoredEntry } from './plan-changes.ts';

/** One state that an entry had or has. */
export interface VersionRow {
  version: number;
  at: string;
  by: string;
  byName: string;
  /** Against the version before it; empty for the first. */
  differences: Difference[];
}

/** An entry of the catalogue, without its earlier states; `notFound` for anything else. */
export function needEntry(reads: ScopedReads, id: string): StoredEntry {
  const document = reads.need('catalogue', id);
  if (document.kind === 'edition') throw notFound('catalogue', id);
  return document as StoredEntry;
}

/** An entry with what belongs to it: of a parameter its sets of ranges and the tests that have it. Three statements at most. */
export function entryDetails(
  reads: ScopedReads,
  id: string,
): {
  document: StoredEntry;
  entry: CatalogueEntry;
  ranges: { id: string; rev: string; entry: Extract<CatalogueEntry, { kind: 'referenceRanges' }> }[];
} {
  const document = needEntry(reads, id);
  const entry = entryOf(document);
  if (!entry) throw notFound('catalogue', id);
  return { document, entry, ranges: document.kind === 'parameter' ? setsOf(reads, document) : [] };
}

function setsOf(reads: ScopedReads, parameter: Pick<Parameter, 'code'>) {
  const found = reads.byKeys('catalogue', [parameter.code]).get(parameter.code) ?? [];
  return found.flatMap((document) => {
    const entry = entryOf(document);
    return entry?.kind === 'referenceRanges' && entry.parameter === parameter.code
      ? [{ id: document.id, rev: document._rev, entry }]
      : [];
  });
}

/**
 * All states of an entry, the newest first: who made it when, and what changed against the one before. Three statements.
 */
export function historyOf(reads: ScopedReads, id: string): VersionRow[] {
  const current = needEntry(reads, id);
  const editions = (
    reads.find('catalogue', {
      selector: { kind: { $eq: 'edition' }, code: { $eq: current.code } },
    }) as Stored<Edition>[]
  )
    .filter((edition) => edition.entryId === id)
    .toSorted((a, b) => a.version - b.version || (a.madeAt < b.madeAt ? -1 : 1));
  const states = [...editions.map(stateOfEdition), stateOfCurrent(current)];
  const names = reads.mapOf(
    'directory',
    states.map(({ by }) => by),
  );
  return states
    .map(({ entry, ...state }, index): VersionRow => {
      const staff = names.get(state.by);
      return {
        ...state,
        byName: staff?.kind === 'staff' ? staff.fullName : state.by,
        differences: index === 0 ? [] : differences(states[index - 1]?.entry, entry),
      };
    })
    .toReversed();
}

interface State {
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly entry: CatalogueEntry;
}

function stateOfEdition({ version, madeAt, madeBy, entry }: Edition): State {
  return { version, at: madeAt, by: madeBy, entry };
}

function stateOfCurrent(document: StoredEntry & CatalogueDocument): State {
  const entry = entryOf(document);
  if (!entry) throw notFound('catalogue', document.id);
  return { version: document.version ?? 1, at: document.updatedAt, by: document.updatedBy, entry };
}
