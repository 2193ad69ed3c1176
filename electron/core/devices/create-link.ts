import { findDriver } from '../../../shared/devices/index.ts';
import type { Device } from '../../../shared/setup/schema.ts';
import { createAstmLink, createMllpLink, createVidasLink, type DeviceLink } from './protocols/index.ts';

/** A fresh link for a device's protocol, with what its driver knows of the instrument's habits. */
export function createLink(device: Device): DeviceLink {
  const defaults = findDriver(device.driver)?.protocol;
  switch (device.protocol) {
    case 'astm':
      return createAstmLink({ role: 'host', frameNumbers: defaults?.frameNumbers ?? 'strict' });
    case 'mllp':
      return createMllpLink({
        answeredByDriver: defaults?.answeredByDriver ?? [],
        acknowledgeEchoes: defaults?.acknowledgeEchoes ?? [],
      });
    case 'vidas':
      return createVidasLink();
    default:
      return device.protocol satisfies never;
  }
}
