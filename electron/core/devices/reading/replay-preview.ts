import type { AnalyzerMessage } from '../../../../shared/devices/journal.ts';
import type { PreviewLine, PreviewSide, ReplayInput, ReplayPreview } from '../../../../shared/devices/replay.ts';
import type { NewDocument, Stored } from '../../../../shared/kernel/document.ts';
import type { DeviceResult } from '../../../../shared/results/schema.ts';
import { isoNow, type Kernel } from '../../kernel/index.ts';
import { deviceResultsOf } from '../../results/index.ts';
import type { DeviceService } from '../device-service.ts';
import { readAll } from './message-reader.ts';
import { messagesIn, rangeOf } from './replay.ts';

/** Messages compared for a range; what a mended map does to more of them nobody reads. */
const mostCompared = 300;
const slice = 10;
const mostLines = 200;

/** What reading a range of messages again would change; nothing is written. The oldest are compared, in spare time. */
export async function previewRange(
  kernel: Kernel,
  service: DeviceService,
  input: ReplayInput,
  total: number,
): Promise<ReplayPreview> {
  const range = rangeOf(kernel.reads(), input);
  let preview = nothing(total);
  let cursor: string | undefined;
  do {
    cursor = await service.spareTime.take(() => {
      const page = messagesIn(kernel.reads(), range, { cursor, limit: slice });
      preview = compared(kernel, page.rows, preview);
      return page.nextCursor;
    });
  } while (cursor !== undefined && preview.compared < mostCompared && !service.isClosed);
  return preview;
}

/** What reading one message again would change. */
export function previewMessage(kernel: Kernel, message: Stored<AnalyzerMessage>): ReplayPreview {
  return compared(kernel, [message], nothing(1));
}

function nothing(total: number): ReplayPreview {
  const counts = { same: 0, changed: 0, added: 0, gone: 0, decided: 0 };
  return { total, compared: 0, unreadable: 0, mended: 0, ...counts, lines: [] };
}

/** A constant number of statements for a slice. */
function compared(kernel: Kernel, messages: readonly Stored<AnalyzerMessage>[], before: ReplayPreview): ReplayPreview {
  const reads = kernel.reads();
  const stored = reads.find('deviceResults', {
    selector: { journalId: { $in: messages.map(({ id }) => id) }, kind: { $ne: 'picture' } },
  });
  const decided = stored.filter(({ decidedBy }) => decidedBy !== undefined);
  const old = new Map(stored.filter(({ decidedBy }) => decidedBy === undefined).map((one) => [keyOf(one), one]));
  const read = readAll(kernel, messages);
  const good = read.flatMap(({ message, device, outcome }) =>
    outcome.ok ? [{ message, read: outcome.message, clockZone: device?.settings.timeZone }] : [],
  );
  const next = deviceResultsOf(reads, isoNow(kernel.clock), good, new Set(decided.map(keyOf)));
  const lines = [...before.lines];
  const count = { same: 0, changed: 0, added: 0, gone: 0 };
  const tell = (what: 'changed' | 'added' | 'gone', line: PreviewLine) => {
    count[what]++;
    if (lines.length < mostLines) lines.push(line);
  };
  for (const after of next) {
    if (after.kind === 'picture') continue;
    const was = old.get(keyOf(after));
    old.delete(keyOf(after));
    const line = { sampleId: after.sampleId, code: after.deviceCode, after: sideOf(after) };
    if (!was) tell('added', line);
    else if (isSame(was, after)) count.same++;
    else tell('changed', { ...line, before: sideOf(was) });
  }
  // A message that cannot be read now keeps the results of its earlier reading.
  const unread = new Set(read.flatMap(({ message, outcome }) => (outcome.ok ? [] : [message.id])));
  for (const was of old.values()) {
    if (unread.has(was.journalId)) count.same++;
    else tell('gone', { sampleId: was.sampleId, code: was.deviceCode, before: sideOf(was) });
  }
  return {
    total: before.total,
    compared: before.compared + messages.length,
    unreadable: before.unreadable + unread.size,
    mended: before.mended + good.filter(({ message }) => message.outcome.state !== 'parsed').length,
    same: before.same + count.same,
    changed: before.changed + count.changed,
    added: before.added + count.added,
    gone: before.gone + count.gone,
    decided: before.decided + decided.length,
    lines,
  };
}

type Compared = Stored<DeviceResult> | NewDocument<DeviceResult>;

function keyOf({ journalId, index }: Compared): string {
  return `${journalId}/${index}`;
}

function sideOf(result: Compared): PreviewSide {
  const { sampleId, originalValue, originalUnit, value, unit, parameterName, state, holdReason, decision } = result;
  return {
    sampleId,
    value:
      value === undefined ? [originalValue, originalUnit].filter(Boolean).join(' ') : `${value} ${unit ?? ''}`.trim(),
    parameterName,
    state,
    holdReason,
    decision,
  };
}

function isSame(was: Compared, after: Compared): boolean {
  const parts = ({
    sampleId,
    deviceCode,
    originalValue,
    value,
    unit,
    flag,
    parameterId,
    reportId,
    ...one
  }: Compared) => [
    ...[sampleId, deviceCode, originalValue, value, unit, flag, parameterId, reportId],
    ...[one.kind, one.state, one.holdReason],
  ];
  return JSON.stringify(parts(was)) === JSON.stringify(parts(after));
}
