import { DeviceService, messageReader } from '../../electron/core/devices/index.ts';
import type { Kernel } from '../../electron/core/kernel/index.ts';
import { fillDemoLab } from '../../electron/demo/fill-demo-lab.ts';
import { openTestKernel } from './test-kernel.ts';
import { waitFor } from './wait-for.ts';

/** The demo laboratory with its two analyzers listening on ports of their own. */
export interface DemoDevices {
  readonly kernel: Kernel;
  readonly service: DeviceService;
  /** The port of an analyzer, by its driver. */
  port(driver: string): Promise<number>;
  deviceId(driver: string): string;
  dispose(): Promise<void>;
}

/** Opens the demo laboratory's kernel and analyzers, without anything else around them. */
export async function openDemoDevices(folder?: string): Promise<DemoDevices> {
  const test = await openTestKernel({ folder, identity: null });
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
    async dispose() {
      await service.close();
      await test.dispose();
    },
  };
}
