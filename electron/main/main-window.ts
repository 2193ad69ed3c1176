import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import {
  clampZoom,
  fitToDisplays,
  loadWindowState,
  nextZoom,
  SMALLEST_WINDOW,
  saveWindowState,
  type WindowState,
} from './window-state.ts';
import { words } from './words.ts';

/** A second window opens so far beside the first, pixels. */
const CASCADE = 32;
/** The state is written when a window has come to rest for so long, ms. */
const REST_MS = 500;

/** Opens the app's windows and remembers how they were left. */
export class MainWindows {
  private readonly preload: string;
  private readonly icon: string;
  private readonly stateFile: string;
  private state: WindowState;

  /** @param dist absolute folder of the bundles @param profile absolute folder of this start's profile */
  constructor(dist: string, profile: string) {
    this.preload = join(dist, 'preload', 'preload.cjs');
    this.icon = join(dist, 'main', 'icon.png');
    this.stateFile = join(profile, 'window.json');
    this.state = loadWindowState(this.stateFile);
  }

  /** Opens a window; the page is the caller's to load. */
  open(): BrowserWindow {
    const first = BrowserWindow.getAllWindows().length === 0;
    const window = new BrowserWindow({
      ...this.placeFor(first),
      minWidth: SMALLEST_WINDOW.width,
      minHeight: SMALLEST_WINDOW.height,
      title: words.appName,
      icon: this.icon,
      show: false,
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#1a1b1e' : '#ffffff',
      webPreferences: {
        preload: this.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        // Chromium's spell checker loads its dictionaries from the internet, and would mark every patient's name.
        spellcheck: false,
        // Chromium's PDF viewer, for the preview of printed documents, counts as a plug-in.
        plugins: true,
        // A window behind another goes on receiving results.
        backgroundThrottling: false,
      },
    });
    if (first && this.state.maximized) window.maximize();
    if (first && this.state.fullScreen) window.setFullScreen(true);
    window.once('ready-to-show', () => window.show());
    window.on('page-title-updated', (event) => event.preventDefault());
    this.keepZoom(window);
    this.keepState(window);
    return window;
  }

  /** Brings the app to the front, from wherever it is. */
  focus(): void {
    const [window] = BrowserWindow.getAllWindows();
    if (!window) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
    app.focus({ steal: true });
  }

  /** Sets the size of everything in a window, within 80 % and 200 %, and keeps it. */
  zoom(window: BrowserWindow, direction: 'in' | 'out' | 'reset'): void {
    const factor = direction === 'reset' ? 1 : nextZoom(window.webContents.getZoomFactor(), direction);
    window.webContents.setZoomFactor(clampZoom(factor));
    this.save(window);
  }

  private placeFor(first: boolean): Electron.BrowserWindowConstructorOptions {
    const primary = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
    const workAreas = [primary, ...others].map(({ workArea }) => workArea);
    const beside = BrowserWindow.getFocusedWindow()?.getNormalBounds();
    const wanted = first || !beside ? this.state.bounds : { ...beside, x: beside.x + CASCADE, y: beside.y + CASCADE };
    return fitToDisplays(wanted, workAreas) ?? { width: 1360, height: 850 };
  }

  private keepZoom(window: BrowserWindow): void {
    const { webContents } = window;
    webContents.on('did-finish-load', () => webContents.setZoomFactor(this.state.zoom));
    webContents.on('zoom-changed', (_event, direction) => this.zoom(window, direction));
  }

  private keepState(window: BrowserWindow): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => this.save(window), REST_MS);
    };
    window.on('resize', soon);
    window.on('move', soon);
    window.on('close', () => {
      clearTimeout(timer);
      this.save(window);
    });
  }

  private save(window: BrowserWindow): void {
    if (window.isDestroyed()) return;
    this.state = {
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
      fullScreen: window.isFullScreen(),
      zoom: clampZoom(window.webContents.getZoomFactor()),
    };
    try {
      saveWindowState(this.stateFile, this.state);
    } catch (error) {
      // A full disk costs the window's place, nothing else; the core reports it where it matters.
      console.error('The window state could not be kept:', error);
    }
  }
}
