import { type DeviceMessage, findDriver, type ReadError } from '../../../shared/devices/index.ts';
import type { AnalyzerMessage } from '../../../shared/devices/journal.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import { newId } from '../../../shared/kernel/id.ts';
import type { Device } from '../../../shared/setup/schema.ts';
import type { Follower, Kernel, Work } from '../kernel/index.ts';
import { saveDeviceResults } from '../results/index.ts';
import { codeMapOf } from './code-maps.ts';
import type { DeviceService } from './device-service.ts';
import { ordersFor } from './orders.ts';
import { answerContext } from './send-orders.ts';

/** How many messages the follower takes at once. */
const batch = 50;
/** How many of them are read and saved in one unit of work, while analyzers send and while they are quiet. */
const slice = { busy: 1, quiet: 4 };
/** An analyzer that asked longer ago has given up waiting and will ask again. */
const queryLifeMs = 60_000;

interface ReadMessage {
  readonly message: Stored<AnalyzerMessage>;
  readonly device: Stored<Device> | undefined;
  readonly outcome: { ok: true; message: DeviceMessage } | { ok: false; error: ReadError };
}

/**
 * Reads messages from the journal, after the commit that made them durable, and saves their results: parse, match, map,
 * convert. A follower with a checkpoint on disk, so that what a crash interrupted is read at the next start; results and
 * the message's outcome are one commit, so that nothing is read twice or lost.
 */
export function messageReader(kernel: Kernel, devices: DeviceService): Follower {
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
        const read = await devices.spareTime.take(() => {
          const taken = messages.slice(at, at + (devices.spareTime.isQuiet ? slice.quiet : slice.busy));
          at += taken.length;
          const found = readAll(kernel, taken);
          saveAll(kernel, found);
          return found;
        });
        await Promise.all(read.map((one) => answerQueries(kernel, devices, one)));
      }
    },
  };
}

/**
 * Reads messages again, after their driver or map was mended (replay), in one commit. Results of the earlier reading that
 * nobody decided on are replaced.
 */
export function replayMessages(
  kernel: Kernel,
  messages: readonly Stored<AnalyzerMessage>[],
): { results: number; failed: number } {
  if (messages.length === 0) return { results: 0, failed: 0 };
  const read = readAll(kernel, messages);
  saveAll(kernel, read);
  return {
    results: read.reduce((sum, { outcome }) => sum + (outcome.ok ? outcome.message.results.length : 0), 0),
    failed: read.filter(({ outcome }) => !outcome.ok).length,
  };
}

function readAll(kernel: Kernel, messages: readonly Stored<AnalyzerMessage>[]): ReadMessage[] {
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
    return { message, device, outcome: driver.read(Buffer.from(message.bytes, 'latin1'), device?.settings) };
  });
}

function saveAll(kernel: Kernel, read: readonly ReadMessage[]): void {
  const name = read[0]?.message.deviceName ?? 'Analyzer';
  kernel.change(kernel.systemSession(name), (work) => {
    const good = read.flatMap(({ message, outcome }) => (outcome.ok ? [{ message, read: outcome.message }] : []));
    saveDeviceResults(work, good);
    const current = work.mapOf(
      'journal',
      read.map((one) => one.message.id),
    );
    work.updateMany(
      'journal',
      read.flatMap((one) => {
        const document = current.get(one.message.id);
        return document ? [{ current: document, change: { outcome: outcomeOf(work, one) } }] : [];
      }),
    );
    for (const one of read) recordReading(work, one);
  });
}

function outcomeOf(work: Work, { outcome }: ReadMessage): AnalyzerMessage['outcome'] {
  if (outcome.ok) {
    const { results, queries, notes } = outcome.message;
    return {
      state: 'parsed',
      at: work.now,
      results: results.length,
      queries: queries.length,
      notes: notes.slice(0, 100).map((note) => note.slice(0, 500)),
    };
  }
  const { message, offset, index, field } = outcome.error;
  const record = index === undefined ? '' : `, record ${index + 1}`;
  const place = `byte ${offset}${record}${field === undefined ? '' : `, field ${field}`}`;
  return { state: 'failed', at: work.now, reason: message.slice(0, 1000), place };
}

function recordReading(work: Work, { message, outcome }: ReadMessage): void {
  const subject = { collection: 'journal', id: message.id };
  if (!outcome.ok) {
    const values = { device: message.deviceName, reason: outcome.error.message };
    work.record('device.messageFailed', { values, subject });
    return;
  }
  const { results } = outcome.message;
  if (results.length === 0) return;
  const samples = [...new Set(results.map((result) => result.sampleId))].join(', ').slice(0, 200);
  work.record('device.messageParsed', {
    values: { device: message.deviceName, results: results.length, samples },
    subject,
  });
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
