import type { ActivityAction } from '../../../shared/activity/actions.ts';
import { kindWords } from '../../../shared/catalogue/check.ts';
import type { CatalogueDocument, Edition } from '../../../shared/catalogue/documents.ts';
import { differenceText, entryFields, entryOf, nameOf } from '../../../shared/catalogue/entries.ts';
import type { CatalogueChange, ImportCatalogue, SaveCatalogue } from '../../../shared/catalogue/input.ts';
import type { CatalogueEntry } from '../../../shared/catalogue/schema.ts';
import type { NewDocument, Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { type Change, conflict, type Kernel, refuseIfInvalid, type Session, type Work } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { catalogueIndex } from './catalogue-index.ts';
import { type Plan, type PlannedChange, planChanges, type StoredEntry } from './plan-changes.ts';
import { starterCatalogue } from './starter/index.ts';

/** What was saved, in the order of the changes; entries that were already so are among them with the revision they had. */
export interface SavedEntries {
  readonly saved: readonly {
    readonly id: string;
    readonly rev: string;
    readonly kind: string;
    readonly code: string;
  }[];
  readonly created: number;
  readonly changed: number;
  readonly warnings: readonly FieldError[];
}

/**
 * Saves new and changed entries as one commit. All rules run over the whole set and what it refers to, all errors come at
 * once (`changes.<index>.entry.…`). A changed entry keeps its id and gets the next version; the state it had is kept as an
 * edition, so that history can be seen and nothing that points at the entry has to move. Reports copy what they print, so
 * no change here changes a report.
 */
export function saveEntries(kernel: Kernel, session: Session, { changes }: SaveCatalogue): SavedEntries {
  return kernel.change(session, (work) => commitPlan(work, planChanges(work, changes, 'id')));
}

/** Saves the entries of a file, as previewed; a catalogue that changed since is a conflict. Nothing is removed. */
export function importEntries(kernel: Kernel, session: Session, { entries, seen }: ImportCatalogue): SavedEntries {
  return kernel.change(session, (work) => {
    if (catalogueIndex(kernel).state !== seen) throw conflict('catalogue', work.labId);
    return commitPlan(work, planChanges(work, asChanges(entries), 'code'), 'catalogue.imported');
  });
}

/** Entries as changes without ids, which `planChanges` finds by code. */
export function asChanges(entries: readonly CatalogueEntry[]): CatalogueChange[] {
  return entries.map((entry) => ({ entry }));
}

/** Writes what was planned: entries, editions, one activity entry. Refuses a plan with errors. */
export function commitPlan(work: Work, plan: Plan, action?: ActivityAction): SavedEntries {
  refuseIfInvalid(plan.errors);
  const added = plan.changes.filter(({ state }) => state === 'new');
  const changed = plan.changes.filter(
    (one): one is PlannedChange & { current: StoredEntry } => one.state === 'changed',
  );
  const inserted = work.insertMany<'catalogue', CatalogueDocument>(
    'catalogue',
    added.map(({ entry }) => ({ ...entry, version: 1 }) as NewDocument<CatalogueDocument>),
  );
  work.insertMany<'catalogue', Edition>('catalogue', changed.map(editionOf));
  const updated = work.updateMany<'catalogue', CatalogueDocument>('catalogue', changed.map(changeOf));
  if (added.length + changed.length > 0) record(work, plan, action, inserted[0] ?? updated[0]);
  const stored = { new: inserted.values(), changed: updated.values() };
  return {
    saved: plan.changes.flatMap(({ state, current }) => {
      const document = state === 'same' ? current : stored[state].next().value;
      return document ? [{ id: document.id, rev: document._rev, kind: document.kind, code: document.code }] : [];
    }),
    created: added.length,
    changed: changed.length,
    warnings: plan.warnings,
  };
}

/** The state that a changed entry had. */
function editionOf({ current }: { readonly current: StoredEntry }): NewDocument<Edition> {
  const entry = entryOf(current);
  if (!entry) throw new Error(`${current.id} is an earlier state and never changes`);
  return {
    kind: 'edition',
    code: current.code,
    entryId: current.id,
    version: current.version ?? 1,
    entry,
    madeAt: current.updatedAt,
    madeBy: current.updatedBy,
  };
}

/** All fields of the kind: what the new state lacks is removed. */
function changeOf({ current, entry }: PlannedChange & { readonly current: StoredEntry }): {
  current: Stored<CatalogueDocument>;
  change: Change<CatalogueDocument>;
} {
  const fields = entry as unknown as Record<string, unknown>;
  const change = Object.fromEntries(entryFields[entry.kind].map((name) => [name, fields[name]]));
  return { current, change: { ...change, version: (current.version ?? 1) + 1 } as Change<CatalogueDocument> };
}

const longestChanges = 2000;

/** One entry of the activity log: of a single change what it is and old → new; of many how many and which. */
function record(
  work: Work,
  { changes }: Plan,
  action: ActivityAction | undefined,
  first: Stored<CatalogueDocument> | undefined,
): void {
  const real = changes.filter(({ state }) => state !== 'same');
  const [only] = real;
  const subject = first && { collection: 'catalogue', id: first.id };
  if (real.length === 1 && only && action !== 'catalogue.imported') {
    const { entry } = only;
    work.record(action ?? (only.state === 'new' ? 'catalogue.created' : 'catalogue.updated'), {
      values: {
        kind: kindWords[entry.kind],
        code: entry.code,
        name: nameOf(entry),
        changes: only.state === 'new' ? '' : differenceText(only.differences).slice(0, longestChanges),
      },
      ...(subject ? { subject } : {}),
    });
    return;
  }
  const changed = real.filter(({ state }) => state === 'changed');
  work.record(action ?? 'catalogue.changed', {
    values: {
      created: real.length - changed.length,
      changed: changed.length,
      codes: real
        .map(({ entry }) => entry.code)
        .join(', ')
        .slice(0, longestChanges),
      changes: changed
        .map(({ entry, differences }) => `${entry.code}: ${differenceText(differences)}`)
        .join(' | ')
        .slice(0, longestChanges),
    },
    ...(subject ? { subject } : {}),
  });
}

/**
 * Adds what the catalogue lacks of the starter catalogue, by kind and code; what is there stays as it is. Where there is no
 * price list yet, an empty one in the laboratory's currency comes with it. Returns how many entries were added.
 */
export function addStarter(work: Work): number {
  const lists = work.find('catalogue', { selector: { kind: { $eq: 'priceList' } }, limit: 1 });
  const standard: CatalogueEntry = {
    kind: 'priceList',
    code: 'STANDARD',
    name: 'Standard prices',
    currency: centreOf(work).currency,
    prices: [],
  };
  const wanted = lists.length > 0 ? starterCatalogue : [...starterCatalogue, standard];
  const plan = planChanges(work, asChanges(wanted), 'code');
  const missing = plan.changes.filter(({ state }) => state === 'new');
  return commitPlan(work, { ...plan, changes: missing, warnings: [] }, 'catalogue.imported').created;
}
