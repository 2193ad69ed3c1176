import { existsSync, writeFileSync } from 'node:fs';
import { parentPort, threadId } from 'node:worker_threads';

/** A document worker that dies or hangs when the number of the document says so. */
parentPort?.on('message', ({ id, input }: { id: number; input: { number?: string } }) => {
  const marker = process.env.ALIQUOT_TEST_MARKER ?? '';
  switch (input.number) {
    case 'die':
      process.exit(3);
      break;
    case 'dieOnce':
      if (!existsSync(marker)) {
        writeFileSync(marker, '');
        process.exit(3);
      }
      break;
    case 'throw':
      throw new Error('worker is broken');
    case 'hang':
      for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  }
  const made = input.number === 'thread' ? `thread ${threadId}` : `made ${input.number}`;
  const pdf = new TextEncoder().encode(made);
  parentPort?.postMessage({ id, pdf }, [pdf.buffer]);
});
