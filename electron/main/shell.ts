import { join } from 'node:path';
import { app, type BrowserWindow, type MessagePortMain, powerMonitor, session } from 'electron';
import { CORE_FAILED_PAGE, PAGE_CRASHED_PAGE, START_PAGE, serveApp, TRY_AGAIN } from './app-protocol.ts';
import type { Arguments, Folders } from './arguments.ts';
import { startCore } from './core-process.ts';
import { type CoreRequest, CoreSupervisor } from './core-supervisor.ts';
import { failurePage } from './failure-page.ts';
import { guardContents, guardSession } from './guards.ts';
import { HelperProcesses } from './helper-processes.ts';
import { MainWindows } from './main-window.ts';
import { setMenu } from './menu.ts';
import { recoverPage, show } from './page-recovery.ts';
import { PortBroker } from './port-broker.ts';
import { restartPolicy } from './restart-policy.ts';
import { secretReply } from './secrets.ts';
import { words } from './words.ts';

/** How long the core may take to close before it is ended, ms. */
const SHUTDOWN_MS = 10_000;
/** A second start hands over its command line; more than this is not one of ours. */
const MOST_ARGUMENTS = 64;

/** The running app: windows on one side, the core on the other, and what happens between them. */
export class Shell {
  private readonly rendererFolder: string;
  private readonly windows: MainWindows;
  private readonly supervisor: CoreSupervisor<MessagePortMain>;
  private readonly broker: PortBroker;
  private readonly helpers: HelperProcesses;
  private readonly open = new Set<BrowserWindow>();
  private coreStopped = false;

  /** @param dist absolute folder of the bundles */
  constructor(dist: string, options: Arguments, folders: Folders) {
    const nodeFolder = unpacked(join(dist, 'node'));
    this.rendererFolder = join(dist, 'renderer');
    this.windows = new MainWindows(dist, folders.profile);
    this.supervisor = new CoreSupervisor<MessagePortMain>({
      start: () => startCore(nodeFolder, folders.data, options.demo),
      policy: restartPolicy(),
      shutdownMs: SHUTDOWN_MS,
      now: () => performance.now(),
      onReady: () => this.broker.connectAll(),
      onLost: () => {
        this.helpers.stopAll();
        this.broker.announceLoss();
      },
      onFailure: () => {
        for (const window of this.open) show(window, CORE_FAILED_PAGE);
      },
      onMessage: (request) => this.answer(request),
    });
    this.broker = new PortBroker(this.supervisor);
    this.helpers = new HelperProcesses(nodeFolder, (message) => this.supervisor.post(message));
  }

  /** Takes over the app. Called once, before the app is ready. */
  run(): void {
    guardContents((contents) => {
      this.supervisor.start();
      for (const window of this.open) if (window.webContents === contents) show(window, START_PAGE);
    });
    app.on('second-instance', (_event, _argv, _cwd, handedOver) => this.secondStart(handedOver));
    app.on('activate', () => {
      if (this.open.size === 0) this.openWindow();
    });
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') app.quit();
    });
    app.on('will-quit', (event) => {
      if (this.coreStopped) return;
      event.preventDefault();
      void this.stopCore();
    });
    void app.whenReady().then(() => this.ready());
  }

  private ready(): void {
    guardSession(session.defaultSession);
    serveApp(this.rendererFolder, {
      [CORE_FAILED_PAGE]: () => failurePage(this.supervisor.failure ?? words.coreNotRunning, TRY_AGAIN),
      [PAGE_CRASHED_PAGE]: () => failurePage(words.pageCrashed, TRY_AGAIN),
    });
    setMenu({
      newWindow: () => this.openWindow(),
      zoom: (window, direction) => this.windows.zoom(window, direction),
    });
    powerMonitor.on('shutdown', () => app.quit());
    this.supervisor.start();
    this.openWindow();
  }

  private openWindow(): void {
    const window = this.windows.open();
    const startPage = (): string => (this.supervisor.failure ? CORE_FAILED_PAGE : START_PAGE);
    this.open.add(window);
    window.on('closed', () => this.open.delete(window));
    this.broker.admit(window.webContents);
    recoverPage(window, startPage);
    show(window, startPage());
  }

  private secondStart(handedOver: unknown): void {
    if (this.open.size === 0) this.openWindow();
    this.windows.focus();
    this.supervisor.post({ type: 'second-start', argv: argumentsOf(handedOver) });
  }

  private answer(request: CoreRequest): void {
    switch (request.type) {
      case 'secret':
        this.supervisor.post(secretReply(request.id, request.op, request.value));
        break;
      case 'start-helper':
        this.helpers.start(request.id, request.name, request.args);
        break;
      case 'stop-helper':
        this.helpers.stop(request.id);
        break;
      default:
        request satisfies never;
    }
  }

  /** The core closes before the app leaves, however the app was asked to quit. */
  private async stopCore(): Promise<void> {
    await this.supervisor.stop();
    this.coreStopped = true;
    this.helpers.stopAll();
    app.quit();
  }
}

/** In a package, what runs as a process of its own lies beside the archive (asarUnpack in build/electron-builder.ts). */
function unpacked(path: string): string {
  return path.replace(/([\\/]app\.asar)([\\/])/, '$1.unpacked$2');
}

/** The command line in what a second start handed over. Another process wrote it. */
function argumentsOf(handedOver: unknown): string[] {
  if (handedOver === null || typeof handedOver !== 'object' || !('argv' in handedOver)) return [];
  const { argv } = handedOver;
  if (!Array.isArray(argv)) return [];
  return argv.filter((item): item is string => typeof item === 'string').slice(0, MOST_ARGUMENTS);
}
