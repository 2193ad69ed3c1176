import { activityText } from '../../../shared/activity/actions.ts';
import type { Activity } from '../../../shared/activity/schema.ts';
import type { Bill } from '../../../shared/billing/schema.ts';
import type { Page } from '../../../shared/kernel/page.ts';
import { type TimelineInput, type TimelineKind, timelineKinds } from '../../../shared/patients/timeline.ts';
import type { Report, ReportState } from '../../../shared/reports/schema.ts';
import type { Specimen, SpecimenState } from '../../../shared/specimens/schema.ts';
import { invalid, type ScopedReads } from '../kernel/index.ts';

/** One thing that happened to a patient; `at` is what the list is ordered by. */
export type TimelineEntry = { id: string; at: string } & (
  | {
      kind: 'order';
      number: string;
      tests: string[];
      totals: Bill['totals'];
      currency: string;
      status: Bill['status'];
    }
  | { kind: 'specimen'; accession: string; typeName: string; tests: string[]; state: SpecimenState }
  | { kind: 'report'; testName: string; accession?: string; state: ReportState; version: number; signedAt?: string }
  | { kind: 'message' | 'change'; text: string; actorName: string }
);

/** Activity ids of messages (shared/activity/actions.ts: a hundred a domain). */
const messageIds = { from: 1700, before: 1800 };
/** The entry of a bill's creation says what its order says. */
const orderedId = 1200;

/**
 * A page of all that happened to a patient and to those merged into it, the newest first. Each kind is read by its index from
 * where the page before ended, at most a page of it, and merged: as many statements as kinds, whatever the patient has.
 */
export function timelineOf(reads: ScopedReads, input: TimelineInput): Page<TimelineEntry> {
  const patient = reads.need('patients', input.id);
  const ids = [patient.id, ...(patient.formerly ?? []).map(({ patientId }) => patientId)];
  const after = input.cursor === undefined ? undefined : readCursor(input.cursor);
  const kinds = input.kinds ?? timelineKinds;
  const found = sources(kinds).flatMap((source) => source(reads, ids, after, input.limit + 1));
  const entries = found.toSorted((a, b) => (a.at === b.at ? (a.id < b.id ? 1 : -1) : a.at < b.at ? 1 : -1));
  const rows = entries.slice(0, input.limit);
  const last = rows.at(-1);
  return entries.length > input.limit && last ? { rows, nextCursor: writeCursor(last) } : { rows };
}

type Position = { readonly at: string; readonly id: string };
type Source = (reads: ScopedReads, ids: string[], after: Position | undefined, limit: number) => TimelineEntry[];

function sources(kinds: readonly TimelineKind[]): Source[] {
  const wanted = new Set(kinds);
  return [
    ...(wanted.has('order') ? [orders] : []),
    ...(wanted.has('specimen') ? [specimens] : []),
    ...(wanted.has('report') ? [reports] : []),
    ...(wanted.has('message') || wanted.has('change') ? [activity(wanted.has('message'), wanted.has('change'))] : []),
  ];
}

const orders: Source = (reads, ids, after, limit) =>
  reads
    .find('billing', {
      // Only bills have a status; without `kind` the index on the patient is the only one that fits.
      selector: { ...of(ids), status: { $gt: '' }, ...before('registeredAt', after) },
      sort: [{ registeredAt: 'desc' }, { id: 'desc' }],
      limit,
    })
    .flatMap((bill) => (bill.kind === 'bill' ? [orderEntry(bill)] : []));

function orderEntry({ id, number, registeredAt, lines, totals, currency, status }: Bill): TimelineEntry {
  const tests = lines.map((line) => line.testCode);
  return { kind: 'order', id, at: registeredAt, number, tests, totals, currency, status };
}

const specimens: Source = (reads, ids, after, limit) =>
  reads
    .find('specimens', {
      selector: { ...of(ids), ...before('createdAt', after) },
      sort: [{ createdAt: 'desc' }, { id: 'desc' }],
      limit,
    })
    .map(({ id, createdAt, accession, typeName, testCodes, state }: Specimen) => ({
      kind: 'specimen',
      id,
      at: createdAt,
      accession,
      typeName,
      tests: testCodes,
      state,
    }));

const reports: Source = (reads, ids, after, limit) =>
  reads
    .find('reports', {
      selector: { ...of(ids), ...before('orderedAt', after) },
      sort: [{ orderedAt: 'desc' }, { id: 'desc' }],
      limit,
    })
    .map(({ id, orderedAt, testName, accession, state, version, signed }: Report) => ({
      kind: 'report',
      id,
      at: orderedAt,
      testName,
      accession,
      state,
      version,
      signedAt: signed?.at,
    }));

function activity(messages: boolean, changes: boolean): Source {
  const isMessage = { categoryId: { $gte: messageIds.from, $lt: messageIds.before } };
  const isChange = {
    $or: [{ categoryId: { $lt: messageIds.from } }, { categoryId: { $gte: messageIds.before } }],
    categoryId: { $ne: orderedId },
  };
  const wanted = messages && changes ? { categoryId: { $ne: orderedId } } : messages ? isMessage : isChange;
  return (reads, ids, after, limit) =>
    reads
      .find('activity', {
        selector: { $and: [{ ...of(ids), ...before('at', after) }, wanted] },
        sort: [{ at: 'desc' }, { id: 'desc' }],
        limit,
      })
      .map((entry: Activity) => ({
        kind: entry.categoryId >= messageIds.from && entry.categoryId < messageIds.before ? 'message' : 'change',
        id: entry.id,
        at: entry.at,
        text: activityText(entry.action, entry.values),
        actorName: entry.actorName,
      }));
}

function of(ids: string[]) {
  const [only] = ids;
  return { patientId: ids.length === 1 && only !== undefined ? { $eq: only } : { $in: ids } };
}

/** Strictly before the last row of the page before; `<=` bounds the index scan. */
function before(field: string, after: Position | undefined): Record<string, unknown> {
  if (!after) return {};
  return { [field]: { $lte: after.at }, $or: [{ [field]: { $lt: after.at } }, { id: { $lt: after.id } }] };
}

function writeCursor({ at, id }: Position): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

function readCursor(cursor: string): Position {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string') {
      return { at: value[0], id: value[1] };
    }
  } catch {
    // Whatever is wrong with it, the remedy below is the same.
  }
  throw invalid('cursor', 'malformed', 'The page marker is not one of ours', 'Begin again with the first page.');
}
