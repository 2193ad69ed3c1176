import { findDriver } from '../../../../shared/devices/index.ts';
import type { Device } from '../../../../shared/setup/schema.ts';
import type { Clock } from '../../kernel/index.ts';
import { createAstmLink, createMllpLink, createVidasLink, type DeviceLink, stampOf } from '../protocols/index.ts';

/** A fresh link for a device's protocol, with what its driver knows of the instrument's habits. */
export function createLink({ driver, protocol, link = {} }: Device, clock: Clock): DeviceLink {
  const defaults = findDriver(driver)?.protocol;
  const receiveTimeoutMs = milliseconds(link.receiveSeconds);
  const replyTimeoutMs = milliseconds(link.replySeconds);
  const maxMessageBytes = link.longestMessageKib === undefined ? undefined : link.longestMessageKib * 1024;
  switch (protocol) {
    case 'astm': {
      const { requireTerminator, resendOnTimeout, frameLayout } = link;
      const frameNumbers = link.frameNumbers ?? defaults?.frameNumbers;
      const timing = { receiveTimeoutMs, replyTimeoutMs, maxMessageBytes };
      const set = { ...timing, frameNumbers, requireTerminator, resendOnTimeout, frameLayout };
      return createAstmLink({ role: 'host', ...present(set) });
    }
    case 'mllp':
      return createMllpLink({
        localTime: () => stampOf(clock.now()),
        answeredByDriver: defaults?.answeredByDriver ?? [],
        acknowledgeEchoes: defaults?.acknowledgeEchoes ?? [],
        ...present({ replyTimeoutMs, maxMessageBytes }),
      });
    case 'vidas':
      return createVidasLink(present({ receiveTimeoutMs }));
    case 'table':
      throw new Error('Files have no link');
    default:
      return protocol satisfies never;
  }
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

/** What is set; a default must not be replaced by undefined. */
function present<T extends object>(settings: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
