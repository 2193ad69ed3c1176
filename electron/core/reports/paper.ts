import type { DocumentInput, DocumentPatient, Letterhead } from '../../../shared/documents/schema.ts';
import { ageAt, civilMoment, formatAge } from '../../../shared/patients/age.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Centre } from '../../../shared/setup/schema.ts';
import type { DocumentRenderer } from '../documents/index.ts';

/** Makes PDFs; outside the database and the core's thread. */
export type PdfRenderer = Pick<DocumentRenderer, 'render'>;

/** A PDF as the API answers it. */
export interface PdfFile {
  fileName: string;
  /** Base64. */
  pdf: string;
}

/** Renders a document for the API. `fileName` without its ending. */
export async function pdfFile(documents: PdfRenderer, fileName: string, input: DocumentInput): Promise<PdfFile> {
  const pdf = await documents.render(input);
  return { fileName: `${fileName}.pdf`, pdf: Buffer.from(pdf).toString('base64') };
}

/** How dates and numbers are written on a laboratory's paper. */
export function writingOf({ locale, timeZone }: Centre, printedAt: string) {
  return { locale, timeZone, printedAt };
}

/** The laboratory at the top of its paper. */
export function letterheadOf({ name, address, phone, email }: Centre): Letterhead {
  return { name, address, phone, email };
}

/** The patient as printed, as old as at an instant. */
export function patientOnPaper(patient: Patient, at: string, timeZone: string): DocumentPatient {
  const { fullName: name, number, sex, birth, phone } = patient;
  const age = birth && ageAt(birth, civilMoment(new Date(at), timeZone));
  return {
    name,
    number,
    sex,
    age: age ? formatAge(age) : undefined,
    dateOfBirth: birth?.precision === 'exact' ? birth.date : undefined,
    phone,
  };
}
