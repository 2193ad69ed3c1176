import type { z } from 'zod';
import type { copyCatalogueSchema, switchCatalogueSchema } from '../../../shared/catalogue/input.ts';
import type { CatalogueEntry } from '../../../shared/catalogue/schema.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import type { Kernel, Session } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { entryDetails } from './history.ts';
import { planChanges } from './plan-changes.ts';
import { commitPlan, type SavedEntries } from './save-entries.ts';

/**
 * Switches an entry off, from today on, or on again. What is off is not offered for new orders; orders and reports that
 * have it go on. A parameter or specimen type of a test that is on cannot be switched off.
 */
export function switchEntry(
  kernel: Kernel,
  session: Session,
  { id, rev, on }: z.infer<typeof switchCatalogueSchema>,
): SavedEntries {
  return kernel.change(session, (work) => {
    const { entry } = entryDetails(work, id);
    const today = civilMoment(new Date(work.now), centreOf(work).timeZone).slice(0, 10);
    const plan = planChanges(
      work,
      [{ id, rev, entry: on ? switchedOn(entry, today) : switchedOff(entry, today) }],
      'id',
    );
    return commitPlan(work, plan, on ? 'catalogue.switchedOn' : 'catalogue.switchedOff');
  });
}

/** Its last day is yesterday, or was earlier; a period that would not have begun by then goes. */
function switchedOff({ activeFrom, ...entry }: CatalogueEntry, today: string): CatalogueEntry {
  const yesterday = new Date(Date.parse(`${today}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  const activeTo = entry.activeTo !== undefined && entry.activeTo < yesterday ? entry.activeTo : yesterday;
  const began = activeFrom !== undefined && activeFrom <= activeTo ? { activeFrom } : {};
  return { ...entry, ...began, activeTo } as CatalogueEntry;
}

function switchedOn({ activeTo: _, activeFrom, ...entry }: CatalogueEntry, today: string): CatalogueEntry {
  return { ...entry, ...(activeFrom !== undefined && activeFrom <= today ? { activeFrom } : {}) } as CatalogueEntry;
}

/**
 * Copies an entry under a new code and name. A parameter brings copies of its ranges, since they belong to it; everything
 * else goes on pointing at what the original points at.
 */
export function copyEntry(
  kernel: Kernel,
  session: Session,
  { id, code, name }: z.infer<typeof copyCatalogueSchema>,
): SavedEntries {
  return kernel.change(session, (work) => {
    const { entry, ranges } = entryDetails(work, id);
    const copies: CatalogueEntry[] = [entry.kind === 'referenceRanges' ? { ...entry, code } : { ...entry, code, name }];
    for (const { entry: set } of ranges) {
      // A set named as its parameter keeps being so; another keeps its name apart from the original's.
      const setCode = set.code === entry.code ? code : `${code}.${set.code}`.slice(0, 40);
      copies.push({ ...set, code: setCode, parameter: code });
    }
    const plan = planChanges(
      work,
      copies.map((copy) => ({ entry: copy })),
      'id',
    );
    return commitPlan(work, plan);
  });
}
