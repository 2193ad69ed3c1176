import type { CatalogueDocument } from '../../shared/catalogue/documents.ts';
import type { DriverSettings } from '../../shared/devices/index.ts';
import type { NewDocument, Stored } from '../../shared/kernel/document.ts';
import type { Patient } from '../../shared/patients/schema.ts';
import type { Device } from '../../shared/setup/schema.ts';
import { createBill } from '../core/billing/index.ts';
import { hashPassword, type Kernel, type Session, type Work } from '../core/kernel/index.ts';
import { createLaboratory, type NewLaboratory } from '../core/setup/index.ts';
import { collectSpecimens, receiveSpecimens } from '../core/specimens/index.ts';
import {
  demoBranch,
  demoCatalogue,
  demoCentre,
  demoCodeMaps,
  demoDoctors,
  demoInsuranceGroup,
  demoInsurer,
  demoOrganisationPrices,
  demoOrganisations,
  demoOutsourceLab,
  demoPatients,
  demoStaff,
  demoStation,
} from './data/index.ts';

/** The two simulated analyzers; 0 lets the system choose the port. */
const demoDevices = [
  { name: 'Haematology XN-550', driver: 'sysmex-xn', protocol: 'astm' },
  { name: 'Chemistry BS-240', driver: 'mindray-bs', protocol: 'mllp' },
] as const satisfies readonly (Pick<Device, 'name' | 'protocol'> & { driver: keyof typeof demoCodeMaps })[];

/** Orders that are there when the demo opens: which tests, and how far each has come. */
const demoOrders: readonly { tests: readonly string[]; state: 'expected' | 'collected' | 'received' }[] = [
  { tests: ['CBC', 'LIPID', 'GLUF'], state: 'received' },
  { tests: ['CBC'], state: 'received' },
  { tests: ['LFT', 'RFT'], state: 'received' },
  { tests: ['CBC', 'TSH'], state: 'received' },
  { tests: ['LIPID', 'HBA1C'], state: 'collected' },
  { tests: ['CBC', 'CRP'], state: 'collected' },
  { tests: ['GLUF', 'RFT'], state: 'expected' },
  { tests: ['HIV', 'HBSAG'], state: 'expected' },
];

/**
 * Makes a fresh folder the demo laboratory: centre, colleagues, catalogue, 200 patients, two analyzers with their code
 * maps, and a morning's orders. Everybody's password is `aliquot-demo`.
 */
export async function fillDemoLab(kernel: Kernel): Promise<void> {
  const passwordHash = await hashPassword('aliquot-demo');
  const [administrator] = demoStaff;
  if (!administrator) throw new Error('the demo has no administrator');
  const { name: labName, address, country, currency, timeZone, locale, taxPercent } = demoCentre;
  await createLaboratory(
    kernel,
    {
      labName,
      address,
      country,
      currency,
      timeZone,
      locale,
      taxPercent,
      stationName: demoStation.name,
      stationPrefix: demoStation.prefix,
      administrator: {
        username: administrator.username,
        fullName: administrator.fullName,
        password: administrator.password,
      },
    },
    (work, laboratory) => insertDemo(work, laboratory, passwordHash),
  );
  placeOrders(kernel);
}

function insertDemo(work: Work, { identity, roleIds }: NewLaboratory, passwordHash: string): void {
  const { phone, email, reportFooter } = demoCentre;
  work.update('setup', work.need('setup', identity.labId), { phone, email, reportFooter });
  const branch = work.insert('setup', demoBranch);
  work.update('setup', work.need('setup', identity.stationId), { branchId: branch.id });
  for (const { roles, password: _, ...colleague } of demoStaff.slice(1)) {
    work.insert('directory', { ...colleague, roleIds: roles.flatMap((role) => roleIds.get(role) ?? []), passwordHash });
  }
  work.insertMany('directory', [...demoDoctors, ...demoOrganisations, demoOutsourceLab]);
  const insurer = work.insert('directory', demoInsurer);
  const group = work.insert('directory', { ...demoInsuranceGroup, insurerId: insurer.id });
  const catalogue = work.insertMany('catalogue', [
    ...demoCatalogue,
    demoOrganisationPrices,
  ] as readonly NewDocument<CatalogueDocument>[]);
  work.insertMany<'patients', Patient>(
    'patients',
    demoPatients(work.now.slice(0, 10)).map((patient, index) => ({
      ...patient,
      insurances: policies(index, work.now, insurer.id, group.id),
      number: `${demoStation.prefix}-P${String(work.nextNumber('patient')).padStart(6, '0')}`,
    })),
  );
  insertDevices(work, catalogue);
}

/** The policy of a patient: every tenth has one, the first of them an adult. */
function policies(index: number, now: string, insurerId: string, groupId: string): Patient['insurances'] {
  if (index % 10 !== 6) return [];
  const validTo = `${Number(now.slice(0, 4)) + 1}-12-31`;
  return [{ insurerId, groupId, policyNumber: `PH-${700_100 + index}`, holderRelation: 'self', validTo }];
}

function insertDevices(work: Work, catalogue: readonly Stored<CatalogueDocument>[]): void {
  const parameters = new Map(catalogue.flatMap((one) => (one.kind === 'parameter' ? [[one.code, one.id]] : [])));
  const settings: DriverSettings = {};
  for (const device of demoDevices) {
    const { id } = work.insert('setup', {
      kind: 'device',
      ...device,
      connection: { kind: 'tcpServer', host: '127.0.0.1', port: 0, allowedPeers: [] },
      settings,
      enabled: true,
    });
    work.insert('setup', {
      kind: 'codeMap',
      deviceId: id,
      entries: demoCodeMaps[device.driver].map(({ deviceCode, parameter, factor }) => ({
        deviceCode,
        parameterId: parameters.get(parameter),
        factor,
      })),
    });
  }
}

function placeOrders(kernel: Kernel): void {
  const session: Session = { ...kernel.systemSession('Demo lab') };
  const reads = kernel.reads();
  const patients = reads.find('patients', { selector: {}, sort: [{ createdAt: 'desc' }], limit: 60 });
  const adults = patients.filter((patient) => (patient.birth?.date ?? '') < '2000');
  for (const [index, { tests, state }] of demoOrders.entries()) {
    const patient = adults[index];
    const found = tests.flatMap((code) => reads.byKeys('catalogue', [code]).get(code) ?? []);
    const lines = found.flatMap((entry) => (entry.kind === 'test' ? [{ testId: entry.id }] : []));
    if (!patient || lines.length === 0) continue;
    const { specimens } = createBill(kernel, session, { patientId: patient.id, lines, diagnoses: [] });
    const ids = specimens.map((specimen) => specimen.id);
    if (state !== 'expected') collectSpecimens(kernel, session, ids);
    if (state === 'received') receiveSpecimens(kernel, session, ids);
  }
}
