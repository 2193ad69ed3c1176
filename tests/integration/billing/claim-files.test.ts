import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClaimBundle, claimBundleSchema } from '../../../shared/billing/fhir.ts';
import { type OrderApi, type OrderLab, openOrderLab, refusalOf } from './order-lab.ts';

let lab: OrderLab;
let api: OrderApi;
let claimId: string;

beforeAll(async () => {
  lab = await openOrderLab();
  api = lab.api();
  const ids = lab.kernel.change(lab.session, (work) => {
    const insurer = { kind: 'insurer' as const, code: 'CARE', name: 'Care Health', providerNumber: 'P-77' };
    const insurerId = work.insert('directory', insurer).id;
    const group = { kind: 'insuranceGroup' as const, code: 'CARE-G', name: 'Care Gold', insurerId };
    const groupId = work.insert('directory', { ...group, coveragePercent: 80, excludedTests: ['CRP'] }).id;
    for (const [code, loinc] of [['CBC', '58410-2'] as const, ['TSH', undefined] as const]) {
      work.update('catalogue', work.need('catalogue', lab.test(code)), { loinc });
    }
    return { insurerId, groupId };
  });
  const policy = { ...ids, policyNumber: 'G-1', holderRelation: 'self' as const };
  const patient = lab.addPatient({ number: 'A-P000042', fullName: 'Maria, "Mia" Silva', insurances: [policy] });
  const { bill } = await api.bills.create({
    ...{ patientId: patient.id, policyNumber: 'G-1' },
    lines: ['CBC', 'TSH', 'CRP'].map((code) => ({ testId: lab.test(code) })),
    diagnoses: [
      { code: 'E03.9', title: 'Hypothyroidism, unspecified' },
      { code: 'D50', title: '' },
    ],
  });
  const [claim] = await api.claims.create({ billIds: [bill.id] });
  claimId = claim?.id ?? '';
});
afterAll(() => lab.dispose());

/** The bundle with its derived ids numbered in the order in which they come. */
async function bundle(): Promise<ClaimBundle> {
  const text = JSON.stringify(await api.claims.fhir({ ids: [claimId] }));
  const seen = new Map<string, string>();
  const numbered = text.replaceAll(/urn:uuid:[0-9a-f-]{36}/g, (urn) => {
    const known = seen.get(urn) ?? `urn:uuid:00000000-0000-0000-0000-${String(seen.size).padStart(12, '0')}`;
    seen.set(urn, known);
    return known;
  });
  return claimBundleSchema.parse(JSON.parse(numbered));
}

const urn = (number: number) => `urn:uuid:00000000-0000-0000-0000-${String(number).padStart(12, '0')}`;
const hl7 = (system: string, code: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }],
});
const setWebAddress = (webAddress: string | undefined) =>
  lab.kernel.change(lab.session, (work) => {
    const centre = work.need('setup', work.labId);
    if (centre.kind === 'centre') work.update('setup', centre, { webAddress });
  });

/** What is emitted, whole: systems of others by their own names, the laboratory's numbers below its web address. */
const golden = (own: (kind: string) => string) => ({
  resourceType: 'Bundle',
  type: 'collection',
  identifier: { system: own('claim'), value: 'A-K00001' },
  timestamp: '2026-01-05T08:00:00.000Z',
  entry: [
    { fullUrl: urn(0), resource: { resourceType: 'Organization', name: 'Care Health' } },
    {
      fullUrl: urn(1),
      resource: {
        ...{ resourceType: 'Organization', name: 'Test laboratory' },
        identifier: [{ system: own('provider'), value: 'P-77' }],
      },
    },
    {
      fullUrl: urn(2),
      resource: {
        ...{ resourceType: 'Patient', gender: 'female', birthDate: '1990-05-17' },
        identifier: [{ system: own('patient'), value: 'A-P000042' }],
        name: [{ text: 'Maria, "Mia" Silva' }],
      },
    },
    {
      fullUrl: urn(3),
      resource: {
        ...{ resourceType: 'Coverage', status: 'active', subscriberId: 'G-1' },
        beneficiary: { reference: urn(2) },
        payor: [{ reference: urn(0) }],
        class: [{ type: hl7('coverage-class', 'group'), value: 'CARE-G', name: 'Care Gold' }],
      },
    },
    {
      fullUrl: urn(4),
      resource: {
        ...{ resourceType: 'Claim', status: 'active', use: 'claim', created: '2026-01-05' },
        identifier: [{ system: own('bill'), value: 'A-B000001' }],
        type: hl7('claim-type', 'professional'),
        patient: { reference: urn(2) },
        insurer: { reference: urn(0) },
        provider: { reference: urn(1) },
        priority: hl7('processpriority', 'normal'),
        diagnosis: [
          {
            sequence: 1,
            diagnosisCodeableConcept: {
              coding: [
                { system: 'http://hl7.org/fhir/sid/icd-10', code: 'E03.9', display: 'Hypothyroidism, unspecified' },
              ],
            },
          },
          {
            sequence: 2,
            diagnosisCodeableConcept: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'D50' }] },
          },
        ],
        insurance: [{ sequence: 1, focal: true, coverage: { reference: urn(3) } }],
        item: [
          {
            ...{ sequence: 1, diagnosisSequence: [1, 2], servicedDate: '2026-01-05' },
            productOrService: {
              coding: [
                { system: 'http://loinc.org', code: '58410-2' },
                { system: own('test'), code: 'CBC', display: 'Complete blood count' },
              ],
              text: 'Complete blood count',
            },
            quantity: { value: 1, system: 'http://unitsofmeasure.org', code: '1' },
            net: { value: 48, currency: 'INR' },
          },
          {
            ...{ sequence: 2, diagnosisSequence: [1, 2], servicedDate: '2026-01-05' },
            productOrService: {
              coding: [
                // Of its only parameter.
                { system: 'http://loinc.org', code: '3016-3' },
                { system: own('test'), code: 'TSH', display: 'Thyroid stimulating hormone' },
              ],
              text: 'Thyroid stimulating hormone',
            },
            quantity: { value: 1, system: 'http://unitsofmeasure.org', code: '1' },
            net: { value: 68, currency: 'INR' },
          },
        ],
        total: { value: 116, currency: 'INR' },
      },
    },
  ],
});

describe('a claim as a file', () => {
  it('is the FHIR that it was before, to the letter', async () => {
    setWebAddress('https://lab.example/');
    expect(await bundle()).toEqual(golden((kind) => `https://lab.example/fhir/sid/${kind}`));
  });

  it('names its own numbers by a UUID of the laboratory while that has no web address', async () => {
    setWebAddress(undefined);
    const first = await api.claims.fhir({ ids: [claimId] });
    expect(JSON.stringify(first)).not.toContain('lab.example');
    expect(first.identifier?.system).toMatch(/^urn:uuid:[0-9a-f]{8}-/);
    expect(await api.claims.fhir({ ids: [claimId] })).toEqual(first);
    setWebAddress('https://lab.example');
    expect((await api.claims.fhir({ ids: [claimId] })).identifier?.system).toBe('https://lab.example/fhir/sid/claim');
  });

  it('has the codes of when it was made, whatever the catalogue says later', async () => {
    lab.kernel.change(lab.session, (work) =>
      work.update('catalogue', work.need('catalogue', lab.test('CBC')), { loinc: '57021-8' }),
    );
    expect(JSON.stringify(await bundle())).toContain('58410-2');
  });

  it('is a row a test for insurers that take no FHIR', async () => {
    const lines = await api.claims.lines({ ids: [claimId] });
    expect(lines).toMatchObject([
      {
        ...{ claimNumber: 'A-K00001', batch: 'A-K00001', status: 'draft', insurerCode: 'CARE', providerNumber: 'P-77' },
        ...{ groupCode: 'CARE-G', policyNumber: 'G-1', patientNumber: 'A-P000042', birthDate: '1990-05-17' },
        ...{ billNumber: 'A-B000001', servedOn: '2026-01-05', diagnoses: ['E03.9', 'D50'] },
        ...{ line: 1, testCode: 'CBC', loinc: '58410-2', amount: 4800, currency: 'INR' },
      },
      { line: 2, testCode: 'TSH', loinc: '3016-3', amount: 6800 },
    ]);
    expect(await refusalOf(() => api.claims.lines({ ids: ['none'] }))).toMatchObject({ kind: 'notFound' });
  });

  it('costs as many statements for many claims as for one', async () => {
    const { bills } = await api.claims.get({ id: claimId }).then(({ claim }) => claim);
    const ids: string[] = [claimId];
    for (let index = 0; index < 5; index++) {
      const { bill } = await api.bills.create({
        ...{ patientId: bills[0]?.patientId ?? '', policyNumber: 'G-1', lines: [{ testId: lab.test('CBC') }] },
      });
      ids.push(...(await api.claims.create({ billIds: [bill.id] })).map(({ id }) => id));
    }
    const cost = (some: string[]) => lab.statementsOf(() => api.claims.lines({ ids: some }));
    expect(await cost(ids)).toBe(await cost([claimId]));
  });
});
