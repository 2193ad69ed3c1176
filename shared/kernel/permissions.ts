/** Every right a role can hold, with the words that the roles screen shows. */
export const permissions = {
  'patient.read': 'See patients',
  'patient.create': 'Register patients (reference: userAddNewPatientFlag)',
  'patient.update': 'Change patients',
  'patient.merge': 'Merge patients that are one person, and take it back',
  'patient.import': 'Import patients from a file',
  'patient.export': 'Save the list of patients as a file',
  'catalogue.read': 'See the test catalogue',
  'catalogue.update': 'Change the test catalogue',
  'directory.read': 'See doctors, organisations and colleagues',
  'directory.update': 'Change doctors and organisations',
  'bill.read': 'See bills',
  'bill.create': 'Order tests and bill them',
  'bill.pay': 'Take payments',
  'bill.discount': 'Give discounts',
  'bill.update': 'Add tests to bills and take them off',
  'bill.cancel': 'Cancel bills, refund and issue credit notes',
  'bill.approve': 'Approve what is beyond the right of others: discounts, credit, refunds, credit notes, cancellations',
  'bill.summaries': 'See day book, outstanding and summaries',
  'invoice.read': 'See invoices to organisations',
  'invoice.manage': 'Make and cancel invoices to organisations and take payments on them',
  'claim.read': 'See claims on insurers',
  'claim.manage': 'Make, submit and settle claims on insurers',
  'claim.writeOff': 'Write off what an insurer does not pay',
  'specimen.read': 'See specimens',
  'specimen.collect': 'Collect specimens',
  'specimen.receive': 'Receive specimens',
  'specimen.reject': 'Reject and discard specimens',
  'specimen.send': 'Send specimens to other laboratories',
  'device.read': 'See analyzers, their traffic and the holding list',
  'device.configure': 'Set up analyzers and code maps',
  'result.read': 'See results',
  'result.enter': 'Enter results',
  'result.release': 'Release analyzer results to reports',
  'report.read': 'See reports',
  'report.verify': 'Verify reports',
  'report.sign': 'Sign reports',
  'report.release': 'Release and send reports',
  'message.read': 'See the message queue',
  'message.retry': 'Retry and cancel messages',
  'activity.read': 'See the activity log',
  'sync.read': 'See the state of head office replication',
  'sync.configure': 'Connect to head office',
  'setup.read': 'See the laboratory set-up',
  'setup.update': 'Change the laboratory set-up',
  'staff.manage': 'Manage staff and roles',
} as const satisfies Record<string, string>;

export type Permission = keyof typeof permissions;

export const permissionNames = Object.keys(permissions) as Permission[];

/** Field-level access: a role that lacks the field's name here may not change it once it is set (reference: validate_strict_check). */
export const strictFields = {
  'patient.fullName': 'Correct the name of a patient',
  'patient.birth': 'Correct the date of birth of a patient',
  'patient.sex': 'Correct the sex of a patient',
} as const satisfies Record<string, string>;

export type StrictField = keyof typeof strictFields;
