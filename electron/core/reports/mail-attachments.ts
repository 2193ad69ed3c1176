import { emailPayloadSchema, type Job } from '../../../shared/communications/job.ts';
import { isoNow, type Kernel } from '../kernel/index.ts';
import type { PdfRenderer } from './paper.ts';
import { reportDocument } from './report-document.ts';

/** A file of an e-mail, made when it is sent. */
export interface MailAttachment {
  readonly filename: string;
  readonly content: Uint8Array;
  readonly contentType: string;
}

/** Renders the reports that an e-mail names, so that a corrected report leaves in its corrected form. Throws when one of them is not signed. */
export function reportAttachments(kernel: Kernel, documents: PdfRenderer) {
  return async (job: Pick<Job, 'payload'>): Promise<MailAttachment[]> => {
    const { reportIds } = emailPayloadSchema.parse(job.payload);
    if (reportIds.length === 0) return [];
    const document = reportDocument(kernel.reads(), reportIds, isoNow(kernel.clock));
    if (document.status === 'preliminary') throw new Error(`A report of ${document.number} is not signed`);
    const content = await documents.render(document);
    return [{ filename: `report-${document.number}.pdf`, content, contentType: 'application/pdf' }];
  };
}
