import type { BrowserWindow } from 'electron';
import { PAGE_CRASHED_PAGE } from './app-protocol.ts';
import { restartPolicy } from './restart-policy.ts';

/** Loads a page into a window. A load that another one overtakes is not an error. */
export function show(window: BrowserWindow, address: string): void {
  if (window.isDestroyed()) return;
  window.loadURL(address).catch((error: unknown) => console.error(`${address} was not shown:`, String(error)));
}

/**
 * Loads a window's page again when its process crashed; after too many crashes a page that says so.
 * @param startPage what the window should show now
 */
export function recoverPage(window: BrowserWindow, startPage: () => string): void {
  const policy = restartPolicy();
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    const delay = policy.crashed(performance.now());
    if (delay === 'give-up') {
      policy.reset();
      show(window, PAGE_CRASHED_PAGE);
    } else {
      setTimeout(() => show(window, startPage()), delay);
    }
  });
}
