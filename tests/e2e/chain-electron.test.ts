import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { runChain } from './chain.ts';
import { buildApp, Desk, electronSkipReason } from './electron/launch.ts';

const missing = electronSkipReason();
let desk: Desk;
let appFolder: string;

describe.skipIf(missing !== undefined)(
  `the main job in real Electron${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    beforeAll(async () => {
      appFolder = await buildApp();
      desk = await Desk.open();
    });
    afterAll(() => desk?.close());

    it('goes from registration to the mailed report offline, and head office has it when the line is mended', async () => {
      const { page } = await desk.launch(appFolder, ['--demo', '--data', join(desk.home, 'lab')]);
      await runChain(page, 'electron');
    });
  },
);
