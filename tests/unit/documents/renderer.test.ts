import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createDocumentRenderer,
  DocumentError,
  type DocumentRenderer,
} from '../../../electron/core/documents/renderer.ts';
import { waitFor } from '../../support/wait-for.ts';
import { sampleLabels, sampleReceipt, sampleReport } from './samples.ts';

const text = (pdf: Uint8Array) => new TextDecoder().decode(pdf);

describe('the renderer with its worker thread', () => {
  let renderer: DocumentRenderer;
  beforeEach(() => {
    renderer = createDocumentRenderer();
  });
  afterEach(() => renderer.close());

  it('makes documents of every kind, asked for at once', async () => {
    const pdfs = await Promise.all([
      renderer.render(sampleReport(['CRP'])),
      renderer.render(sampleReceipt()),
      renderer.render(sampleLabels()),
    ]);
    for (const pdf of pdfs) expect(text(pdf.subarray(0, 5))).toBe('%PDF-');
  });

  it('leaves this thread free meanwhile', async () => {
    await renderer.render(sampleLabels());
    let turns = 0;
    const counter = setInterval(() => turns++, 1);
    await Promise.all(Array.from({ length: 5 }, () => renderer.render(sampleReport())));
    clearInterval(counter);
    expect(turns).toBeGreaterThan(20);
  });

  it('says what is wrong with an input, and goes on with the next', async () => {
    const wrong = renderer.render({ ...sampleReceipt(), currency: 'dirham' });
    const right = renderer.render(sampleLabels());
    await expect(wrong).rejects.toThrow(DocumentError);
    await expect(wrong).rejects.toThrow(/currency/);
    expect((await right).length).toBeGreaterThan(1000);
  });

  it('refuses what cannot be sent to a worker, and goes on', async () => {
    const notData = { ...sampleLabels(), labels: (() => []) as never };
    await expect(renderer.render(notData)).rejects.toThrow(/not plain data/);
    expect((await renderer.render(sampleLabels())).length).toBeGreaterThan(1000);
  });

  it('refuses documents once it is closed', async () => {
    await renderer.close();
    await expect(renderer.render(sampleLabels())).rejects.toThrow(/closed/);
  });
});

describe('the renderer when its worker fails', () => {
  const workerUrl = new URL('./dying-worker.ts', import.meta.url);
  const numbered = (number: string) => sampleReceipt({ number });
  let folder: string;
  let renderer: DocumentRenderer;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aliquot-worker-'));
    process.env.ALIQUOT_TEST_MARKER = join(folder, 'died');
    renderer = createDocumentRenderer({ workerUrl, timeoutMs: 2000 });
  });
  afterEach(async () => {
    await renderer.close();
    delete process.env.ALIQUOT_TEST_MARKER;
    rmSync(folder, { recursive: true });
  });

  it('makes the document again in a new worker, and then the ones that waited', async () => {
    const made: string[] = [];
    const wanted = ['dieOnce', 'B', 'C'];
    await Promise.all(wanted.map(async (number) => made.push(text(await renderer.render(numbered(number))))));
    expect(made).toEqual(['made dieOnce', 'made B', 'made C']);
  });

  it.each(['die', 'throw'])('gives up a document that kills it twice (%s), not the others', async (number) => {
    const killer = renderer.render(numbered(number));
    const other = renderer.render(numbered('B'));
    await expect(killer).rejects.toThrow(/could not be made: (exit code 3|worker is broken)/);
    expect(text(await other)).toBe('made B');
  });

  it('ends a document that takes too long', async () => {
    const hanging = renderer.render(numbered('hang'));
    const other = renderer.render(numbered('B'));
    await expect(hanging).rejects.toThrow(/not ready after 2000 ms/);
    expect(text(await other)).toBe('made B');
  });

  it('rejects what waits when it is closed', async () => {
    const waiting = ['hang', 'B'].map((number) => renderer.render(numbered(number)));
    const outcome = Promise.allSettled(waiting);
    await renderer.close();
    expect((await outcome).map((result) => result.status)).toEqual(['rejected', 'rejected']);
  });

  it('keeps the worker while there is work, gives it back when idle, and starts it again when needed', async () => {
    const first = text(await renderer.render(numbered('thread')));
    expect(text(await renderer.render(numbered('thread')))).toBe(first);
    const eager = createDocumentRenderer({ workerUrl, idleMs: 1 });
    const thread = text(await eager.render(numbered('thread')));
    await waitFor(async () => text(await eager.render(numbered('thread'))) !== thread, { every: 20 });
    await eager.close();
  });
});
