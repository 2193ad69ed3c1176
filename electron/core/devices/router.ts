import { on } from 'node:events';
import { z } from 'zod';
import { idSchema } from '../../../shared/kernel/document.ts';
import { pageInputSchema } from '../../../shared/kernel/page.ts';
import { archivedMonths, needMessage } from '../archive/index.ts';
import { conflict, permitted, router } from '../kernel/index.ts';
import { rematchHeld } from '../results/index.ts';
import { journalDaysOf } from '../setup/index.ts';
import { teachCode } from './code-maps.ts';
import type { DeviceService, Traffic } from './device-service.ts';
import { replayMessage } from './message-reader.ts';
import { codeMapView, driverList, listDevices, traffic } from './queries.ts';
import { saveDevice, saveDeviceSchema } from './save-device.ts';
import { sendCancellation, sendPendingOrders } from './send-orders.ts';

const deviceIdSchema = z.strictObject({ deviceId: idSchema });

/** The API of the devices domain. */
export function createDevicesRouter(service: DeviceService) {
  return router({
    list: permitted('device.read').query(({ ctx }) => listDevices(ctx.kernel, service)),

    get: permitted('device.read')
      .input(z.strictObject({ id: idSchema }))
      .query(({ ctx, input }) => {
        const device = ctx.reads.need('setup', input.id);
        if (device.kind !== 'device') throw conflict('setup', input.id);
        return { device, live: service.state(device.id) };
      }),

    drivers: permitted('device.read').query(() => driverList()),

    save: permitted('device.configure')
      .input(saveDeviceSchema)
      .mutation(({ ctx, input }) => saveDevice(ctx.kernel, ctx.session, input)),

    setEnabled: permitted('device.configure')
      .input(z.strictObject({ id: idSchema, enabled: z.boolean() }))
      .mutation(({ ctx, input }) => {
        const current = ctx.reads.need('setup', input.id);
        if (current.kind !== 'device') throw conflict('setup', input.id);
        const { name, driver, protocol, connection, settings, link } = current;
        const fields = { id: current.id, rev: current._rev, name, driver, protocol, connection, settings, link };
        return saveDevice(ctx.kernel, ctx.session, { ...fields, enabled: input.enabled });
      }),

    traffic: permitted('device.read')
      .input(pageInputSchema.extend({ deviceId: idSchema }))
      .query(({ ctx, input: { deviceId, ...page } }) => traffic(ctx.reads, deviceId, page)),

    onTraffic: permitted('device.read')
      .input(deviceIdSchema)
      .subscription(async function* ({ ctx, input, signal }) {
        ctx.reads.need('setup', input.deviceId);
        for await (const [event] of on(service, 'traffic', { signal })) {
          const passed = event as Traffic;
          if (passed.deviceId === input.deviceId) yield passed;
        }
      }),

    message: permitted('device.read')
      .input(z.strictObject({ journalId: idSchema }))
      .query(({ ctx, input }) => {
        const { message, archived } = needMessage(ctx.reads, ctx.kernel.folder, input.journalId);
        const results = ctx.reads.find('deviceResults', {
          selector: { journalId: { $eq: input.journalId } },
          limit: 1000,
        });
        return { message, archived, results };
      }),

    replay: permitted('device.configure')
      .input(z.strictObject({ journalId: idSchema }))
      .mutation(({ ctx, input }) =>
        replayMessage(ctx.kernel, needMessage(ctx.reads, ctx.kernel.folder, input.journalId)),
      ),

    sendOrders: permitted('result.enter')
      .input(deviceIdSchema)
      .mutation(({ ctx, input }) => sendPendingOrders(ctx.kernel, service, input.deviceId)),

    cancelOrders: permitted('result.enter')
      .input(z.strictObject({ deviceId: idSchema, accessions: z.array(z.string().min(1).max(40)).min(1).max(200) }))
      .mutation(({ ctx, input }) => sendCancellation(ctx.kernel, service, input.deviceId, input.accessions)),

    archive: permitted('device.read').query(({ ctx }) => ({
      ...service.retention.state(),
      days: journalDaysOf(ctx.reads),
      months: archivedMonths(ctx.kernel.folder),
    })),

    codeMap: permitted('device.read')
      .input(deviceIdSchema)
      .query(({ ctx, input }) => codeMapView(ctx.reads, input.deviceId)),

    teachCode: permitted('device.configure')
      .input(
        z.strictObject({
          deviceId: idSchema,
          deviceCode: z.string().min(1).max(100),
          parameterId: idSchema.optional(),
          factor: z
            .string()
            .regex(/^\d+(\.\d+)?$/, 'a decimal number above zero')
            .default('1'),
          deviceUnit: z.string().max(60).optional(),
        }),
      )
      .mutation(({ ctx, input }) => {
        const { parameterId, deviceUnit, ...rest } = input;
        teachCode(ctx.kernel, ctx.session, { ...rest, parameterId, deviceUnit });
        return rematchHeld(ctx.kernel, ctx.session, input.deviceId);
      }),
  });
}
