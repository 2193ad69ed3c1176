import type { z } from 'zod';
import type { doctorShape, organisationShape, roleShape, staffShape } from '../../../shared/directory/schema.ts';
import type { Permission, StrictField } from '../../../shared/kernel/permissions.ts';
import { permissionNames, strictFields } from '../../../shared/kernel/permissions.ts';
import type { branchShape, centreShape, stationShape } from '../../../shared/setup/schema.ts';

/** A role by the name that staff refer to. */
export type DemoRole = z.infer<typeof roleShape>;

/** A colleague with the role's name and a password that only a demo may have in the clear. */
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

const reading: readonly Permission[] = [
  'patient.read',
  'catalogue.read',
  'directory.read',
  'bill.read',
  'specimen.read',
  'report.read',
];

const anyStrictField = Object.keys(strictFields) as StrictField[];

function role(name: string, permissions: readonly Permission[], fields: readonly StrictField[] = []): DemoRole {
  return { kind: 'role', name, permissions: [...permissions], strictFields: [...fields] };
}

export const demoRoles: readonly DemoRole[] = [
  role('Administrator', permissionNames, anyStrictField),
  role('Reception', [
    ...reading,
    'patient.create',
    'patient.update',
    'bill.create',
    'bill.pay',
    'bill.discount',
    'specimen.collect',
    'report.release',
    'message.read',
  ]),
  role('Technician', [
    ...reading,
    'specimen.collect',
    'specimen.receive',
    'specimen.reject',
    'device.read',
    'result.read',
    'result.enter',
    'result.release',
    'report.verify',
  ]),
  role(
    'Pathologist',
    [
      ...reading,
      'device.read',
      'result.read',
      'result.enter',
      'result.release',
      'report.verify',
      'report.sign',
      'report.release',
      'activity.read',
    ],
    ['patient.sex', 'patient.birth'],
  ),
];

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

export const demoOrganisation: z.infer<typeof organisationShape> = {
  kind: 'organisation',
  code: 'MARINA-CLINIC',
  name: 'Marina Family Clinic',
  email: 'laboratory@marina-clinic.example',
};
