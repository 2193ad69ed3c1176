import { count } from './plural.ts';

/** Files of a patient: adding, looking, taking away. */
export const files = {
  idProofs: 'Id proofs',
  attachments: 'Other files',
  noIdProofs: 'Scans or photos of passports and cards.',
  noAttachments: 'Referral letters, consents, reports of elsewhere.',
  add: 'Add files',
  dropHere: 'Drop, paste or choose PDF, JPEG, PNG or WEBP files, up to 20 MB each',
  drop: 'Let go to add',
  titleFiles: (number: number) => (number === 1 ? 'What is this file?' : `What are these ${number} files?`),
  titlePlaceholder: 'As people will look for it; may stay empty',
  addThese: (number: number) => `Add ${count(number, 'file')}`,
  attachmentKinds: ['Referral letter', 'Prescription', 'Consent', 'Report of elsewhere', 'Insurance card', 'Approval'],
  uploading: (name: string, percent: number) => `${name}: ${percent} %`,
  tooLarge: (name: string, megabytes: number, most: number) =>
    `${name} has ${megabytes} MB; ${most} MB is the most. Make it smaller, e.g. scan with fewer dots an inch.`,
  notSent: (name: string) => `${name} was not added`,
  added: (name: string) => `${name} added`,
  open: (name: string) => `Show ${name}`,
  remove: (name: string) => `Remove ${name}`,
  removed: (name: string) => `${name} removed from the patient`,
  removeTitle: 'Remove this file?',
  removeText: (name: string) => `${name} will not be shown with the patient any more.`,
  removeConfirm: 'Remove',
  download: 'Save a copy',
  details: (size: string, day: string, by: string) => [size, day, by].filter(Boolean).join(' · '),
} as const;
