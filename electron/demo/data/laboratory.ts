import type { z } from 'zod';
import type {
  doctorShape,
  insuranceGroupShape,
  insurerShape,
  organisationShape,
  outsourceLabShape,
  staffShape,
} from '../../../shared/directory/schema.ts';
import type { branchShape, centreShape, stationShape } from '../../../shared/setup/schema.ts';

/** A colleague with the standard role's name and a password that only a demo may have in the clear. */
export type DemoStaff = Pick<
  z.infer<typeof staffShape>,
  'kind' | 'username' | 'fullName' | 'designation' | 'active'
> & {
  readonly password: string;
  readonly roles: readonly string[];
};

export const demoCentre: z.infer<typeof centreShape> = {
  kind: 'centre',
  name: 'Creekside Medical Laboratory',
  address: 'Unit 4, Al Seef Building\nAl Seef Street, Dubai',
  phone: '+971 4 555 0100',
  email: 'reports@creekside.example',
  country: 'AE',
  currency: 'AED',
  timeZone: 'Asia/Dubai',
  locale: 'en-GB',
  taxPercent: 0,
  reportFooter: 'Results relate only to the specimens received. Please discuss them with your physician.',
};

export const demoBranch: z.infer<typeof branchShape> = { kind: 'branch', code: 'SEEF', name: 'Al Seef' };

export const demoStation: z.infer<typeof stationShape> = { kind: 'station', name: 'Front desk', prefix: 'A' };

const staff = (username: string, fullName: string, designation: string, roleName: string): DemoStaff => ({
  kind: 'staff',
  username,
  fullName,
  designation,
  active: true,
  password: 'aliquot-demo',
  roles: [roleName],
});

export const demoStaff: readonly DemoStaff[] = [
  staff('admin', 'Mariam Haddad', 'Laboratory manager', 'Administrator'),
  staff('reception', 'Jocelyn Reyes', 'Receptionist', 'Reception'),
  staff('technician', 'Vikram Deshmukh', 'Medical laboratory technologist', 'Technician'),
  staff('pathologist', 'Dr. Niamh O’Connor', 'Consultant pathologist, FRCPath', 'Pathologist'),
];

const doctor = (code: string, fullName: string, phone: string): z.infer<typeof doctorShape> => ({
  kind: 'doctor',
  code,
  fullName,
  phone,
  email: `${code.toLowerCase()}@clinic.example`,
});

export const demoDoctors: readonly z.infer<typeof doctorShape>[] = [
  doctor('DR-KHOURY', 'Dr. Elias Khoury', '+971501234001'),
  doctor('DR-MENON', 'Dr. Lakshmi Menon', '+971501234002'),
  doctor('DR-SCHAEFER', 'Dr. Annika Schäfer', '+971501234003'),
  doctor('DR-OKAFOR', 'Dr. Ngozi Okafor', '+971501234004'),
  doctor('DR-QURESHI', 'Dr. Bilal Qureshi', '+971501234005'),
  doctor('DR-NUNEZ', 'Dr. Lucía Núñez Peña', '+971501234006'),
  doctor('DR-TANAKA', 'Dr. Kenji Tanaka', '+971501234007'),
  doctor('DR-MANSOORI', 'Dr. Hessa Al Mansoori', '+971501234008'),
];

/** A clinic whose patients pay themselves, and a company that is sent an invoice. */
export const demoOrganisations: readonly z.infer<typeof organisationShape>[] = [
  {
    kind: 'organisation',
    code: 'MARINA-CLINIC',
    name: 'Marina Family Clinic',
    email: 'laboratory@marina-clinic.example',
  },
  {
    kind: 'organisation',
    code: 'HARBOUR-OFFSHORE',
    name: 'Harbour Offshore Services',
    contactPerson: 'Farida Aziz',
    email: 'health@harbour-offshore.example',
    billing: 'credit',
    creditLimit: 500_000,
    paymentDays: 30,
    priceList: 'HARBOUR',
  },
];

export const demoInsurer: z.infer<typeof insurerShape> = {
  kind: 'insurer',
  code: 'PALM-HEALTH',
  name: 'Palm Health Insurance',
  email: 'claims@palm-health.example',
  providerNumber: 'PH-20418',
  claimDays: 60,
};

/** What the insurer covers; it gets the insurer's id when it is stored. */
export const demoInsuranceGroup: Omit<z.infer<typeof insuranceGroupShape>, 'insurerId'> = {
  kind: 'insuranceGroup',
  code: 'PALM-SILVER',
  name: 'Palm Silver',
  coveragePercent: 80,
  copay: 1000,
  coverageLimit: 200_000,
  excludedTests: ['VITD'],
};

export const demoOutsourceLab: z.infer<typeof outsourceLabShape> = {
  kind: 'outsourceLab',
  code: 'GULF-REFERENCE',
  name: 'Gulf Reference Laboratory',
  email: 'reception@gulf-reference.example',
  tests: [
    { test: 'VITD', rate: 11_000, turnaroundMinutes: 48 * 60 },
    { test: 'TSH', rate: 4500, turnaroundMinutes: 24 * 60 },
  ],
};
