import type { Worker } from 'node:worker_threads';
import { createSearch, type Search } from '../../../electron/core/search/index.ts';
import type { Bill } from '../../../shared/billing/schema.ts';
import type { NewDocument, Stored } from '../../../shared/kernel/document.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { openTestKernel, type TestKernel } from '../../support/test-kernel.ts';

/** When snapshots are written in tests: only when asked for, and at the end. */
export const savingOnRequest = { afterChanges: 1e9, afterMilliseconds: 1e9 };

/** A real kernel with a real search thread. */
export interface SearchLab extends TestKernel {
  readonly search: Search;
  /** Ends the search thread from outside, as a crash would. */
  kill(): Promise<void>;
}

export async function openSearchLab(folder: string, saving = savingOnRequest): Promise<SearchLab> {
  const test = await openTestKernel({ folder });
  let thread: Worker | undefined;
  const remember = (worker: Worker) => {
    thread = worker;
  };
  process.on('worker', remember);
  const search = await createSearch(test.kernel, saving);
  return {
    ...test,
    search,
    async kill() {
      await thread?.terminate();
    },
    async dispose() {
      process.off('worker', remember);
      await search.close();
      await test.dispose();
    },
  };
}

/** Ids of the patients that the words find. */
export async function patientsFound({ search }: SearchLab, text: string, labId = 'lab-1'): Promise<string[]> {
  const { hits } = await search.query(labId, text, { limit: 100 });
  return hits.patients ?? [];
}

export function addPatients(lab: SearchLab, ...patients: Partial<Patient>[]): Stored<Patient>[] {
  return lab.kernel.change(lab.session, (work) => work.insertMany('patients', patients.map(patient)));
}

export function patient(fields: Partial<Patient>): NewDocument<Patient> {
  return {
    number: 'A-P000001',
    fullName: 'Ana Rao',
    sex: 'female',
    otherPhones: [],
    consent: { sms: false, whatsapp: false, email: false },
    nationalIds: [],
    insurances: [],
    idProofs: [],
    ...fields,
  };
}

/** A patient's order: bill, specimen and one report, with the activity entry that orders have. */
export function addOrder(
  lab: SearchLab,
  { id: patientId, fullName }: Pick<Patient, 'id' | 'fullName'>,
  { bill, accession, test }: { bill: string; accession: string; test: string },
): { bill: Stored<Bill>; specimen: Stored<Specimen>; report: Stored<Report> } {
  return lab.kernel.change(lab.session, (work) => {
    const code = test.slice(0, 3).toUpperCase();
    const report = work.insert('reports', reportOf({ patientId, testName: test, testCode: code, accession }));
    const specimen = work.insert('specimens', {
      accession,
      patientId,
      billId: 'bill',
      specimenType: 'EDTA',
      typeName: 'EDTA whole blood',
      container: 'K2-EDTA tube',
      reportIds: [report.id],
      testCodes: [code],
      state: 'expected',
      custody: [],
    });
    const inserted = work.insert<'billing', Bill>('billing', {
      kind: 'bill',
      number: bill,
      patientId,
      registeredAt: work.now,
      registeredOn: work.now.slice(0, 10),
      currency: 'INR',
      lines: [
        { id: 'l1', testId: 't', testCode: code, testName: test, price: 100, discount: 0, reportIds: [report.id] },
      ],
      diagnoses: [],
      taxPercent: 0,
      payments: [],
      totals: { gross: 100, discount: 0, tax: 0, net: 100, paid: 0, due: 100 },
      status: 'open',
    });
    work.record('bill.created', {
      values: { number: bill, patient: fullName, tests: test, total: '1.00' },
      subject: { collection: 'billing', id: inserted.id },
      patientId,
    });
    return { bill: inserted, specimen, report };
  });
}

export function reportOf(fields: Partial<Report>): NewDocument<Report> {
  return {
    patientId: 'nobody',
    billId: 'bill',
    testId: 'test',
    testCode: 'TSH',
    testName: 'Thyrotropin',
    department: 'Immunology',
    state: 'ordered',
    orderedAt: '2026-01-05T08:00:00.000Z',
    values: [],
    version: 0,
    versions: [],
    ...fields,
  };
}
