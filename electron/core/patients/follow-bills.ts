import type { Stored } from '../../../shared/kernel/document.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import type { DeviceResult } from '../../../shared/results/schema.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import type { Kernel, ScopedReads, SequencedDocument } from '../kernel/index.ts';

/** Documents that name another patient than what they belong to. */
interface Strays {
  readonly specimens: Stray<Specimen>[];
  readonly reports: Stray<Report>[];
  readonly results: Stray<DeviceResult>[];
}
type Stray<D> = { readonly current: Stored<D>; readonly patientId: string };

/**
 * A bill, its specimens, their results and its reports are always one patient's, and the bill says whose. Replication brings them one
 * by one, and a merge or its undoing may come in between. Reads three times for a batch; writes where something differs.
 */
export function followBills(kernel: Kernel, changes: readonly SequencedDocument[]): void {
  const billIds = billsOf(changes);
  const specimenIds = specimensOf(changes);
  if (billIds.length + specimenIds.length === 0 || empty(straysOf(kernel.reads(), billIds, specimenIds))) return;
  kernel.change(kernel.systemSession('Merged patients'), (work) => {
    const { specimens, reports, results } = straysOf(work, billIds, specimenIds);
    const changesOf = <D extends { patientId?: string | undefined }>(strays: readonly Stray<D>[]) =>
      strays.map(({ current, patientId }) => ({ current, change: { patientId } }));
    work.updateMany('specimens', changesOf(specimens));
    work.updateMany('reports', changesOf(reports));
    work.updateMany('deviceResults', changesOf(results));
    const owners = [...specimens, ...reports, ...results].map(({ patientId }) => patientId);
    const patients = work.mapOf('patients', owners);
    work.recordMany(
      'patient.broughtBack',
      [...patients.values()].map(({ id, fullName, number }) => ({
        values: { name: fullName, number, documents: owners.filter((owner) => owner === id).length },
        subject: { collection: 'patients', id },
        patientId: id,
      })),
    );
  });
}

function billsOf(changes: readonly SequencedDocument[]): string[] {
  const ids = new Set<string>();
  for (const { collection, deleted, id, document } of changes) {
    if (deleted) continue;
    if (collection === 'billing' && document.kind === 'bill') ids.add(id);
    else if (typeof document.billId === 'string' && collection !== 'billing') ids.add(document.billId);
  }
  return [...ids];
}

function specimensOf(changes: readonly SequencedDocument[]): string[] {
  const ids = new Set<string>();
  for (const { collection, deleted, document } of changes) {
    const { specimenId } = document;
    if (!deleted && collection === 'deviceResults' && typeof specimenId === 'string') ids.add(specimenId);
  }
  return [...ids];
}

function straysOf(reads: ScopedReads, billIds: readonly string[], specimenIds: readonly string[]): Strays {
  const bills = reads.mapOf('billing', billIds);
  const ofBills = { billId: { $in: [...bills.keys()] } };
  const strays = <D extends { billId?: string | undefined; patientId: string }>(documents: readonly Stored<D>[]) =>
    documents.flatMap((current): Stray<D>[] => {
      const bill = bills.get(current.billId ?? '');
      return bill?.kind === 'bill' && bill.patientId !== current.patientId
        ? [{ current, patientId: bill.patientId }]
        : [];
    });
  const specimens = bills.size > 0 ? strays(reads.find('specimens', { selector: ofBills })) : [];
  const reports = bills.size > 0 ? strays(reads.find('reports', { selector: ofBills })) : [];
  const owners = new Map(reads.getMany('specimens', specimenIds).map(({ id, patientId }) => [id, patientId]));
  for (const { current, patientId } of specimens) owners.set(current.id, patientId);
  const results =
    owners.size > 0 ? reads.find('deviceResults', { selector: { specimenId: { $in: [...owners.keys()] } } }) : [];
  return {
    specimens,
    reports,
    results: results.flatMap((current) => {
      const patientId = owners.get(current.specimenId ?? '');
      return patientId === undefined || current.patientId === undefined || current.patientId === patientId
        ? []
        : [{ current, patientId }];
    }),
  };
}

function empty({ specimens, reports, results }: Strays): boolean {
  return specimens.length + reports.length + results.length === 0;
}
