import { count } from './plural.ts';

export const ui = {
  back: 'Back',
  cancel: 'Cancel',
  close: 'Close',
  copied: 'Copied',
  copy: 'Copy',
  discardDraft: 'Discard it',
  draftRestored: 'Restored what you had typed.',
  exportCsv: 'Save the loaded rows as CSV',
  filters: 'Filters',
  nothingFound: 'Nothing found',
  loading: 'Loading…',
  manyErrors: (number: number) => `${number} things need attention`,
  notADay: 'Not a day',
  notFound: 'There is nothing at this address',
  notFoundText: 'It may have been a link from an older version.',
  notFoundAction: 'Go to Today',
  oneError: 'One thing needs attention',
  optional: 'optional',
  print: 'Print',
  reason: 'Reason',
  required: 'Fill this in',
  retry: 'Try again',
  rows: (number: number, more: boolean) => (more ? `${number} rows loaded, more below` : count(number, 'row')),
  save: 'Save',
  selectAll: 'Select all loaded rows',
  selectRow: 'Select row',
  selected: (number: number) => `${number} selected`,
  yes: 'Yes',
  no: 'No',
} as const;

/** Abnormal flags of HL7 table 0078. */
export const flags = {
  '': 'Normal',
  L: 'Low',
  H: 'High',
  LL: 'Critically low',
  HH: 'Critically high',
  A: 'Abnormal',
} as const;
