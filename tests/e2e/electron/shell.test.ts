import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Desk, electronSkipReason } from './launch.ts';
import { buildStandInApp, connected, coreLog, dataFolder, wipeLogs } from './stand-in-app.ts';

const skip = electronSkipReason();
const TIMEOUT = { timeout: 60_000, interval: 50 };

describe.skipIf(skip !== undefined)(
  `the Electron shell${skip ? ` (skipped: ${skip})` : ''}`,
  { timeout: 240_000 },
  () => {
    let folder: string;
    let desk: Desk;
    let data: string;

    beforeAll(async () => {
      folder = await buildStandInApp();
    }, 60_000);
    afterAll(() => {
      if (folder) rmSync(folder, { recursive: true, force: true });
    });
    beforeEach(async () => {
      desk = await Desk.open();
      data = dataFolder();
    });
    afterEach(async () => {
      await desk.close();
      rmSync(data, { recursive: true, force: true });
    }, 30_000);

    const start = (): Promise<{ app: ElectronApplication; page: Page }> =>
      desk.launch(folder, ['--data', data], () => wipeLogs(data));
    const windowsOf = (app: ElectronApplication): Promise<number> =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

    test('a page gets one port to the core, and a new one after a reload', async () => {
      const { page } = await start();
      const first = await connected(page);
      expect(page.url()).toBe('app://aliquot/');
      expect(coreLog(data)).toEqual([`started ${first.pid}`]);
      await page.reload();
      expect(await connected(page)).toEqual(first);
      expect(await page.evaluate(() => window.standIn.state.ports)).toBe(1);
    });

    test('a crashed core is restarted and every window gets a port to the new one', async () => {
      const { app, page } = await start();
      const first = await connected(page);
      const second = app.waitForEvent('window');
      await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items[0]?.submenu?.items[0]?.click());
      const other = await second;
      await connected(other);
      await page.evaluate(() => window.standIn.tell('crash'));
      const [after, otherAfter] = await Promise.all([connected(page, 2), connected(other, 2)]);
      expect(after.pid).not.toBe(first.pid);
      expect(otherAfter.pid).toBe(after.pid);
      expect(otherAfter.windowId).not.toBe(after.windowId);
      expect(await page.evaluate(() => window.standIn.state.lost)).toBe(1);
      expect(coreLog(data)).toEqual([`started ${first.pid}`, `started ${after.pid}`]);
    });

    test('a core that crashes again and again is left alone, with the reason on the page', async () => {
      writeFileSync(join(data, 'crash-at-start'), '');
      const { page } = await start();
      await page.waitForURL('app://aliquot/-/core-failed', { timeout: 40_000 });
      expect(coreLog(data)).toHaveLength(5);
      const text = await page.locator('main').textContent();
      expect(text).toContain('exit code 9');
      expect(text).toContain('the stand-in has no heart');
      rmSync(join(data, 'crash-at-start'));
      await page.getByRole('link', { name: 'Try again' }).click();
      await connected(page);
    });

    test('a core that cannot open says why, escaped, and is started again when asked', async () => {
      writeFileSync(join(data, 'refuse'), '');
      const { page } = await start();
      await page.waitForURL('app://aliquot/-/core-failed');
      expect(await page.locator('main').textContent()).toContain('Another <Aliquot> holds it.');
      expect(await page.title()).toBe('The data folder is in use');
      rmSync(join(data, 'refuse'));
      await page.getByRole('link', { name: 'Try again' }).click();
      await connected(page);
      expect(coreLog(data)).toHaveLength(2);
    });

    test('a crashed page is loaded again and reconnected', async () => {
      const { app, page } = await start();
      await connected(page);
      await app.evaluate(({ BrowserWindow }) => {
        BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
      });
      await expect.poll(() => coreLog(data, 'connections'), TIMEOUT).toHaveLength(2);
      expect(coreLog(data)).toHaveLength(1);
    });

    test('the page has no Node, no Electron and one way to the core', async () => {
      const { page } = await start();
      await connected(page);
      const names = ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron', 'electronBinding'];
      expect(await page.evaluate((list) => list.filter((name) => name in window), names)).toEqual([]);
    });

    test('a page that is not one of the app’s windows gets no port', async () => {
      const { app, page } = await start();
      await connected(page);
      const ports = await app.evaluate(async ({ app: shell, BrowserWindow, ipcMain }) => {
        const asked = new Promise((resolve) => ipcMain.once('core-port-request', resolve));
        const preload = `${shell.getAppPath()}/preload/preload.cjs`;
        const stranger = new BrowserWindow({ show: false, webPreferences: { preload } });
        await stranger.loadURL('app://aliquot/');
        await asked;
        const count: unknown = await stranger.webContents.executeJavaScript('window.standIn.state.ports');
        stranger.destroy();
        return count;
      });
      expect(ports).toBe(0);
    });

    test('leaving the app, new windows, remote content and permissions are denied', async () => {
      const { app, page } = await start();
      await connected(page);
      expect(await page.evaluate(() => window.open('https://example.com/'))).toBeNull();
      expect(await page.evaluate(() => window.open('app://aliquot/'))).toBeNull();
      expect(await windowsOf(app)).toBe(1);
      for (const address of ['https://example.com/', 'file:///etc/hosts', 'app://elsewhere/', 'data:text/html,x']) {
        await page.evaluate((target) => {
          location.href = target;
        }, address);
        expect(await page.evaluate(() => window.standIn.state.ports), address).toBe(1);
      }
      expect(page.url()).toBe('app://aliquot/');
      const fetched = page.evaluate(() =>
        fetch('http://127.0.0.1:9/')
          .then(() => 'loaded')
          .catch(() => 'refused'),
      );
      expect(await fetched).toBe('refused');
      const states = await page.evaluate(async () => {
        const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi'];
        const asked = names.map((name) => navigator.permissions.query({ name: name as PermissionName }));
        return (await Promise.all(asked)).map(({ state }) => state);
      });
      expect(new Set(states)).toEqual(new Set(['denied']));
    });

    test('requests leave the machine from no page at all, whatever its policy says', async () => {
      const { app, page } = await start();
      await connected(page);
      const outcome = await app.evaluate(async ({ BrowserWindow }) => {
        const window = new BrowserWindow({ show: false });
        const result = await window.loadURL('http://127.0.0.1:9/').catch((error: Error) => error.message);
        window.destroy();
        return result;
      });
      expect(outcome).toContain('ERR_BLOCKED_BY_CLIENT');
    });

    test('files come with a content security policy, from the renderer folder only', async () => {
      const { page } = await start();
      await connected(page);
      const fetched = await page.evaluate(async () => {
        const paths = ['/', '/page.js', '/patients/3', '/..%2fmain%2fmain.cjs', '/..%5cmain%5cmain.cjs', '/none.js'];
        const answers = await Promise.all(paths.map((path) => fetch(path)));
        return answers.map((answer) => [
          answer.status,
          answer.headers.get('content-type'),
          answer.headers.get('content-security-policy')?.includes("default-src 'none'; script-src 'self';"),
        ]);
      });
      expect(fetched).toEqual([
        [200, 'text/html; charset=utf-8', true],
        [200, 'text/javascript; charset=utf-8', true],
        [200, 'text/html; charset=utf-8', true],
        [404, null, true],
        [404, null, true],
        [404, null, true],
      ]);
    });

    test('inline script does not run', async () => {
      const { page } = await start();
      await connected(page);
      const ran = await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.intruded = true';
        document.body.append(script);
        return 'intruded' in window;
      });
      expect(ran).toBe(false);
    });

    test('a second start on the same data folder hands over its command line and leaves', async () => {
      const { app, page } = await start();
      await connected(page);
      expect(await desk.launchAgain(folder, ['--data', data])).toBe(0);
      await expect.poll(() => coreLog(data), TIMEOUT).toContain('second-start true');
      expect(await windowsOf(app)).toBe(1);
    });

    test('another data folder is another app', async () => {
      const { page } = await start();
      const first = await connected(page);
      const other = dataFolder();
      const second = await desk.launch(folder, ['--data', other]);
      expect((await connected(second.page)).pid).not.toBe(first.pid);
      await second.app.close();
      rmSync(other, { recursive: true, force: true });
    });

    test('the window comes back where it was left, with its zoom', async () => {
      const { app, page } = await start();
      await connected(page);
      const bounds = { x: 120, y: 90, width: 1100, height: 700 };
      await app.evaluate(({ BrowserWindow, Menu }, wanted) => {
        const [window] = BrowserWindow.getAllWindows();
        window?.setBounds(wanted);
        const items = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []);
        items?.find(({ label }) => label === 'Larger')?.click(undefined, window);
      }, bounds);
      await expect.poll(() => boundsOf(app)).toEqual(bounds);
      await app.close();
      const again = await start();
      await connected(again.page);
      expect(await boundsOf(again.app)).toEqual(bounds);
      await expect
        .poll(() =>
          again.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomFactor()),
        )
        .toBeCloseTo(1.1);
    });

    test.each([
      ['a quit', (app: ElectronApplication) => app.close()],
      ['SIGTERM', (app: ElectronApplication) => void app.process().kill('SIGTERM')],
      ['SIGINT', (app: ElectronApplication) => void app.process().kill('SIGINT')],
    ])('%s waits for the core to close', async (_name, end) => {
      const { app, page } = await start();
      await connected(page);
      const gone = new Promise((resolve) => app.process().once('exit', resolve));
      await end(app);
      await gone;
      expect(coreLog(data).slice(1)).toEqual(['closing', 'closed']);
    });

    test('main runs the helpers that the core may ask for, and no other program', async () => {
      const { page } = await start();
      await connected(page);
      await page.evaluate(() => window.standIn.tell('helper'));
      await expect.poll(() => coreLog(data), TIMEOUT).toContain('helper-line simulating hello');
      await page.evaluate(() => window.standIn.tell('bad-helper'));
      await expect.poll(() => coreLog(data), TIMEOUT).toContain('helper-exited -1');
      expect(coreLog(data).filter((line) => line.startsWith('started'))).toHaveLength(1);
    });

    test('a secret is encrypted by the key store, or the core is told that there is none', async () => {
      const { page } = await start();
      await connected(page);
      const { reply } = await page.evaluate(() => window.standIn.ask('secret'));
      const { value, error } = reply as { value?: string; error?: string };
      if (value === undefined) expect(error).toBeTruthy();
      else expect(Buffer.from(value, 'base64').toString('utf8')).not.toContain('a password');
    });
  },
);

function boundsOf(app: ElectronApplication): Promise<unknown> {
  return app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
}
