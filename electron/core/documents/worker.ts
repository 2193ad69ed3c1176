import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import type { DocumentInput } from '../../../shared/documents/schema.ts';
import { renderDocument } from './render.ts';

/** What the renderer sends: a document to make. */
export interface RenderRequest {
  readonly id: number;
  readonly input: DocumentInput;
}

/** What comes back: the bytes, or why there are none. */
export type RenderAnswer =
  | { readonly id: number; readonly pdf: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly error: string };

const port = parentPort;
if (port === null) throw new Error('the document worker runs in a worker thread only');

port.on('message', async ({ id, input }: RenderRequest) => {
  try {
    const pdf = await renderDocument(input);
    port.postMessage({ id, pdf } satisfies RenderAnswer, [pdf.buffer]);
  } catch (cause) {
    port.postMessage({ id, error: explain(cause) } satisfies RenderAnswer);
  }
});

/** What went wrong, in one text: a wrong input with the path of each field. */
function explain(cause: unknown): string {
  if (cause instanceof z.ZodError) return z.prettifyError(cause);
  return cause instanceof Error ? cause.message : String(cause);
}
