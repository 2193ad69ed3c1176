import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runChain } from './chain.ts';
import { chromiumFile, type HeadlessLab, openHeadlessLab } from './headless-lab.ts';

let lab: HeadlessLab;

describe.skipIf(!existsSync(chromiumFile))(
  `the main job in Chromium against the headless core (${chromiumFile})`,
  () => {
    beforeAll(async () => {
      lab = await openHeadlessLab();
    });
    afterAll(() => lab?.close());

    it('goes from registration to the mailed report offline, and head office has it when the line is mended', async () => {
      const page = await lab.browser.newPage({ viewport: { width: 1280, height: 720 } });
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(lab.address);
      await runChain(page, 'browser');
      expect(errors).toEqual([]);
    });
  },
);
