import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runChain } from './chain.ts';
import { executable, type HeadlessLab, startHeadlessLab } from './headless.ts';

describe.skipIf(!existsSync(executable))(`the main job in Chromium against the headless core (${executable})`, () => {
  let lab: HeadlessLab;

  beforeAll(async () => {
    lab = await startHeadlessLab();
  });
  afterAll(() => lab?.close());

  it('goes from registration to the mailed report offline, and head office has it when the line is mended', async () => {
    await runChain(await lab.newPage(), 'browser');
    expect(lab.errors).toEqual([]);
  });
});
