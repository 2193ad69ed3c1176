import { type AnalyzerOrder, type AnswerContext, findDriver } from '../../../../shared/devices/index.ts';
import { newId } from '../../../../shared/kernel/id.ts';
import type { Device } from '../../../../shared/setup/schema.ts';
import { conflict, type Kernel, LabError, type ScopedReads } from '../../kernel/index.ts';
import { centreOf } from '../../setup/index.ts';
import type { DeviceService } from '../device-service.ts';
import { codeMapOf } from '../reading/code-maps.ts';
import { cancelOrders, pendingOrders } from './orders.ts';

/** What of the orders reached the analyzer. */
export interface OrdersSent {
  /** Samples with something to measure or to withdraw. */
  readonly samples: number;
  readonly messages: number;
}

/** Sends an analyzer unasked what is still to be measured of all received specimens (batch download). */
export function sendPendingOrders(kernel: Kernel, service: DeviceService, deviceId: string): Promise<OrdersSent> {
  const reads = kernel.reads();
  return sendOrders(kernel, service, reads, deviceId, pendingOrders(reads, codeMapOf(reads, deviceId)));
}

/** Withdraws the orders of samples from an analyzer. */
export function sendCancellation(
  kernel: Kernel,
  service: DeviceService,
  deviceId: string,
  accessions: readonly string[],
): Promise<OrdersSent> {
  const reads = kernel.reads();
  return sendOrders(kernel, service, reads, deviceId, cancelOrders(reads, codeMapOf(reads, deviceId), accessions));
}

/** What an answer or order says of the laboratory and the moment. */
export function answerContext(kernel: Kernel, { settings }: Pick<Device, 'settings'>): AnswerContext {
  const { timeZone } = centreOf(kernel.reads());
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const now = format.format(new Date(kernel.clock.now())).replace(/\D/g, '');
  return { now, controlId: newId(), sender: 'ALIQUOT', settings };
}

async function sendOrders(
  kernel: Kernel,
  service: DeviceService,
  reads: ScopedReads,
  deviceId: string,
  orders: readonly AnalyzerOrder[],
): Promise<OrdersSent> {
  const device = reads.need('setup', deviceId);
  if (device.kind !== 'device') throw conflict('setup', deviceId);
  if (orders.length === 0) return { samples: 0, messages: 0 };
  const messages = findDriver(device.driver)?.answer?.(null, orders, answerContext(kernel, device)) ?? [];
  if (messages.length === 0) {
    const remedy = 'Let the analyzer ask for its orders, or program it by hand.';
    throw new LabError({ kind: 'busy', message: `${device.name} takes no orders unasked.`, remedy });
  }
  let taken = 0;
  for (const { text, expectsReply, controlId } of messages) {
    try {
      await service.send(device.id, { id: newId(), text, expectsReply, controlId });
      taken++;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const before = taken === 0 ? '' : ` (${taken} of ${messages.length} messages were taken)`;
      const message = `${device.name} did not take the orders${before}: ${reason}`;
      throw new LabError({ kind: 'busy', message, remedy: 'Look at its connection, then send them again.' });
    }
  }
  return { samples: orders.length, messages: messages.length };
}
