import { type Permission, permissionNames, type StrictField, strictFields } from '../kernel/permissions.ts';

/** The roles every laboratory begins with; an administrator changes them or adds others. */
export const standardRoles: readonly {
  name: string;
  permissions: Permission[];
  all: boolean;
  strictFields: StrictField[];
  discountLimitPercent?: number;
}[] = [
  {
    name: 'Administrator',
    permissions: permissionNames,
    all: true,
    strictFields: Object.keys(strictFields) as StrictField[],
    discountLimitPercent: 100,
  },
  {
    name: 'Reception',
    all: false,
    permissions: [
      'patient.read',
      'patient.create',
      'patient.update',
      'patient.merge',
      'catalogue.read',
      'directory.read',
      'bill.read',
      'bill.create',
      'bill.update',
      'bill.pay',
      'bill.discount',
      'invoice.read',
      'claim.read',
      'specimen.read',
      'specimen.collect',
      'report.read',
      'message.read',
      'setup.read',
    ],
    strictFields: [],
    discountLimitPercent: 5,
  },
  {
    name: 'Technician',
    all: false,
    permissions: [
      'patient.read',
      'catalogue.read',
      'directory.read',
      'bill.read',
      'specimen.read',
      'specimen.collect',
      'specimen.receive',
      'specimen.reject',
      'specimen.send',
      'device.read',
      'result.read',
      'result.enter',
      'result.release',
      'report.read',
      'activity.read',
      'sync.read',
      'setup.read',
    ],
    strictFields: [],
  },
  {
    name: 'Pathologist',
    all: false,
    permissions: [
      'patient.read',
      'catalogue.read',
      'directory.read',
      'specimen.read',
      'device.read',
      'result.read',
      'result.enter',
      'result.release',
      'report.read',
      'report.verify',
      'report.sign',
      'report.release',
      'message.read',
      'activity.read',
      'sync.read',
      'setup.read',
    ],
    strictFields: [],
  },
];
