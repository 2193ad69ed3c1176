import { on } from 'node:events';
import { networkInterfaces } from 'node:os';
import { z } from 'zod';
import { nextDay, startOfDay } from '../../../shared/billing/days.ts';
import { replayInputSchema } from '../../../shared/devices/replay.ts';
import { idSchema, type Stored, timeSchema } from '../../../shared/kernel/document.ts';
import { pageInputSchema } from '../../../shared/kernel/page.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import type { Device } from '../../../shared/setup/schema.ts';
import { archivedMonths, listArchive, needMessage } from '../archive/index.ts';
import { conflict, invalid, type Kernel, permitted, router, type ScopedReads } from '../kernel/index.ts';
import { picturesIn, rematchHeld } from '../results/index.ts';
import { centreOf, journalDaysOf, stationDevices } from '../setup/index.ts';
import { serialPorts } from './connections/serial-ports.ts';
import type { DeviceService, Traffic } from './device-service.ts';
import { sendCancellation, sendPendingOrders } from './orders/send-orders.ts';
import {
  codeMapView,
  driverList,
  lineView,
  listDevices,
  newestReading,
  traffic,
  trafficInputSchema,
} from './queries.ts';
import { forgetCodes, mostCodes, teachCodes } from './reading/code-maps.ts';
import { mapView, mapViewSchema, saveMap, saveMapSchema } from './reading/field-maps.ts';
import { replayMessages } from './reading/message-reader.ts';
import { Replays, rangeOf } from './reading/replay.ts';
import { previewMessage, previewRange } from './reading/replay-preview.ts';
import { saveDevice, saveDeviceSchema } from './save-device.ts';
import { deviceDays, deviceStatistics } from './statistics.ts';

const mostDays = 92;

const deviceIdSchema = z.strictObject({ deviceId: idSchema });

const archivedInputSchema = pageInputSchema.extend({
  month: z.string().regex(/^\d{4}-\d{2}$/, 'YYYY-MM'),
  deviceId: idSchema.optional(),
  text: z.string().trim().min(1).max(100).optional(),
});

const runIdSchema = z.strictObject({ id: idSchema });
const daySchema = z.iso.date();

const taughtSchema = z.strictObject({
  deviceCode: z.string().min(1).max(100),
  parameterId: idSchema.optional(),
  factor: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'a decimal number above zero')
    .default('1'),
  deviceUnit: z.string().max(60).optional(),
});
type TaughtInput = z.infer<typeof taughtSchema>;
/** A field that is not there says something: the code is left out, any unit will do. */
const taughtOf = ({ deviceCode, factor, parameterId, deviceUnit }: TaughtInput) => ({
  ...{ deviceCode, factor },
  ...{ parameterId, deviceUnit },
});

function needDevice(reads: ScopedReads, id: string): Stored<Device> {
  const device = reads.need('setup', id);
  if (device.kind !== 'device') throw conflict('setup', id);
  return device as Stored<Device>;
}

/** Addresses by which analyzers reach this PC. */
function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
}

/** The API of the devices domain. */
export function createDevicesRouter(service: DeviceService) {
  let replays: Replays | undefined;
  const replaysOf = (kernel: Kernel) => {
    replays ??= new Replays(kernel, service);
    return replays;
  };
  return router({
    list: permitted('device.read').query(({ ctx }) => listDevices(ctx.kernel, service)),

    get: permitted('device.read')
      .input(z.strictObject({ id: idSchema }))
      .query(({ ctx, input }) => {
        const device = ctx.reads.need('setup', input.id);
        if (device.kind !== 'device') throw conflict('setup', input.id);
        return { device, live: service.stateOfNow(device as Stored<Device>) };
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

    /** Serial ports of this PC, with what stands on the adapter. */
    serialPorts: permitted('device.configure').query(() => serialPorts()),

    /** What a connection that is being tried out did since a moment, and where analyzers reach this PC. */
    tryOut: permitted('device.read')
      .input(z.strictObject({ deviceId: idSchema, since: timeSchema }))
      .query(({ ctx, input }) => {
        const device = needDevice(ctx.reads, input.deviceId);
        const reading = newestReading(ctx.reads, device, input.since);
        const line = lineView(ctx.reads, service, device, input.since);
        return { live: service.stateOfNow(device), reading, line, addresses: ownAddresses() };
      }),

    today: permitted('device.read').query(({ ctx }) => {
      const { timeZone } = centreOf(ctx.reads);
      const since = startOfDay(civilMoment(new Date(ctx.kernel.clock.now()), timeZone).slice(0, 10), timeZone);
      const ids = stationDevices(ctx.kernel).map(({ id }) => id);
      return deviceDays(ctx.kernel, ctx.reads, ids, since);
    }),

    statistics: permitted('device.read')
      .input(z.strictObject({ deviceId: idSchema, from: daySchema, to: daySchema }))
      .query(({ ctx, input: { deviceId, from, to } }) => {
        const { timeZone } = centreOf(ctx.reads);
        if (to < from || Date.parse(to) - Date.parse(from) > mostDays * 86_400_000) {
          throw invalid('to', 'range', `At most ${mostDays} days, the first before the last`, 'Choose other days.');
        }
        const range = { from: startOfDay(from, timeZone), to: startOfDay(nextDay(to), timeZone) };
        return deviceStatistics(ctx.kernel, ctx.reads, { deviceId, ...range });
      }),

    traffic: permitted('device.read')
      .input(trafficInputSchema)
      .query(({ ctx, input }) => traffic(ctx.reads, input)),

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
        return { message, archived, results, pictures: picturesIn(results) };
      }),

    replay: permitted('device.configure')
      .input(z.strictObject({ journalId: idSchema }))
      .mutation(({ ctx, input }) => {
        const kept = needMessage(ctx.reads, ctx.kernel.folder, input.journalId);
        if (!['parsed', 'failed', 'incomplete'].includes(kept.message.outcome.state)) {
          const remedy = 'Open the message that came before or after it.';
          throw invalid(
            'journalId',
            'state',
            'This message is not read again: its results would be there twice',
            remedy,
          );
        }
        return replayMessages(ctx.kernel, [kept]);
      }),

    startReplay: permitted('device.configure')
      .input(replayInputSchema)
      .mutation(({ ctx, input }) => replaysOf(ctx.kernel).start(ctx.session, input)),

    /** What reading a range again would change; nothing is written. */
    previewReplay: permitted('device.configure')
      .input(replayInputSchema)
      .query(async ({ ctx, input }) => {
        needDevice(ctx.reads, input.deviceId);
        const total = await replaysOf(ctx.kernel).count(rangeOf(ctx.reads, input));
        return previewRange(ctx.kernel, service, input, total);
      }),

    /** What reading a message again, from the journal or the archive, would change. */
    previewMessage: permitted('device.configure')
      .input(z.strictObject({ journalId: idSchema }))
      .query(({ ctx, input }) =>
        previewMessage(ctx.kernel, needMessage(ctx.reads, ctx.kernel.folder, input.journalId).message),
      ),

    replayState: permitted('device.configure')
      .input(runIdSchema)
      .query(({ ctx, input }) => replaysOf(ctx.kernel).state(input.id)),

    cancelReplay: permitted('device.configure')
      .input(runIdSchema)
      .mutation(({ ctx, input }) => replaysOf(ctx.kernel).cancel(input.id)),

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

    /** A page of a month of the archive, newest first; a search may give an empty page that has a next one. */
    archived: permitted('device.read')
      .input(archivedInputSchema)
      .query(async ({ ctx, input }) => {
        const { rows, ...page } = await listArchive(ctx.kernel.folder, ctx.reads.labId, input);
        return {
          rows: rows.map((message) => ({ ...message, bytes: message.bytes.slice(0, 300), wire: undefined })),
          ...page,
        };
      }),

    /** Moves what is older than the preferences say into the archive now, not at the next look. */
    archiveNow: permitted('device.configure').mutation(() => service.retention.run()),

    /** A received message taken apart, and what it says with a field map that is not saved yet. */
    mapView: permitted('device.read')
      .input(mapViewSchema)
      .query(({ ctx, input }) => mapView(ctx.reads, ctx.kernel.folder, input)),

    saveMap: permitted('device.configure')
      .input(saveMapSchema)
      .mutation(({ ctx, input }) => saveMap(ctx.kernel, ctx.session, input)),

    codeMap: permitted('device.read')
      .input(deviceIdSchema)
      .query(({ ctx, input }) => codeMapView(ctx.reads, input.deviceId)),

    teachCode: permitted('device.configure')
      .input(taughtSchema.extend({ deviceId: idSchema }))
      .mutation(({ ctx, input: { deviceId, ...taught } }) => {
        teachCodes(ctx.kernel, ctx.session, deviceId, [taughtOf(taught)], 'one');
        return rematchHeld(ctx.kernel, ctx.session, deviceId);
      }),

    /** Several codes in one commit; what was held for them is matched again. */
    teachCodes: permitted('device.configure')
      .input(z.strictObject({ deviceId: idSchema, entries: z.array(taughtSchema).min(1).max(mostCodes) }))
      .mutation(({ ctx, input: { deviceId, entries } }) => {
        teachCodes(ctx.kernel, ctx.session, deviceId, entries.map(taughtOf));
        return rematchHeld(ctx.kernel, ctx.session, deviceId);
      }),

    forgetCodes: permitted('device.configure')
      .input(z.strictObject({ deviceId: idSchema, codes: z.array(z.string().min(1).max(100)).min(1).max(mostCodes) }))
      .mutation(({ ctx, input }) => {
        forgetCodes(ctx.kernel, ctx.session, input.deviceId, input.codes);
      }),
  });
}
