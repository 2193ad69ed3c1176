import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { E2E_APP } from './app-folder.ts';
import { type Display, openDisplay } from './display.ts';
import { installApp } from './installed-app.ts';

const run = promisify(execFile);
/** How long a start may take on a busy machine, ms. */
const LAUNCH_MS = 40_000;
const BUILD = join(import.meta.dirname, 'build.ts');

/** Electron's binary, or why there is none. */
export function electronBinary(): { path: string } | { missing: string } {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (folder === undefined || folder === '') return { missing: 'ELECTRON_OVERRIDE_DIST_PATH is not set' };
  const path = join(folder, process.platform === 'win32' ? 'electron.exe' : 'electron');
  return existsSync(path) ? { path } : { missing: `ELECTRON_OVERRIDE_DIST_PATH holds no Electron: ${path}` };
}

/** For `describe.skipIf` and the name of a suite: undefined when tests in real Electron can run. */
export function electronSkipReason(): string | undefined {
  const binary = electronBinary();
  return 'missing' in binary ? binary.missing : undefined;
}

/** Builds the whole app for the tests' Electron where it changed; gives its folder. */
export async function buildApp(): Promise<string> {
  await run(process.execPath, [BUILD], { maxBuffer: 64 * 1024 * 1024 });
  return E2E_APP;
}

/** Builds main and preload alone into a folder. */
export async function buildShell(folder: string): Promise<void> {
  await run(process.execPath, [BUILD, '--shell', folder]);
}

/** One machine as far as the app can tell: a display, a home folder, and the apps started there. */
export class Desk {
  /** Holds the app's profile; gone after `close`. */
  readonly home: string;
  private readonly display: Display;
  private readonly apps: ElectronApplication[] = [];
  private readonly installed = new Map<string, string>();

  private constructor(display: Display) {
    this.display = display;
    this.home = mkdtempSync(join(tmpdir(), 'aliquot-desk-'));
  }

  static async open(): Promise<Desk> {
    return new Desk(await openDisplay());
  }

  /**
   * Starts the app in an app folder and waits for its first window.
   * @param args `--data <folder>`, `--demo`
   * @param anew called before a start that is tried again, to wipe what the app that hung may have written
   */
  async launch(
    appFolder: string,
    args: readonly string[],
    anew: () => void = () => {},
  ): Promise<{ app: ElectronApplication; page: Page }> {
    const app = await this.attached(appFolder, args, anew);
    this.apps.push(app);
    return { app, page: await app.firstWindow({ timeout: LAUNCH_MS }) };
  }

  /** Now and then the debugger does not attach to a starting Electron, and never will: that app is ended and started anew. */
  private async attached(
    appFolder: string,
    args: readonly string[],
    anew: () => void,
    triesLeft = 2,
  ): Promise<ElectronApplication> {
    const executablePath = this.install(appFolder);
    try {
      return await _electron.launch({ executablePath, args: this.argv(args), env: this.env(), timeout: LAUNCH_MS });
    } catch (error) {
      if (triesLeft === 0) throw error;
      anew();
      return this.attached(appFolder, args, anew, triesLeft - 1);
    }
  }

  /** Starts the app as a person would start it a second time; resolves with its exit code. */
  async launchAgain(appFolder: string, args: readonly string[]): Promise<number> {
    const child = execFile(this.install(appFolder), this.argv(args), { env: this.env() });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? -1));
    });
  }

  /** Ends whatever still runs and removes the home folder. */
  async close(): Promise<void> {
    for (const app of this.apps) await app.close().catch(() => {});
    this.display.close();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The binary that runs an app folder, installed on this desk once. */
  private install(appFolder: string): string {
    const binary = electronBinary();
    if ('missing' in binary) throw new Error(binary.missing);
    const known = this.installed.get(appFolder);
    const installed = known ?? installApp(binary.path, appFolder, join(this.home, `runtime-${this.installed.size}`));
    this.installed.set(appFolder, installed);
    return installed;
  }

  private argv(args: readonly string[]): string[] {
    // As root, as in a container, Chromium's sandbox cannot be set up.
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    return [...asRoot, '--disable-gpu', ...args];
  }

  private env(): Record<string, string> {
    const config = join(this.home, 'config');
    mkdirSync(config, { recursive: true });
    const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return { ...Object.fromEntries(inherited), DISPLAY: this.display.name, HOME: this.home, XDG_CONFIG_HOME: config };
  }
}
