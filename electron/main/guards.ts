import { app, type Session, type WebContents } from 'electron';
import { isAppUrl, TRY_AGAIN } from './app-protocol.ts';

/** Copying an accession number to the clipboard: text out of our own page, after a person's click. Nothing else. */
const ALLOWED_PERMISSION = 'clipboard-sanitized-write';

/** What a page may load: itself, and what it made itself. devtools: is the developer's own window. */
const LOCAL_SCHEMES: ReadonlySet<string> = new Set([
  'app:',
  'blob:',
  'data:',
  'devtools:',
  'chrome-extension:',
  'chrome:',
]);

/**
 * Denies every window what no page of ours needs: leaving the app, new windows, webviews, permissions, remote content.
 * @param onTryAgain a person followed the failure page's link
 */
export function guardContents(onTryAgain: (contents: WebContents) => void): void {
  app.on('web-contents-created', (_created, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.on('will-navigate', (event, address) => {
      if (address === TRY_AGAIN) {
        event.preventDefault();
        onTryAgain(contents);
      } else if (!isAppUrl(address)) {
        event.preventDefault();
      }
    });
    contents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame && !isFramePreview(event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event, address) => {
      if (!isAppUrl(address)) event.preventDefault();
    });
  });
}

/** A frame inside a page shows a document that the page made, by Chromium's PDF viewer, and nothing else. */
function isFramePreview(address: string): boolean {
  const { protocol } = new URL(address);
  return protocol === 'blob:' || protocol === 'chrome-extension:' || address === 'about:blank';
}

/** Denies permissions, devices and every request that would leave the machine, for all pages of a session. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    answer(permission === ALLOWED_PERMISSION && details.isMainFrame && isAppUrl(contents.getURL()));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === ALLOWED_PERMISSION && isAppUrl(origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !LOCAL_SCHEMES.has(new URL(details.url).protocol) });
  });
}
