import type { AnalyzerOrder, OrderQuery } from '../../../../shared/devices/index.ts';
import type { Patient } from '../../../../shared/patients/schema.ts';
import type { Report } from '../../../../shared/reports/schema.ts';
import type { CodeMap } from '../../../../shared/setup/schema.ts';
import type { Specimen } from '../../../../shared/specimens/schema.ts';
import type { ScopedReads } from '../../kernel/index.ts';

const mostPending = 200;

/**
 * What the laboratory still wants from an analyzer (host query): for each specimen asked about, the analyzer's codes of
 * parameters that have no value yet. A constant number of statements, however many specimens.
 */
export function ordersFor(reads: ScopedReads, map: CodeMap | undefined, query: OrderQuery): AnalyzerOrder[] {
  if (!map || query.cancel) return [];
  const asked = query.all ? pendingSpecimens(reads) : specimensOf(reads, query.sampleIds);
  const place = query.sampleIds.length === 1 ? { rack: query.rack, position: query.position } : {};
  return ordersOf(reads, map, asked, 'new').map((order) => ({ ...order, ...place }));
}

/** What the laboratory still wants from an analyzer of all received specimens, to be sent unasked (batch download). */
export function pendingOrders(reads: ScopedReads, map: CodeMap | undefined): AnalyzerOrder[] {
  return map ? ordersOf(reads, map, pendingSpecimens(reads), 'new') : [];
}

/** Withdraws everything this analyzer could have been asked for these samples, measured or not. */
export function cancelOrders(
  reads: ScopedReads,
  map: CodeMap | undefined,
  sampleIds: readonly string[],
): AnalyzerOrder[] {
  return map ? ordersOf(reads, map, new Map([...reads.byKeys('specimens', sampleIds)].flatMap(first)), 'cancel') : [];
}

function first([sampleId, [specimen]]: [string, Specimen[]]): [string, Specimen][] {
  return specimen ? [[sampleId, specimen]] : [];
}

function ordersOf(
  reads: ScopedReads,
  map: CodeMap,
  asked: ReadonlyMap<string, Specimen>,
  action: 'new' | 'cancel',
): AnalyzerOrder[] {
  const specimens = [...asked.values()];
  const reports = reads.mapOf(
    'reports',
    specimens.flatMap((specimen) => specimen.reportIds),
  );
  const patients = reads.mapOf(
    'patients',
    specimens.map((specimen) => specimen.patientId),
  );
  const orders: AnalyzerOrder[] = [];
  for (const [sampleId, specimen] of asked) {
    const wanted = new Set<string>();
    for (const id of specimen.reportIds) {
      const report = reports.get(id);
      const parameters =
        action === 'cancel' ? report?.values.map((value) => value.parameterId) : missingParameters(report);
      for (const parameterId of parameters ?? []) wanted.add(parameterId);
    }
    const codes = map.entries
      .filter((entry) => entry.parameterId !== undefined && wanted.has(entry.parameterId))
      .map((entry) => entry.deviceCode);
    if (codes.length === 0) continue;
    const patient = patients.get(specimen.patientId);
    orders.push({
      sampleId,
      codes,
      priority: 'routine',
      action,
      patient: patient && orderPatient(patient),
      collectedAt: specimen.collectedAt?.replace(/\D/g, '').slice(0, 14),
      specimenType: specimen.specimenType,
    });
  }
  return orders;
}

function specimensOf(reads: ScopedReads, sampleIds: readonly string[]): Map<string, Specimen> {
  const found = new Map<string, Specimen>();
  for (const [sampleId, specimens] of reads.byKeys('specimens', sampleIds)) {
    const [specimen] = specimens.filter((one) => one.state !== 'rejected' && one.state !== 'discarded');
    if (specimen) found.set(sampleId, specimen);
  }
  return found;
}

function pendingSpecimens(reads: ScopedReads): Map<string, Specimen> {
  const received = reads.find('specimens', {
    selector: { state: { $eq: 'received' } },
    sort: [{ createdAt: 'desc' }],
    limit: mostPending,
  });
  return new Map(received.map((specimen) => [specimen.accession, specimen]));
}

function missingParameters(report: Report | undefined): string[] {
  if (!report || (report.state !== 'ordered' && report.state !== 'inProgress')) return [];
  return report.values.filter((value) => value.value === undefined).map((value) => value.parameterId);
}

function orderPatient({ number, fullName, birth, sex }: Patient): NonNullable<AnalyzerOrder['patient']> {
  const words = fullName.split(/\s+/);
  const sexes = { male: 'M', female: 'F', other: 'U', unknown: 'U' } as const;
  return {
    id: number,
    family: words.at(-1),
    given: words.slice(0, -1).join(' ') || undefined,
    birthDate: birth?.precision === 'exact' ? birth.date : undefined,
    sex: sexes[sex],
  };
}
