import { isActive } from '../../../shared/catalogue/active.ts';
import { catalogueProblems, keyOf, kindWords, referencesOf } from '../../../shared/catalogue/check.ts';
import { rangeWarnings } from '../../../shared/catalogue/check-ranges.ts';
import type { CatalogueDocument, ReferenceRanges } from '../../../shared/catalogue/documents.ts';
import { bare, type Difference, differences, entryOf } from '../../../shared/catalogue/entries.ts';
import type { CatalogueChange } from '../../../shared/catalogue/input.ts';
import { type CatalogueEntry, type CatalogueKind, catalogueKinds } from '../../../shared/catalogue/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { conflict, notFound, type ScopedReads } from '../kernel/index.ts';
import { setupOf } from '../setup/index.ts';
import { allOf, byCode } from './catalogue-of.ts';

/** A stored entry; not one of the earlier states. */
export type StoredEntry = Stored<Exclude<CatalogueDocument, { kind: 'edition' }>>;

/** What one change comes to. */
export interface PlannedChange {
  readonly state: 'new' | 'changed' | 'same';
  readonly entry: CatalogueEntry;
  /** The entry as it is now; undefined for a new one. */
  readonly current: StoredEntry | undefined;
  readonly differences: readonly Difference[];
}

/** All changes with all that is wrong (`errors`) or worth a look (`warnings`), at `changes.<index>.entry.…`. */
export interface Plan {
  readonly changes: readonly PlannedChange[];
  readonly errors: readonly FieldError[];
  readonly warnings: readonly FieldError[];
}

/**
 * Works out what changes of the catalogue come to and checks them as a whole: against one another and against what the
 * catalogue holds of what they refer to. Twenty statements at most, however many changes.
 * @param by `id`: an entry without an id must be new; `code`: one whose kind and code exist is a change of that (import)
 */
export function planChanges(reads: ScopedReads, changes: readonly CatalogueChange[], by: 'id' | 'code'): Plan {
  const entries = changes.map(({ entry }) => bare(entry));
  const byKey = entriesByKey(reads, entries);
  const currents = by === 'id' ? currentsById(reads, changes) : entries.map((entry) => byKey.get(keyOf(entry)));
  const planned = entries.map((entry, index): PlannedChange => {
    const current = currents[index];
    const changed = differences(current && entryOf(current), entry);
    const state = current ? (changed.length > 0 ? 'changed' : 'same') : 'new';
    return { state, entry, current, differences: changed };
  });
  const place = (_: CatalogueEntry, index: number) => `changes.${index}.entry`;
  const elsewhere = new Map([...byKey].flatMap(([key, document]) => withEntry(key, document)));
  return {
    changes: planned,
    errors: [
      ...identityErrors(planned, byKey),
      ...catalogueProblems(entries, elsewhere, place),
      ...rivalSets(reads, planned),
      ...stillUsed(reads, planned),
    ],
    warnings: [
      ...entries.flatMap((entry, index) =>
        entry.kind === 'referenceRanges' && planned[index]?.state !== 'same'
          ? rangeWarnings(entry, place(entry, index))
          : [],
      ),
      ...unitWarnings(reads, planned),
    ],
  };
}

/** The entries that changes name or refer to, by `kind.code`; a statement a kind. */
function entriesByKey(reads: ScopedReads, entries: readonly CatalogueEntry[]): Map<string, StoredEntry> {
  const wanted = new Map<CatalogueKind, Set<string>>(catalogueKinds.map((kind) => [kind, new Set()]));
  for (const entry of entries) {
    wanted.get(entry.kind)?.add(entry.code);
    for (const { kind, code } of referencesOf(entry)) wanted.get(kind)?.add(code);
  }
  const found = [...wanted].flatMap(([kind, codes]) => byCode(reads, kind, [...codes]) as StoredEntry[]);
  return new Map(found.map((document) => [keyOf(document), document]));
}

/** The entries that changes name by id, at the revision that was seen; a newer one is a conflict. */
function currentsById(reads: ScopedReads, changes: readonly CatalogueChange[]): (StoredEntry | undefined)[] {
  const found = reads.mapOf(
    'catalogue',
    changes.map(({ id }) => id),
  );
  return changes.map(({ id, rev }) => {
    if (id === undefined) return undefined;
    const current = found.get(id);
    if (!current || current.kind === 'edition') throw notFound('catalogue', id);
    if (current._rev !== rev) throw conflict('catalogue', id);
    return current as StoredEntry;
  });
}

/** Codes never change, since reports and files know entries by them; a new entry needs a code of its own. */
function identityErrors(planned: readonly PlannedChange[], byKey: ReadonlyMap<string, StoredEntry>): FieldError[] {
  return planned.flatMap(({ entry, current }, index): FieldError[] => {
    const field = `changes.${index}.entry.code`;
    if (current) {
      if (current.kind === entry.kind && current.code === entry.code) return [];
      const message = `${current.code} keeps its kind and code`;
      return [{ field, code: 'catalogue.fixed', message, remedy: 'Copy it under the other code and switch it off.' }];
    }
    if (!byKey.has(keyOf(entry))) return [];
    const message = `There is already a ${kindWords[entry.kind]} ${entry.code}`;
    return [{ field, code: 'catalogue.duplicate', message, remedy: 'Choose another code, or change that one.' }];
  });
}

/** Of one parameter there is one set of ranges a method at a time. */
function rivalSets(reads: ScopedReads, planned: readonly PlannedChange[]): FieldError[] {
  const sets = planned.flatMap(({ entry, current }, index) =>
    entry.kind === 'referenceRanges' ? [{ entry, index, id: current?.id }] : [],
  );
  if (sets.length === 0) return [];
  const changed = new Set(sets.map(({ id }) => id));
  const stored = [...reads.byKeys('catalogue', [...new Set(sets.map(({ entry }) => entry.parameter))]).values()]
    .flat()
    .filter((one): one is Stored<ReferenceRanges> => one.kind === 'referenceRanges' && !changed.has(one.id));
  const others = Map.groupBy(
    [...stored.map((entry) => ({ entry, index: -1 })), ...sets],
    ({ entry }) => `${entry.parameter} ${entry.method?.toLowerCase() ?? ''}`,
  );
  return sets.flatMap(({ entry, index }): FieldError[] => {
    const same = others.get(`${entry.parameter} ${entry.method?.toLowerCase() ?? ''}`) ?? [];
    const rival = same.find(
      (other) => other.entry.code !== entry.code && other.index < index && overlap(other.entry, entry),
    );
    if (!rival) return [];
    const message = `${rival.entry.code} holds the ranges of ${entry.parameter} at the same time`;
    const remedy = 'Change that set, end its period, or give this one a method of its own.';
    return [{ field: `changes.${index}.entry.parameter`, code: 'catalogue.twoSets', message, remedy }];
  });
}

type Period = { readonly activeFrom?: string; readonly activeTo?: string };

function overlap(one: Period, other: Period): boolean {
  const starts = (period: Period) => period.activeFrom ?? '';
  const ends = (period: Period) => period.activeTo ?? '9999-12-31';
  return starts(one) <= ends(other) && starts(other) <= ends(one);
}

/** What is switched off must not be part of a test that is on. Two statements, only where something is switched off. */
function stillUsed(reads: ScopedReads, planned: readonly PlannedChange[]): FieldError[] {
  const off = planned.flatMap(({ entry, current }, index) =>
    (entry.kind === 'parameter' || entry.kind === 'specimenType') &&
    !isActive(entry, undefined) &&
    current &&
    isActive(current, undefined)
      ? [{ key: keyOf(entry), entry, index }]
      : [],
  );
  if (off.length === 0) return [];
  const after = new Map(planned.map(({ entry }) => [keyOf(entry), entry]));
  const users = new Map<string, string>();
  for (const stored of allOf(reads, 'test')) {
    const test = after.get(keyOf(stored)) ?? (stored as CatalogueEntry);
    if (!isActive(test, undefined)) continue;
    for (const { kind, code } of referencesOf(test)) users.set(`${kind}.${code}`, test.code);
  }
  return off.flatMap(({ key, entry, index }): FieldError[] => {
    const user = users.get(key);
    if (user === undefined) return [];
    const message = `${entry.name} is part of test ${user}`;
    const remedy = 'Take it out of that test, or switch the test off first.';
    return [{ field: `changes.${index}.entry.activeTo`, code: 'catalogue.used', message, remedy }];
  });
}

/** A new unit makes old limits and the factors of code maps wrong. */
function unitWarnings(reads: ScopedReads, planned: readonly PlannedChange[]): FieldError[] {
  const changed = planned.flatMap(({ entry, current }, index) =>
    entry.kind === 'parameter' && current?.kind === 'parameter' && current.unit !== entry.unit
      ? [{ entry, current, index }]
      : [],
  );
  if (changed.length === 0) return [];
  const mapped = new Set(setupOf(reads, 'codeMap').flatMap((map) => map.entries.map((one) => one.parameterId)));
  const withNewRanges = new Set(
    planned.flatMap(({ entry, state }) =>
      entry.kind === 'referenceRanges' && state !== 'same' ? [entry.parameter] : [],
    ),
  );
  return changed.flatMap(({ entry, current, index }): FieldError[] => {
    const field = `changes.${index}.entry.unit`;
    const from = `from ${current.unit ?? 'no unit'} to ${entry.unit ?? 'no unit'}`;
    const warnings: FieldError[] = [];
    if (!withNewRanges.has(entry.code)) {
      const message = `${entry.code} changes ${from}, and its ranges stay as they are`;
      warnings.push({ field, code: 'catalogue.unitOfRanges', message, remedy: 'Look at the limits in the new unit.' });
    }
    if (mapped.has(current.id)) {
      const message = `${entry.code} changes ${from}, and analyzers send to it with the old factor`;
      warnings.push({ field, code: 'catalogue.factor', message, remedy: 'Correct the factors of the code maps.' });
    }
    return warnings;
  });
}

function withEntry(key: string, document: StoredEntry): (readonly [string, CatalogueEntry])[] {
  const entry = entryOf(document);
  return entry ? [[key, entry]] : [];
}
