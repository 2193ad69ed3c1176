import type { TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { type DocumentInput, documentInputSchema } from '../../../shared/documents/schema.ts';
import { creditNoteDefinition } from './credit-note.ts';
import { dayCloseDefinition } from './day-close.ts';
import { invoiceDefinition } from './invoice.ts';
import { labelsDefinition } from './labels.ts';
import { listingDefinition } from './listing.ts';
import { toPdf } from './pdf.ts';
import { receiptDefinition } from './receipt.ts';
import { reportDefinition } from './report.ts';

/**
 * The PDF of a document. The input is checked first: a ZodError names what is wrong in it. Throws RangeError for a locale
 * or time zone that does not exist and for a barcode that does not fit its label.
 */
export async function renderDocument(input: DocumentInput): Promise<Uint8Array<ArrayBuffer>> {
  return toPdf(definitionOf(documentInputSchema.parse(input)));
}

/** What pdfmake lays out for a document. */
export function definitionOf(input: DocumentInput): TDocumentDefinitions {
  switch (input.kind) {
    case 'receipt':
      return receiptDefinition(input);
    case 'creditNote':
      return creditNoteDefinition(input);
    case 'dayClose':
      return dayCloseDefinition(input);
    case 'invoice':
      return invoiceDefinition(input);
    case 'labels':
      return labelsDefinition(input);
    case 'listing':
      return listingDefinition(input);
    case 'report':
      return reportDefinition(input);
    default:
      return input satisfies never;
  }
}
