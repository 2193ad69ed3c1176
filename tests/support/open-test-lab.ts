import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { RequestContext } from '../../electron/core/kernel/index.ts';
import { type Lab, openLab } from '../../electron/core/lab.ts';
import { fillDemoLab } from '../../electron/demo/fill-demo-lab.ts';

/** A whole lab, wired as in the app, with the demo's data and without its surroundings. */
export interface TestLab {
  readonly lab: Lab;
  readonly folder: string;
  /** Calls the API as a person who logged in by this name; undefined: without a session. */
  as(username?: string): Promise<ReturnType<Lab['router']['createCaller']>>;
  /** The context of such calls, with its statement counter. */
  context(username?: string): Promise<RequestContext>;
  dispose(): Promise<void>;
}

/** Opens the lab in a temporary folder. Everybody's password is the demo's. */
export async function openTestLab(): Promise<TestLab> {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-lab-'));
  const log = pino({ level: process.env.ALIQUOT_TEST_LOG ?? 'silent' });
  const empty = await openLab(folder, { mode: 'headless', log });
  await fillDemoLab(empty.kernel);
  await empty.close();
  const lab = await openLab(folder, { mode: 'headless', log });
  const tokens = new Map<string, string>();
  const context = async (username?: string): Promise<RequestContext> => {
    const connection: RequestContext['connection'] = { sessionToken: username && tokens.get(username) };
    const made = { kernel: lab.kernel, connection, counter: { statements: 0, rows: 0 } };
    if (username && !tokens.has(username)) {
      const { token } = await lab.router.createCaller(made).auth.login({ username, password: 'aliquot-demo' });
      tokens.set(username, token);
    }
    return made;
  };
  return {
    lab,
    folder,
    context,
    as: async (username) => lab.router.createCaller(await context(username)),
    async dispose() {
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
