import { demoCatalogue, demoCentre } from '../../../electron/demo/data/index.ts';
import { billTotals } from '../../../shared/billing/bill-totals.ts';
import { chooseRange, flagOf, formatRange } from '../../../shared/catalogue/ranges.ts';
import type { CatalogueEntry } from '../../../shared/catalogue/schema.ts';
import { displayUnit } from '../../../shared/catalogue/units.ts';
import type {
  DocumentTest,
  LabelsInput,
  Letterhead,
  ListingInput,
  ReceiptInput,
  ReportInput,
} from '../../../shared/documents/schema.ts';
import { formatAccession } from '../../../shared/specimens/accession.ts';

const letterhead: Letterhead = {
  name: demoCentre.name,
  tagline: 'Haematology, biochemistry, immunology',
  address: demoCentre.address,
  phone: '+971 4 555 0100',
  email: 'reports@creekside.example',
  accreditation: 'ISO 15189 accredited, no. 0042',
};

const writing = { locale: 'en-GB', timeZone: 'Asia/Dubai', printedAt: '2025-11-24T11:20:00.000Z' };

export const sampleAccessions = [formatAccession('A', 42), formatAccession('A', 43)] as const;

/** Values of two tubes of a woman of 34 years: normal, low, high, critical, qualified, words. */
const sampleValues: Record<string, Record<string, string>> = {
  CBC: {
    HGB: '9.8',
    RBC: '3.61',
    HCT: '31.2',
    MCV: '78.4',
    MCH: '24.9',
    MCHC: '31.8',
    'RDW-CV': '16.9',
    'RDW-SD': '47.2',
    WBC: '8.13',
    'NEUT-PCT': '62.1',
    'LYMPH-PCT': '28.4',
    'MONO-PCT': '6.5',
    'EO-PCT': '2.6',
    'BASO-PCT': '0.4',
    'NEUT-ABS': '5.05',
    'LYMPH-ABS': '2.31',
    'MONO-ABS': '0.53',
    'EO-ABS': '0.21',
    'BASO-ABS': '0.03',
    PLT: '412',
    MPV: '10.1',
    PDW: '11.8',
    'P-LCR': '25.6',
    PCT: '0.36',
  },
  LFT: { TBIL: '0.64', DBIL: '0.18', ALT: '31', AST: '28', ALP: '88', GGT: '41', TP: '7.1', ALB: '4.2' },
  ELEC: { NA: '139', K: '6.4', CL: '101', HCO3: '25' },
  LIPID: { CHOL: '213', TRIG: '142', HDL: '52', LDL: '133' },
  CRP: { CRP: '<0.3' },
  HIV: { HIV: 'Non-reactive' },
  HBSAG: { HBSAG: 'Reactive' },
  VITD: { VITD: '17.4' },
};

/** A report of the tests named, with ranges, flags and units as the rules give them. */
export function sampleReport(
  codes: readonly string[] = Object.keys(sampleValues),
  change: Partial<ReportInput> = {},
): ReportInput {
  const departments = new Map<string, DocumentTest[]>();
  for (const entry of demoCatalogue) {
    if (entry.kind !== 'test' || !codes.includes(entry.code)) continue;
    const tests = departments.get(entry.department) ?? [];
    departments.set(entry.department, [...tests, documentTest(entry)]);
  }
  return {
    kind: 'report',
    ...writing,
    letterhead,
    patient: {
      name: 'Małgorzata Dąbrowska',
      number: 'A-P000042',
      sex: 'female',
      age: '34 y',
      dateOfBirth: '1991-03-09',
      phone: '+971 50 123 4567',
    },
    number: 'A-R000317',
    status: 'final',
    version: 1,
    referrer: 'Dr. Lucía Núñez Peña',
    organisation: 'Marina Family Clinic',
    registeredAt: '2025-11-24T06:55:00.000Z',
    reportedAt: '2025-11-24T11:18:00.000Z',
    specimens: [
      {
        accession: sampleAccessions[0],
        type: 'EDTA whole blood',
        collectedAt: '2025-11-24T07:05:00.000Z',
        receivedAt: '2025-11-24T07:21:00.000Z',
      },
      {
        accession: sampleAccessions[1],
        type: 'Serum',
        collectedAt: '2025-11-24T07:05:00.000Z',
        receivedAt: '2025-11-24T07:22:00.000Z',
        condition: 'slightly lipaemic',
      },
    ],
    departments: [...departments].map(([name, tests]) => ({ name, tests })),
    signatures: [
      {
        name: 'Vikram Deshmukh',
        designation: 'Medical laboratory technologist',
        at: '2025-11-24T10:58:00.000Z',
      },
      {
        name: 'Dr. Niamh O’Connor',
        designation: 'Consultant pathologist, FRCPath',
        at: '2025-11-24T11:18:00.000Z',
      },
    ],
    verification:
      'ALIQUOT1|Creekside Medical Laboratory|A-R000317|v1|A-P000042|2025-11-24T11:18:00.000Z|sha256:9f2c6e51',
    footer: 'Results relate only to the specimens received. Please discuss them with your physician.',
    ...change,
  };
}

function documentTest(test: Extract<CatalogueEntry, { kind: 'test' }>): DocumentTest {
  const values = test.parameters.flatMap(({ parameter: code, heading }) => {
    const parameter = demoCatalogue.find((entry) => entry.kind === 'parameter' && entry.code === code);
    const set = demoCatalogue.find((entry) => entry.kind === 'referenceRanges' && entry.parameter === code);
    const value = sampleValues[test.code]?.[code];
    if (parameter?.kind !== 'parameter') return [];
    const ranges = set?.kind === 'referenceRanges' ? set.ranges : [];
    const range = chooseRange(ranges, { sex: 'female', ageDays: 12_679 });
    return [
      {
        name: parameter.name,
        ...(heading === undefined ? {} : { heading }),
        ...(value === undefined ? {} : { value }),
        flag: value === undefined ? ('' as const) : flagOf(value, parameter, range),
        unit: displayUnit(parameter.unit),
        range: formatRange(parameter, range),
        ...(code === 'HGB' ? { original: '98 g/L, Sysmex XN-550, 24 Nov 2025, 11:31' } : {}),
        ...(code === 'K' ? { comment: 'Called to Dr. Núñez Peña at 14:41, read back.' } : {}),
      },
    ];
  });
  return {
    code: test.code,
    name: test.name,
    accession: sampleAccessions[test.specimenType === 'EDTA' ? 0 : 1],
    values,
    ...(test.method === undefined ? {} : { method: test.method }),
    ...(test.reportNote === undefined ? {} : { comment: test.reportNote }),
  };
}

/** A receipt with discount, tax and two payments. */
export function sampleReceipt(change: Partial<ReceiptInput> = {}): ReceiptInput {
  const lines = [
    { code: 'CBC', name: 'Complete blood count', price: 6000, discount: 600 },
    { code: 'LIPID', name: 'Lipid profile', price: 12000, discount: 1200 },
    { code: 'VITD', name: 'Vitamin D (25-OH)', price: 19500, discount: 0 },
  ];
  const payments: ReceiptInput['payments'] = [
    {
      kind: 'payment',
      at: '2025-11-24T07:00:00.000Z',
      method: 'card',
      amount: 30000,
      reference: 'Auth 004512',
      by: 'Jocelyn Reyes',
    },
    { kind: 'payment', at: '2025-11-24T07:01:00.000Z', method: 'cash', amount: 7485, by: 'Jocelyn Reyes' },
  ];
  return {
    kind: 'receipt',
    ...writing,
    pageSize: 'A5',
    letterhead,
    patient: { name: 'Małgorzata Dąbrowska', number: 'A-P000042', sex: 'female', age: '34 y' },
    number: 'A-B000128',
    status: 'paid',
    registeredAt: '2025-11-24T06:55:00.000Z',
    currency: 'AED',
    referrer: 'Dr. Lucía Núñez Peña',
    lines,
    taxPercent: 5,
    totals: billTotals({ lines, taxPercent: 5, payments }),
    payments,
    preparedBy: 'Jocelyn Reyes',
    note: 'Reports are ready the same day after 16:00.',
    ...change,
  };
}

/** Labels of two tubes, the second urgent. */
export function sampleLabels(change: Partial<LabelsInput> = {}): LabelsInput {
  const label = {
    patientName: 'Małgorzata Dąbrowska',
    patientNumber: 'A-P000042',
    sex: 'female' as const,
    age: '34 y',
    at: '2025-11-24T07:05:00.000Z',
  };
  return {
    kind: 'labels',
    ...writing,
    labels: [
      { ...label, accession: sampleAccessions[0], testCodes: ['CBC', 'HBA1C'], container: 'K2-EDTA tube, lavender' },
      {
        ...label,
        accession: sampleAccessions[1],
        testCodes: ['LFT', 'RFT', 'ELEC', 'LIPID', 'CRP', 'TSH', 'VITD', 'HIV', 'HBSAG'],
        container: 'Serum gel tube, gold',
        urgent: true,
      },
    ],
    ...change,
  };
}

/** A manifest of forty tubes: more than a page. */
export function sampleListing(change: Partial<ListingInput> = {}): ListingInput {
  const { locale, timeZone, printedAt, letterhead } = sampleReceipt();
  return {
    kind: 'listing',
    ...{ locale, timeZone, printedAt, letterhead },
    title: 'Manifest A-M000012',
    at: printedAt,
    facts: [{ label: 'To', value: 'Reference Laboratory' }],
    barcode: 'A-M000012',
    columns: [{ header: 'Accession', width: 90 }, { header: 'Patient' }, { header: 'Tests', width: 100 }],
    rows: Array.from({ length: 60 }, (_, index) => [`A-0000-${index}`, 'Małgorzata Dąbrowska', 'TSH, FT4']),
    signatures: ['Handed over by', 'Received by'],
    ...change,
  };
}
