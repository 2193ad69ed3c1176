import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDevicesRouter } from '../../../electron/core/devices/index.ts';
import { toApiError } from '../../../electron/core/kernel/index.ts';
import { centreOf } from '../../../electron/core/setup/index.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import { loggedInAs } from '../../support/api-context.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

const program = fileURLToPath(new URL('../../../electron/demo/simulator/main.ts', import.meta.url));

let lab: DemoDevices;
beforeAll(async () => {
  lab = await openDemoDevices();
});
afterAll(() => lab.dispose());

/** Measures a sample with the simulator's program, as `npm run simulate` does; the first result stored of it. */
async function simulate(driver: string, protocol: 'astm' | 'mllp' | 'vidas', timeZone: string, deviceZone?: string) {
  const id = lab.add({
    driver,
    protocol,
    connection: { kind: 'tcpServer', host: '127.0.0.1', port: 0, allowedPeers: [] },
    settings: { timeZone: deviceZone },
  });
  const port = await waitFor(() => lab.service.state(id)?.port);
  const args = ['--driver', driver, '--port', String(port), '--sample', 'ZONE-1', '--once', '--time-zone', timeZone];
  const child = spawn(process.execPath, [program, ...args], { stdio: 'ignore' });
  const [result] = await waitFor(() => (lab.results(id).length > 0 ? lab.results(id) : undefined), { timeout: 30_000 });
  child.kill();
  return result;
}

it('takes a simulated instrument’s clock for right in the laboratory’s time, and in a zone that both sides are set to', async () => {
  const { timeZone } = centreOf(lab.kernel.reads());
  const here = await simulate('generic-astm', 'astm', timeZone);
  expect(here?.clockOffMinutes).toBeUndefined();
  const abroad = await simulate('generic-hl7', 'mllp', 'America/New_York', 'America/New_York');
  expect(abroad?.clockOffMinutes).toBeUndefined();
  for (const result of [here, abroad]) {
    const received = civilMoment(new Date(result?.receivedAt ?? ''), timeZone);
    expect(Math.abs(Date.parse(`${result?.resultAt}Z`) - Date.parse(`${received}Z`))).toBeLessThan(120_000);
  }
  const unset = await simulate('generic-astm', 'astm', 'America/New_York');
  expect(unset?.clockOffMinutes).toBeLessThan(-7 * 60);
}, 60_000);

it('refuses a time zone that does not exist, at its field', async () => {
  const session = lab.kernel.systemSession('test');
  const api = createDevicesRouter(lab.service).createCaller(
    loggedInAs({ kernel: lab.kernel, session }, ['device.configure']),
  );
  const error = await api
    .save({
      ...{ name: 'X', driver: 'generic-astm', protocol: 'astm', enabled: true, settings: { timeZone: 'Mars/Base' } },
      connection: { kind: 'tcpServer', host: '127.0.0.1', port: 0, allowedPeers: [] },
    })
    .catch((thrown: unknown) => toApiError(thrown, lab.kernel));
  expect(error).toMatchObject({ kind: 'validation', errors: [{ field: 'settings.timeZone' }] });
});
