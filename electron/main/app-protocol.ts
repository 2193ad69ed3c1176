import { protocol } from 'electron';
import { pageResponse, serveFile } from './static-files.ts';

const SCHEME = 'app';
const HOST = 'aliquot';

/** The only origin a window may show. */
const APP_ORIGIN = `${SCHEME}://${HOST}`;
/** The first page of the renderer. */
export const START_PAGE = `${APP_ORIGIN}/`;
/** The page that says why there is no core. */
export const CORE_FAILED_PAGE = `${APP_ORIGIN}/-/core-failed`;
/** The page that says that the screens themselves keep crashing. */
export const PAGE_CRASHED_PAGE = `${APP_ORIGIN}/-/page-crashed`;
/** The link on those pages; the navigation guard acts on it, no request is ever made. */
export const TRY_AGAIN = `${APP_ORIGIN}/-/try-again`;

/** Makes app:// a secure origin of its own. Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

/**
 * Answers app:// from the built renderer.
 * @param rendererFolder absolute
 * @param ownPages the pages that main itself makes: address → HTML as it is now
 */
export function serveApp(rendererFolder: string, ownPages: Readonly<Record<string, () => string>>): void {
  protocol.handle(SCHEME, async (request) => {
    if (new URL(request.url).host !== HOST) return new Response(null, { status: 404 });
    const page = ownPages[request.url];
    return page ? pageResponse(page()) : serveFile(rendererFolder, request.method, request.url);
  });
}

/** Whether an address is a page of ours. Compared by parts: `startsWith` would take app://aliquot.example for ours. */
export function isAppUrl(address: string): boolean {
  try {
    const { protocol: scheme, host } = new URL(address);
    return scheme === `${SCHEME}:` && host === HOST;
  } catch {
    return false;
  }
}
