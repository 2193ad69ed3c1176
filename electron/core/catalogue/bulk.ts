import { bare } from '../../../shared/catalogue/entries.ts';
import type { CatalogueChange, ChangePrices, ChangeTests } from '../../../shared/catalogue/input.ts';
import type { CatalogueEntry } from '../../../shared/catalogue/schema.ts';
import { conflict, type Kernel, notFound, type ScopedReads, type Session } from '../kernel/index.ts';
import { planChanges, type StoredEntry } from './plan-changes.ts';
import { commitPlan, type SavedEntries } from './save-entries.ts';

/**
 * Changes a few fields of many tests as one commit: what the grid of tests saves. Errors are at
 * `changes.<index>.entry.<field>`, each with the test it belongs to by its index in the input.
 */
export function changeTests(kernel: Kernel, session: Session, { changes }: ChangeTests): SavedEntries {
  return kernel.change(session, (work) => {
    const tests = currents(work, changes, 'test');
    const whole = changes.map(({ id, rev, change }, index): CatalogueChange => {
      const { turnaroundMinutes, activeTo, ...rest } = change;
      const entry = { ...bare(tests[index] as CatalogueEntry), ...rest } as Extract<CatalogueEntry, { kind: 'test' }>;
      if (turnaroundMinutes !== undefined) entry.turnaroundMinutes = turnaroundMinutes ?? undefined;
      if (activeTo !== undefined) entry.activeTo = activeTo ?? undefined;
      return { id, rev, entry: bare(entry) };
    });
    return commitPlan(work, planChanges(work, whole, 'id'));
  });
}

/** Sets and removes prices of one or several lists as one commit: what the grid of prices saves. */
export function changePrices(kernel: Kernel, session: Session, { changes }: ChangePrices): SavedEntries {
  return kernel.change(session, (work) => {
    const lists = currents(work, changes, 'priceList');
    const whole = changes.map(({ id, rev, prices }, index): CatalogueChange => {
      const list = bare(lists[index] as CatalogueEntry) as Extract<CatalogueEntry, { kind: 'priceList' }>;
      const amounts = new Map(list.prices.map((price) => [`${price.kind} ${price.code}`, price]));
      for (const { kind, code, amount } of prices) {
        if (amount === null) amounts.delete(`${kind} ${code}`);
        else amounts.set(`${kind} ${code}`, { kind, code, amount });
      }
      return { id, rev, entry: { ...list, prices: [...amounts.values()] } };
    });
    return commitPlan(work, planChanges(work, whole, 'id'));
  });
}

/** The documents that are to be changed, of one kind and at the revision that was seen. One statement. */
function currents(
  reads: ScopedReads,
  changes: readonly { readonly id: string; readonly rev: string }[],
  kind: StoredEntry['kind'],
): StoredEntry[] {
  const found = reads.mapOf(
    'catalogue',
    changes.map(({ id }) => id),
  );
  return changes.map(({ id, rev }) => {
    const document = found.get(id);
    if (document?.kind !== kind) throw notFound('catalogue', id);
    if (document._rev !== rev) throw conflict('catalogue', id);
    return document as StoredEntry;
  });
}
