import { type IpcMainEvent, ipcMain, MessageChannelMain, type MessagePortMain, type WebContents } from 'electron';
import { isAppUrl } from './app-protocol.ts';
import type { ToCore } from './core-messages.ts';

/** The part of the supervisor that a broker needs. */
interface Core {
  readonly state: string;
  post(message: ToCore, ports: MessagePortMain[]): void;
}

/**
 * Gives each page its pipe to the core: one when the page asks, and a new one whenever the core was restarted. The page
 * and the core talk over it directly; main sees none of it.
 */
export class PortBroker {
  private readonly core: Core;
  /** Pages that asked since they were loaded. */
  private readonly asked = new Set<WebContents>();

  constructor(core: Core) {
    this.core = core;
    ipcMain.on('core-port-request', (event) => this.request(event));
  }

  /** Watches one window's page; a page of a window not admitted gets nothing. */
  admit(contents: WebContents): void {
    contents.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) this.asked.delete(contents);
    });
    contents.on('destroyed', () => {
      this.asked.delete(contents);
      this.admitted.delete(contents);
    });
    this.admitted.add(contents);
  }

  /** The core is ready: every page that waits gets its pipe. */
  connectAll(): void {
    for (const contents of this.asked) this.connect(contents);
  }

  /** The core is gone: tells every page that its pipe is dead, so that it can say so until the next one comes. */
  announceLoss(): void {
    for (const contents of this.asked) contents.postMessage('core-port-lost', null);
  }

  private readonly admitted = new Set<WebContents>();

  private request(event: IpcMainEvent): void {
    const { sender, senderFrame } = event;
    const fromOurPage =
      this.admitted.has(sender) &&
      senderFrame === sender.mainFrame &&
      senderFrame !== null &&
      isAppUrl(senderFrame.url);
    if (!fromOurPage) return;
    this.asked.add(sender);
    if (this.core.state === 'ready') this.connect(sender);
  }

  private connect(contents: WebContents): void {
    const { port1, port2 } = new MessageChannelMain();
    this.core.post({ type: 'connect', windowId: contents.id }, [port1]);
    contents.postMessage('core-port', null, [port2]);
  }
}
