import { join } from 'node:path';
import type { DeviceService } from '../core/devices/index.ts';
import type { Kernel } from '../core/kernel/index.ts';
import { setupOf } from '../core/setup/index.ts';
import { fillDemoLab } from './fill-demo-lab.ts';
import { newToken } from './helper.ts';
import { type Helper, type HelperName, type StartHelper, startNodeHelper } from './start-helper.ts';

/** A mail as the demo's inbox shows it. */
export interface DemoMail {
  id: number;
  receivedAt: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  attachments: { name: string; size: number; contentType: string }[];
}

/** What the demo's surroundings are doing. */
export interface DemoState {
  /** The line to head office; undefined while head office is not running. */
  lineUp: boolean | undefined;
  helpers: { name: string; running: boolean }[];
}

/** A helper with its control port, once it said that it is ready. */
interface Controlled {
  readonly token: string;
  readonly ready: Promise<{ port: number; control: number }>;
}

/** Between two looks for analyzers whose simulation is not running. */
const lookEveryMs = 1000;
/** How often a simulated analyzer asks for work. */
const askEveryMs = 8000;

/** The demo laboratory's surroundings: simulated analyzers, head office and a mail server, each a process of its own. */
export class DemoControl {
  private readonly kernel: Kernel;
  private readonly devices: DeviceService;
  private readonly startHelper: StartHelper;
  private readonly running = new Map<string, Helper>();
  private headOffice: Controlled | undefined;
  private mailSink: Controlled | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lineUp: boolean | undefined;
  private closed = false;

  constructor(kernel: Kernel, devices: DeviceService, startHelper: StartHelper = startNodeHelper) {
    this.kernel = kernel;
    this.devices = devices;
    this.startHelper = startHelper;
  }

  /** Makes the fresh data folder the demo laboratory. */
  fill(): Promise<void> {
    return fillDemoLab(this.kernel);
  }

  /** Starts everything around the laboratory and points its settings there. */
  async start(): Promise<void> {
    if (this.timer) return;
    this.headOffice = this.startControlled('head-office', ['--folder', join(this.kernel.folder, 'demo-head-office')]);
    this.mailSink = this.startControlled('mail-sink', []);
    this.timer = setInterval(() => this.startSimulators(), lookEveryMs);
    const [office, mail] = await Promise.allSettled([this.headOffice.ready, this.mailSink.ready]);
    if (office.status === 'fulfilled') {
      this.lineUp = true;
      this.saveSetting('headOffice', { url: `http://127.0.0.1:${office.value.port}`, enabled: true });
    }
    if (mail.status === 'fulfilled') {
      const from = '"Creekside Medical Laboratory" <reports@creekside.example>';
      this.saveSetting('mailServer', { host: '127.0.0.1', port: mail.value.port, security: 'none', from });
    }
  }

  state(): DemoState {
    const names = ['head-office', 'mail-sink', ...this.devices.states().map((device) => `simulator ${device.name}`)];
    return { lineUp: this.lineUp, helpers: names.map((name) => ({ name, running: this.running.has(name) })) };
  }

  /** Cuts or mends the line to head office. */
  async setLine(up: boolean): Promise<DemoState> {
    await this.ask(this.headOffice, 'POST', '/line', { up });
    this.lineUp = up;
    return this.state();
  }

  /** Mails that the demo's patients received, newest first. */
  async inbox(): Promise<DemoMail[]> {
    return (await this.ask(this.mailSink, 'GET', '/mails')) as DemoMail[];
  }

  /** One attachment, base64. */
  async attachment(mailId: number, index: number): Promise<{ name: string; content: string } | null> {
    return (await this.ask(this.mailSink, 'GET', `/mails/${mailId}/attachments/${index}`)) as {
      name: string;
      content: string;
    } | null;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    for (const helper of this.running.values()) helper.stop();
    this.running.clear();
  }

  /** One simulation a listening analyzer; one that ended is started again at the next look. */
  private startSimulators(): void {
    for (const { id, name, port } of this.devices.states()) {
      const key = `simulator ${name}`;
      if (port === undefined || this.running.has(key) || this.closed) continue;
      const device = this.kernel.reads().get('setup', id);
      if (device?.kind !== 'device') continue;
      const args = ['--driver', device.driver, '--port', String(port), '--every', String(askEveryMs)];
      const helper = this.startHelper('simulator', args, {
        line: () => undefined,
        exited: () => this.running.delete(key),
      });
      this.running.set(key, helper);
    }
  }

  private startControlled(name: HelperName, args: string[]): Controlled {
    const token = newToken();
    const ready = new Promise<{ port: number; control: number }>((resolve, reject) => {
      const helper = this.startHelper(name, [...args, '--token', token], {
        line: (line) => {
          const facts = readReady(line);
          if (facts) resolve(facts);
        },
        exited: (code) => {
          this.running.delete(name);
          if (!this.closed) this.kernel.log.warn({ name, code }, 'a helper of the demo lab ended');
          reject(new Error(`${name} ended with ${code}`));
        },
      });
      this.running.set(name, helper);
    });
    // Its end is looked at where it is waited for; without anybody waiting it is no error of the core.
    ready.catch(() => undefined);
    return { token, ready };
  }

  private async ask(helper: Controlled | undefined, method: string, path: string, body?: unknown): Promise<unknown> {
    if (!helper) throw new Error('The demo lab is not running');
    const { control } = await helper.ready;
    const response = await fetch(`http://127.0.0.1:${control}${path}`, {
      method,
      headers: { authorization: `Bearer ${helper.token}` },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return response.json();
  }

  private saveSetting(kind: 'headOffice' | 'mailServer', fields: Record<string, unknown>): void {
    this.kernel.change(this.kernel.systemSession('Demo lab'), (work) => {
      const [current] = setupOf(work, kind);
      if (current) work.update('setup', current, fields);
      else work.insert('setup', { kind, ...fields } as Parameters<typeof work.insert<'setup'>>[1]);
    });
  }
}

function readReady(line: string): { port: number; control: number } | undefined {
  try {
    const { ready } = JSON.parse(line) as { ready?: { port: number; control: number } };
    return ready;
  } catch {
    return undefined;
  }
}
