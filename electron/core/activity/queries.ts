import { activityText } from '../../../shared/activity/actions.ts';
import type { ListActivity } from '../../../shared/activity/input.ts';
import type { Activity } from '../../../shared/activity/schema.ts';
import { nextDay, startOfDay } from '../../../shared/billing/days.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Page } from '../../../shared/kernel/page.ts';
import { invalid, keysetPage, type ScopedReads } from '../kernel/index.ts';
import type { Search } from '../search/index.ts';
import { centreOf } from '../setup/index.ts';

/** An entry with its words. */
export interface ActivityRow extends Stored<Activity> {
  text: string;
  /** The accession, number or the like under which the subject's screen is found, where its id is not enough. */
  subjectKind?: string;
  accession?: string;
}

/** A page of entries; `cut` when a text fits more entries than were looked at, so that older ones may be missing. */
export type ActivityPage = Page<ActivityRow> & { cut: boolean };

/** How many hits of the word search are looked at. */
const mostHits = 500;

/** Who did it, for the filter. */
export interface Actor {
  id: string;
  name: string;
}

/**
 * A page of the activity log, the newest first. Without a text by an index, at the cost of the page; with one the entries
 * that the word index finds, narrowed by the rest. Five statements at most, whatever the page.
 */
export async function listActivity(
  reads: ScopedReads,
  search: Pick<Search, 'query'>,
  input: ListActivity,
): Promise<ActivityPage> {
  const range = rangeOf(reads, input);
  if (input.text?.trim()) return byWords(reads, search, input, range);
  const { actorId, action, subjectId, patientId, cursor, limit } = input;
  const selector = {
    ...(range.from || range.to ? { at: { ...after(range.from), ...before(range.to) } } : {}),
    ...(actorId === undefined ? {} : { actorId: { $eq: actorId } }),
    ...(action === undefined ? {} : { action: { $eq: action } }),
    ...(subjectId === undefined ? {} : { 'subject.id': { $eq: subjectId } }),
    ...(patientId === undefined ? {} : { patientId: { $eq: patientId } }),
  };
  const { rows, nextCursor } = keysetPage(reads, 'activity', selector, 'at', { cursor, limit });
  return { rows: rowsOf(reads, rows), nextCursor, cut: false };
}

/** Everybody with a log-in, and the core itself. One statement. */
export function actors(reads: ScopedReads): Actor[] {
  const staff = reads.find('directory', { selector: { kind: { $eq: 'staff' } }, limit: mostActors });
  const people = staff.flatMap((one) => (one.kind === 'staff' ? [{ id: one.id, name: one.fullName }] : []));
  return people.toSorted((a, b) => a.name.localeCompare(b.name));
}

const mostActors = 5000;

interface Range {
  from?: string;
  to?: string;
}

function rangeOf(reads: ScopedReads, { from, to }: ListActivity): Range {
  if (from && to && to < from) throw invalid('to', 'range.order', 'The range ends before it begins');
  if (!from && !to) return {};
  const { timeZone } = centreOf(reads);
  return { from: from && startOfDay(from, timeZone), to: to && startOfDay(nextDay(to), timeZone) };
}

function after(from: string | undefined): { $gte?: string } {
  return from === undefined ? {} : { $gte: from };
}

function before(to: string | undefined): { $lt?: string } {
  return to === undefined ? {} : { $lt: to };
}

async function byWords(
  reads: ScopedReads,
  search: Pick<Search, 'query'>,
  input: ListActivity,
  range: Range,
): Promise<ActivityPage> {
  const { hits } = await search.query(reads.labId, input.text ?? '', { limit: mostHits, indexes: ['activity_logs'] });
  const ids = hits.activity_logs ?? [];
  const fits = reads
    .getMany('activity', ids)
    .filter(({ at }) => at >= (range.from ?? '') && (range.to === undefined || at < range.to))
    .filter(({ actorId }) => input.actorId === undefined || actorId === input.actorId)
    .filter(({ action }) => input.action === undefined || action === input.action)
    .filter(({ subject }) => input.subjectId === undefined || subject?.id === input.subjectId)
    .filter(({ patientId }) => input.patientId === undefined || patientId === input.patientId)
    .toSorted((a, b) => (a.at === b.at ? b.position - a.position : a.at < b.at ? 1 : -1));
  return { rows: rowsOf(reads, fits.slice(0, input.limit)), cut: ids.length >= mostHits || fits.length > input.limit };
}

/** With what a screen needs to lead to the subject: the kind of a document that shares its collection, an accession. */
function rowsOf(reads: ScopedReads, entries: readonly Stored<Activity>[]): ActivityRow[] {
  const of = (collection: string) =>
    entries.flatMap(({ subject }) => (subject?.collection === collection ? [subject.id] : []));
  const kinds = new Map<string, string>();
  for (const { id, kind } of reads.mapOf('setup', of('setup')).values()) kinds.set(id, kind);
  for (const { id, kind } of reads.mapOf('directory', of('directory')).values()) kinds.set(id, kind);
  for (const { id, kind } of reads.mapOf('billing', of('billing')).values()) kinds.set(id, kind);
  const specimens = reads.mapOf('specimens', of('specimens'));
  return entries.map((entry) => {
    const id = entry.subject?.id ?? '';
    return {
      ...entry,
      text: activityText(entry.action, entry.values),
      subjectKind: kinds.get(id),
      accession: specimens.get(id)?.accession,
    };
  });
}
