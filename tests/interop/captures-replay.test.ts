import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InteropCore, missesOf } from './core.ts';
import { hasSocat } from './pseudo-terminal.ts';
import { captures, capturesFolder } from './replay.ts';

let core: InteropCore;

/** The same as `npm run interop`, which prints what was stored. */
describe.skipIf(!existsSync(capturesFolder))('real analyzer messages into a real core (captures)', () => {
  beforeAll(async () => {
    core = await InteropCore.open();
  });
  afterAll(() => core.dispose());

  it.each(captures)('$file over TCP: every result with value, unit, flag, time and its place', async (capture) => {
    expect(missesOf(capture, await core.replay(capture, 'tcp'))).toEqual([]);
  });

  it.skipIf(!hasSocat).each(captures)('$file over a pseudo-terminal (socat)', async (capture) => {
    expect(missesOf(capture, await core.replay(capture, 'serial'))).toEqual([]);
  });
});
