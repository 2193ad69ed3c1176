import { DeviceService, messageReader } from '../../electron/core/devices/index.ts';
import type { Clock, Kernel } from '../../electron/core/kernel/index.ts';
import { fillDemoLab } from '../../electron/demo/fill-demo-lab.ts';
import type { AnalyzerMessage } from '../../shared/devices/journal.ts';
import type { NewDocument, Stored } from '../../shared/kernel/document.ts';
import type { DeviceResult } from '../../shared/results/schema.ts';
import type { Device } from '../../shared/setup/schema.ts';
import { openTestKernel } from './test-kernel.ts';
import { waitFor } from './wait-for.ts';

/** The demo laboratory with its two analyzers listening on ports of their own. */
export interface DemoDevices {
  readonly kernel: Kernel;
  readonly service: DeviceService;
  /** The port of an analyzer, by its driver. */
  port(driver: string): Promise<number>;
  deviceId(driver: string): string;
  /** Adds an analyzer; answers its id. Its connection opens by itself. */
  add(device: Partial<NewDevice> & Pick<NewDevice, 'driver' | 'protocol' | 'connection'>): string;
  /** The journal of a device in the order of receipt. */
  journal(deviceId: string): Stored<AnalyzerMessage>[];
  /** Its results in the order of receipt. */
  results(deviceId: string): Stored<DeviceResult>[];
  dispose(): Promise<void>;
}

type NewDevice = Omit<NewDocument<Device>, 'kind'>;

/** Opens the demo laboratory's kernel and analyzers, without anything else around them. */
export async function openDemoDevices(folder?: string, clock?: Clock): Promise<DemoDevices> {
  const test = await openTestKernel({ folder, clock, identity: null });
  const { kernel } = test;
  if (!kernel.identity) await fillDemoLab(kernel);
  const service = new DeviceService(kernel);
  kernel.followers.add(messageReader(kernel, service));
  await service.start();
  const deviceOf = (driver: string) => {
    const devices = kernel.reads().find('setup', { selector: { kind: { $eq: 'device' } } });
    const device = devices.find((one) => one.kind === 'device' && one.driver === driver);
    if (!device) throw new Error(`The demo has no ${driver}`);
    return device;
  };
  return {
    kernel,
    service,
    deviceId: (driver) => deviceOf(driver).id,
    port: (driver) => waitFor(() => service.state(deviceOf(driver).id)?.port),
    add: (device) =>
      kernel.change(kernel.systemSession('test'), (work) =>
        work.insert('setup', { kind: 'device', name: 'Test analyzer', settings: {}, enabled: true, ...device }),
      ).id,
    journal: (deviceId) =>
      kernel.reads().find('journal', { selector: { deviceId: { $eq: deviceId } }, sort: [{ at: 'asc' }] }),
    results: (deviceId) =>
      kernel.reads().find('deviceResults', {
        selector: { deviceId: { $eq: deviceId } },
        sort: [{ receivedAt: 'asc' }, { index: 'asc' }],
      }),
    async dispose() {
      await service.close();
      await test.dispose();
    },
  };
}
