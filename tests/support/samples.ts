import type { Bill, Payment } from '../../shared/billing/schema.ts';
import { settle } from '../../shared/billing/settle.ts';
import type { Patient } from '../../shared/patients/schema.ts';
import type { Report, ReportValue } from '../../shared/reports/schema.ts';
import type { Specimen } from '../../shared/specimens/schema.ts';

/** Minute `n` of a test day, as it stands in documents. */
export function at(minute: number): string {
  return new Date(Date.UTC(2026, 0, 5, 8, minute)).toISOString();
}

const base = {
  id: '019b0000-0000-7000-8000-000000000001',
  labId: 'lab-1',
  createdAt: at(0),
  createdBy: 'reception',
  updatedAt: at(0),
  updatedBy: 'reception',
  stationId: 'A',
};

export function samplePatient(change: Partial<Patient> = {}): Patient {
  return {
    ...base,
    number: 'A-P000001',
    fullName: 'Maria Silva',
    sex: 'female',
    birth: { date: '1984-02-29', precision: 'exact' },
    phone: '+351912345678',
    otherPhones: [],
    consent: { sms: false, whatsapp: false, email: true },
    nationalIds: [],
    insurances: [],
    idProofs: [],
    ...change,
  };
}

export function samplePayment(id: string, amount: number, minute: number): Payment {
  return { id, kind: 'payment', at: at(minute), by: 'reception', stationId: 'A', method: 'cash', amount };
}

export function sampleBill(change: Partial<Bill> = {}): Bill {
  const bill = {
    ...base,
    kind: 'bill' as const,
    number: 'A-B000001',
    patientId: 'patient-1',
    registeredAt: at(0),
    registeredOn: '2026-01-05',
    currency: 'EUR',
    lines: [
      {
        id: 'line-1',
        testId: 'cbc',
        testCode: 'CBC',
        testName: 'Blood count',
        price: 1500,
        discount: 0,
        reportIds: [],
      },
      { id: 'line-2', testId: 'tsh', testCode: 'TSH', testName: 'TSH', price: 2500, discount: 0, reportIds: [] },
    ],
    diagnoses: [],
    taxPercent: 0,
    payments: [],
    ...change,
  };
  return { ...bill, ...settle({ ...bill, cancelled: change.status === 'cancelled' }) };
}

export function sampleValue(parameterId: string, value?: string): ReportValue {
  return { parameterId, code: parameterId.toUpperCase(), name: parameterId, value, flag: '' };
}

export function sampleReport(change: Partial<Report> = {}): Report {
  return {
    ...base,
    patientId: 'patient-1',
    billId: 'bill-1',
    testId: 'cbc',
    testCode: 'CBC',
    testName: 'Blood count',
    department: 'Haematology',
    state: 'inProgress',
    orderedAt: at(0),
    values: [sampleValue('wbc'), sampleValue('rbc'), sampleValue('hgb')],
    version: 0,
    versions: [],
    ...change,
  };
}

export function sampleSpecimen(change: Partial<Specimen> = {}): Specimen {
  return {
    ...base,
    accession: 'A0000012',
    patientId: 'patient-1',
    billId: 'bill-1',
    specimenType: 'EDTA',
    typeName: 'EDTA whole blood',
    container: 'K2-EDTA tube',
    reportIds: ['report-1'],
    testCodes: ['CBC'],
    state: 'expected',
    custody: [],
    ...change,
  };
}

/** A sample as a use case gives it for a new document: without id and the fields that the unit of work fills in. */
export function newOf<D extends typeof base>(document: D): Omit<D, keyof typeof base> {
  const { id, labId, createdAt, createdBy, updatedAt, updatedBy, stationId, ...fields } = document;
  return fields;
}
