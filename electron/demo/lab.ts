import { join } from 'node:path';
import type { DeviceService } from '../core/devices/index.ts';
import { type Kernel, LabError } from '../core/kernel/index.ts';
import { centreOf, setupOf } from '../core/setup/index.ts';
import { fillDemoLab } from './fill-demo-lab.ts';
import { type HelperPorts, KeptHelper } from './kept-helper.ts';
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
  /** Head office could not be started; it is tried again. */
  headOfficeFails: boolean;
  helpers: { name: string; running: boolean }[];
  /** Ids of the analyzers that a simulated instrument calls. */
  simulated: string[];
}

/** Who made the demo laboratory's data. */
const demoActor = 'system';

interface Simulation {
  readonly helper: Helper;
  readonly args: readonly string[];
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
  /** By the id of the analyzer. */
  private readonly simulators = new Map<string, Simulation>();
  private headOffice: KeptHelper | undefined;
  private mailSink: KeptHelper | undefined;
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

  /**
   * Starts everything around the laboratory. Does not wait for it: the laboratory works without its surroundings, and the
   * settings are pointed to head office and the mail server as soon as each is there.
   */
  start(): void {
    if (this.timer) return;
    // Until head office is up, the address kept from the last start leads nowhere.
    if (setupOf(this.kernel.reads(), 'headOffice').length > 0) this.saveSetting('headOffice', { enabled: false });
    const folder = join(this.kernel.folder, 'demo-head-office');
    this.headOffice = this.keep('head-office', ['--folder', folder], ({ port }) => {
      this.lineUp = true;
      this.saveSetting('headOffice', { url: `http://127.0.0.1:${port}`, enabled: true });
    });
    this.mailSink = this.keep('mail-sink', [], ({ port }) => {
      const from = '"Creekside Medical Laboratory" <reports@creekside.example>';
      this.saveSetting('mailServer', { host: '127.0.0.1', port, security: 'none', from });
    });
    this.timer = setInterval(() => this.startSimulators(), lookEveryMs);
  }

  state(): DemoState {
    return {
      lineUp: this.headOffice?.isReady ? this.lineUp : undefined,
      headOfficeFails: this.headOffice?.isFailing === true,
      helpers: [
        { name: 'head-office', running: this.headOffice?.isReady === true },
        { name: 'mail-sink', running: this.mailSink?.isReady === true },
        ...this.devices.states().map(({ id, name }) => ({
          name: `simulator ${name}`,
          running: this.simulators.has(id),
        })),
      ],
      simulated: [...this.simulators.keys()],
    };
  }

  /** Cuts or mends the line to head office. Throws `busy` while head office is starting. */
  async setLine(up: boolean): Promise<DemoState> {
    await ready(this.headOffice, 'The demo’s head office').ask('POST', '/line', { up });
    this.lineUp = up;
    return this.state();
  }

  /** Mails that the demo's patients received, newest first. Throws `busy` while the mail server is starting. */
  async inbox(): Promise<DemoMail[]> {
    return (await ready(this.mailSink, 'The demo’s mail server').ask('GET', '/mails')) as DemoMail[];
  }

  /** One attachment, base64; null when there is none such. */
  async attachment(mailId: number, index: number): Promise<{ name: string; content: string } | null> {
    const path = `/mails/${mailId}/attachments/${index}`;
    return (await ready(this.mailSink, 'The demo’s mail server').ask('GET', path)) as {
      name: string;
      content: string;
    } | null;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    this.headOffice?.close();
    this.mailSink?.close();
    for (const { helper } of this.simulators.values()) helper.stop();
    this.simulators.clear();
  }

  /**
   * One simulation for each of the demo's own analyzers that listens: what a person adds is called by nobody but the instrument
   * that it is for. One that ended is started again at the next look. One whose analyzer listens elsewhere
   * now, or is another instrument, is stopped: it would call whoever has its port next.
   */
  private startSimulators(): void {
    const states = this.devices.states();
    const devices = this.kernel.reads().mapOf(
      'setup',
      states.map(({ id }) => id),
    );
    const { timeZone } = centreOf(this.kernel.reads());
    const wanted = new Map<string, string[]>();
    for (const { id, port } of states) {
      const device = devices.get(id);
      if (port === undefined || device?.kind !== 'device' || device.createdBy !== demoActor) continue;
      const clock = ['--time-zone', device.settings.timeZone ?? timeZone];
      wanted.set(id, ['--driver', device.driver, '--port', String(port), '--every', String(askEveryMs), ...clock]);
    }
    for (const [id, { helper, args }] of this.simulators) {
      if (wanted.get(id)?.join(' ') === args.join(' ')) continue;
      this.simulators.delete(id);
      helper.stop();
    }
    for (const [id, args] of wanted) {
      if (this.simulators.has(id) || this.closed) continue;
      const helper = this.startHelper('simulator', args, {
        line: () => undefined,
        exited: () => {
          if (this.simulators.get(id)?.helper === helper) this.simulators.delete(id);
        },
      });
      this.simulators.set(id, { helper, args });
    }
  }

  private keep(name: HelperName, args: readonly string[], onReady: (ports: HelperPorts) => void): KeptHelper {
    const pointThere = (ports: HelperPorts) => {
      try {
        onReady(ports);
      } catch (error) {
        this.kernel.log.error({ name, err: error }, 'the settings could not be pointed to a helper of the demo lab');
      }
    };
    const onEnded = (code: number) => this.kernel.log.warn({ name, code }, 'a helper of the demo lab ended');
    return new KeptHelper({ name, args, start: this.startHelper, onReady: pointThere, onEnded });
  }

  private saveSetting(kind: 'headOffice' | 'mailServer', fields: Record<string, unknown>): void {
    this.kernel.change(this.kernel.systemSession('Demo lab'), (work) => {
      const [current] = setupOf(work, kind);
      if (current) work.update('setup', current, fields);
      else work.insert('setup', { kind, ...fields } as Parameters<typeof work.insert<'setup'>>[1]);
    });
  }
}

function ready(helper: KeptHelper | undefined, name: string): KeptHelper {
  if (helper?.isReady) return helper;
  throw new LabError({ kind: 'busy', message: `${name} is starting.`, remedy: 'It takes a few seconds.' });
}
