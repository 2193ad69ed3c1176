import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../../electron/core/lab.ts';
import { setupOf } from '../../../electron/core/setup/index.ts';
import { type Helper, startNodeHelper } from '../../../electron/demo/start-helper.ts';
import { loggedInAs } from '../../support/api-context.ts';
import { waitFor } from '../../support/wait-for.ts';

let folder: string;
let lab: Lab;
const helpers = new Map<string, Helper>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aliquot-demo-'));
  lab = await openLab(folder, {
    mode: 'headless',
    demo: true,
    log: pino({ level: 'silent' }),
    startHelper: (name, args, on) => {
      const helper = startNodeHelper(name, args, on);
      helpers.set(name, helper);
      return helper;
    },
  });
});
afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

const demo = () => {
  const session = lab.kernel.systemSession('Test');
  return lab.router.createCaller(loggedInAs({ kernel: lab.kernel, session }, ['sync.configure', 'message.read'])).demo;
};
const running = async (name: string) => (await demo().state())?.helpers.find((one) => one.name === name)?.running;
const mailPort = () => setupOf(lab.kernel.reads(), 'mailServer')[0]?.port;

describe('what surrounds the demo laboratory', { timeout: 90_000 }, () => {
  it('comes up beside it: the lab is open at once, and head office is in step when it is there', async () => {
    await waitFor(async () => (await demo().state())?.lineUp === true, { timeout: 40_000 });
    await waitFor(() => lab.health().headOffice.state === 'synced', { timeout: 40_000 });
  });

  it('has a line to head office that can be cut and mended', async () => {
    expect((await demo().setLine({ up: false })).lineUp).toBe(false);
    await waitFor(() => lab.health().headOffice.state === 'offline');
    expect((await demo().setLine({ up: true })).lineUp).toBe(true);
    await waitFor(() => lab.health().headOffice.state === 'synced');
  });

  it('starts a helper again that ended, and points the settings to it', async () => {
    await waitFor(() => running('mail-sink'), { timeout: 40_000 });
    expect(await demo().inbox()).toEqual([]);
    const before = mailPort();
    helpers.get('mail-sink')?.stop();
    await waitFor(async () => !(await running('mail-sink')));
    await expect(demo().inbox()).rejects.toThrow('is starting');
    await waitFor(() => running('mail-sink'), { timeout: 40_000 });
    expect(mailPort()).not.toBe(before);
    expect(await demo().inbox()).toEqual([]);
  });

  it('has a simulated instrument for each of its own analyzers, says so, and ends it when the analyzer moves; none for others', async () => {
    const session = lab.kernel.systemSession('Test');
    const person = { ...session, actorId: 'somebody' };
    const simulated = async () => (await demo().state())?.simulated ?? [];
    const add = (driver: string, port: number, by = session) =>
      lab.kernel.change(by, (work) =>
        work.insert('setup', {
          ...{ kind: 'device', name: 'Twin', driver, protocol: 'astm', settings: {}, enabled: true },
          connection: { kind: 'tcpServer', host: '127.0.0.1', port, allowedPeers: [] },
        }),
      );
    const own = add('sysmex-xn', 0, person);
    const first = add('sysmex-xn', 0);
    await waitFor(async () => (await simulated()).includes(first.id), { timeout: 40_000 });
    const port = await waitFor(() => lab.devices.state(first.id)?.port);
    lab.kernel.change(session, (work) => work.update('setup', work.need('setup', first.id), { enabled: false }));
    await waitFor(async () => !(await simulated()).includes(first.id));
    const second = add('sysmex-xp', port);
    await waitFor(() => lab.devices.state(second.id)?.peers.length === 1, { timeout: 40_000 });
    expect(await simulated()).toContain(second.id);
    expect(await simulated()).not.toContain(own.id);
    expect(lab.devices.state(own.id)).toMatchObject({ state: 'waiting', peers: [] });
  });
});
