import { type DeviceMessage, findDriver, type ReadError } from '../../../../shared/devices/index.ts';
import type { AnalyzerMessage } from '../../../../shared/devices/journal.ts';
import type { Stored } from '../../../../shared/kernel/document.ts';
import { newId } from '../../../../shared/kernel/id.ts';
import type { Device } from '../../../../shared/setup/schema.ts';
import { addToArchive, type KeptMessage } from '../../archive/index.ts';
import { type ActivityEntry, type Follower, isoNow, type Kernel, StorageError, type Work } from '../../kernel/index.ts';
import { type Pictures, picturesOf, saveDeviceResults } from '../../results/index.ts';
import type { DeviceService } from '../device-service.ts';
import { StretchOf } from '../inbox/spare-time.ts';
import { ordersFor } from '../orders/orders.ts';
import { answerContext } from '../orders/send-orders.ts';
import { codeMapOf } from './code-maps.ts';

/** How many messages the follower takes at once. */
const batch = 50;
/** How many of them are read and saved in one unit of work. */
const slice = { busy: 1, least: 4, most: batch };
/** An analyzer that asked longer ago has given up waiting and will ask again. */
const queryLifeMs = 60_000;

export interface ReadMessage {
  readonly message: Stored<AnalyzerMessage>;
  readonly device: Stored<Device> | undefined;
  readonly outcome: { ok: true; message: DeviceMessage } | { ok: false; error: ReadError };
  readonly pictures?: Pictures;
}

/**
 * Reads messages from the journal, after the commit that made them durable, and saves their results: parse, match, map,
 * convert. A follower with a checkpoint on disk, so that what a crash interrupted is read at the next start; results and
 * the message's outcome are one commit, so that nothing is read twice or lost.
 */
export function messageReader(kernel: Kernel, devices: DeviceService): Follower {
  const { spareTime } = devices;
  const stretch = new StretchOf(spareTime, slice);
  return {
    name: 'device-messages',
    collections: ['journal'],
    from: 'beginning',
    batch,
    async handle(changes) {
      const messages = changes
        .map((change) => change.document as unknown as Stored<AnalyzerMessage>)
        .filter((document) => document.kind === 'analyzer' && document.outcome.state === 'stored');
      for (let at = 0; at < messages.length; ) {
        const read = await spareTime.take(() => {
          const started = performance.now();
          const taken = messages.slice(at, at + stretch.size);
          at += taken.length;
          const found = readAll(kernel, taken);
          if (!found.some(hasPictures)) saveAll(kernel, found, 'unread');
          stretch.took(performance.now() - started, taken.length);
          return found;
        });
        if (read.some(hasPictures)) {
          const whole = await Promise.all(read.map(withPictures));
          await spareTime.take(() => saveAll(kernel, whole, 'unread'));
        }
        // An analyzer that does not take its answer may take minutes to say so; nobody's results wait for that.
        for (const one of read) {
          answerQueries(kernel, devices, one).catch((error: unknown) =>
            kernel.log.warn({ device: one.message.deviceId, err: error }, 'an order query was not answered'),
          );
        }
        await kernel.database.checkpoints.room();
      }
    },
  };
}

/**
 * Reads messages again, after their driver or map was mended (replay), in one commit. Results of the earlier reading that
 * nobody decided on are replaced. Messages of the archive stay there; their new outcome is added behind them.
 */
export async function replayMessages(
  kernel: Kernel,
  kept: readonly KeptMessage[],
): Promise<{ results: number; failed: number }> {
  if (kept.length === 0) return { results: 0, failed: 0 };
  const read = await Promise.all(
    readAll(
      kernel,
      kept.map(({ message }) => message),
    ).map(withPictures),
  ).then((whole) => saveAll(kernel, whole, 'again'));
  const at = isoNow(kernel.clock);
  const archived = new Set(kept.flatMap(({ message, archived }) => (archived ? [message.id] : [])));
  const again = read.filter(({ message }) => archived.has(message.id));
  if (again.length > 0) {
    addToArchive(
      kernel.folder,
      again.map((one) => ({ ...one.message, outcome: outcomeOf(at, one) })),
    );
  }
  return {
    results: read.reduce((sum, { outcome }) => sum + (outcome.ok ? outcome.message.results.length : 0), 0),
    failed: read.filter(({ outcome }) => !outcome.ok).length,
  };
}

function hasPictures({ outcome }: ReadMessage): boolean {
  if (!outcome.ok) return false;
  return [...outcome.message.results, ...outcome.message.samples].some(({ images }) => images.length > 0);
}

async function withPictures(read: ReadMessage): Promise<ReadMessage> {
  if (!read.outcome.ok) return read;
  return { ...read, pictures: await picturesOf(read.message, read.outcome.message) };
}

/** What the drivers make of messages, with the devices' settings of now. Reads only. */
export function readAll(kernel: Kernel, messages: readonly Stored<AnalyzerMessage>[]): ReadMessage[] {
  const devices = kernel.reads().mapOf(
    'setup',
    messages.map((message) => message.deviceId),
  );
  return messages.map((message) => {
    const found = devices.get(message.deviceId);
    const device = found?.kind === 'device' ? (found as Stored<Device>) : undefined;
    const driver = findDriver(message.driver);
    if (!driver) {
      const error = { code: 'structure' as const, message: `There is no driver named ${message.driver}`, offset: 0 };
      return { message, device, outcome: { ok: false, error } };
    }
    try {
      return { message, device, outcome: driver.read(Buffer.from(message.bytes, 'latin1'), device?.settings) };
    } catch (error) {
      return { message, device, outcome: notTaken(kernel, message, error) };
    }
  });
}

/** A fault of our own costs one message its turn, never all those behind it: it waits for a person, and for a replay. */
function notTaken(kernel: Kernel, message: Stored<AnalyzerMessage>, error: unknown): ReadMessage['outcome'] {
  kernel.log.error({ message: message.id, device: message.deviceId, err: error }, 'a message could not be taken');
  const reason = error instanceof Error ? error.message : String(error);
  return { ok: false, error: { code: 'structure', message: `Aliquot could not take it: ${reason}`, offset: 0 } };
}

/**
 * Saves what was read; where that cannot be done, all but the messages at fault. Answers what became of each.
 * @param what `unread`: a message that was read meanwhile (by a replay) is passed over
 */
function saveAll(kernel: Kernel, read: readonly ReadMessage[], what: 'unread' | 'again'): readonly ReadMessage[] {
  const [first] = read;
  if (!first) return read;
  // What a power cut takes of a first reading is read again: the messages themselves are on disk.
  const flush = what === 'unread' ? ({ flush: 'later' } as const) : undefined;
  try {
    kernel.change(kernel.systemSession(first.message.deviceName), (work) => saveIn(work, read, what), flush);
    return read;
  } catch (error) {
    // The disk's troubles pass, and then all of it is done again.
    if (error instanceof StorageError) throw error;
    if (read.length > 1) return read.flatMap((one) => saveAll(kernel, [one], what));
    if (!first.outcome.ok) throw error;
    return saveAll(kernel, [{ ...first, outcome: notTaken(kernel, first.message, error) }], what);
  }
}

function saveIn(work: Work, read: readonly ReadMessage[], what: 'unread' | 'again'): void {
  const live = work.mapOf(
    'journal',
    read.map((one) => one.message.id),
  );
  const due = read.flatMap((one) => {
    const message = live.get(one.message.id) ?? one.message;
    return what === 'unread' && message.outcome.state !== 'stored' ? [] : [{ ...one, message }];
  });
  const good = due.flatMap(({ message, device, outcome, pictures }) =>
    outcome.ok ? [{ message, read: outcome.message, pictures, clockZone: device?.settings.timeZone }] : [],
  );
  saveDeviceResults(work, good);
  work.updateMany(
    'journal',
    due.flatMap((one) => {
      const current = live.get(one.message.id);
      return current ? [{ current, change: { outcome: outcomeOf(work.now, one) } }] : [];
    }),
  );
  recordReadings(work, due);
}

function outcomeOf(at: string, { outcome }: ReadMessage): AnalyzerMessage['outcome'] {
  if (outcome.ok) {
    const { results, queries, notes } = outcome.message;
    return {
      state: 'parsed',
      at,
      results: results.length,
      queries: queries.length,
      notes: notes.slice(0, 100).map((note) => note.slice(0, 500)),
    };
  }
  const { message, offset, index, field } = outcome.error;
  const record = index === undefined ? '' : `, record ${index + 1}`;
  const place = `byte ${offset}${record}${field === undefined ? '' : `, field ${field}`}`;
  return { state: 'failed', at, reason: message.slice(0, 1000), place };
}

function recordReadings(work: Work, read: readonly ReadMessage[]): void {
  const failed: ActivityEntry[] = [];
  const parsed: ActivityEntry[] = [];
  for (const { message, outcome } of read) {
    const subject = { collection: 'journal', id: message.id };
    if (!outcome.ok) {
      failed.push({ values: { device: message.deviceName, reason: outcome.error.message }, subject });
      continue;
    }
    const { results } = outcome.message;
    if (results.length === 0) continue;
    const samples = [...new Set(results.map((result) => result.sampleId))].join(', ').slice(0, 200);
    parsed.push({ values: { device: message.deviceName, results: results.length, samples }, subject });
  }
  if (failed.length > 0) work.recordMany('device.messageFailed', failed);
  if (parsed.length > 0) work.recordMany('device.messageParsed', parsed);
}

async function answerQueries(
  kernel: Kernel,
  devices: DeviceService,
  { message, device, outcome }: ReadMessage,
): Promise<void> {
  if (!outcome.ok || outcome.message.queries.length === 0 || !device) return;
  if (kernel.clock.now() - Date.parse(message.at) > queryLifeMs) return;
  const driver = findDriver(device.driver);
  if (!driver?.answer) return;
  const reads = kernel.reads();
  const map = codeMapOf(reads, device.id);
  for (const query of outcome.message.queries) {
    const context = answerContext(kernel, device);
    for (const text of driver.answer(query, ordersFor(reads, map, query), context)) {
      const { expectsReply, controlId } = text;
      try {
        await devices.send(device.id, { id: newId(), text: text.text, expectsReply, controlId }, message.peer);
      } catch (error) {
        kernel.log.warn({ device: device.id, err: error }, 'the answer to an order query did not reach the analyzer');
      }
    }
  }
}
