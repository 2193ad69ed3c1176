import type { Report, ReportState, ReportValue } from '../reports/schema.ts';
import { type Plain, sameJson } from './canonical.ts';
import { type MergeLoss, mergeFields, type Sides } from './merge-fields.ts';

/**
 * What a signature stands for. These fields belong together: values of one station under a signature of another would be
 * a report that nobody signed.
 */
const signedContent = [
  'state',
  'values',
  'comment',
  'resultedAt',
  'verified',
  'signed',
  'releasedAt',
  'version',
] as const satisfies readonly (keyof Report)[];

const versionKey = (entry: Plain) => {
  const signed = entry.signed as { by?: unknown; at?: unknown } | undefined;
  return `${String(entry.version)}|${String(signed?.at)}|${String(signed?.by)}`;
};

/** How far a report is; a cancelled one only wins as the later edit does. */
const progress: readonly ReportState[] = ['ordered', 'inProgress', 'resulted', 'verified', 'signed', 'released'];

const rank = (side: Plain) => progress.indexOf(side.state as ReportState);

/**
 * Merges a report that two stations changed apart. Every signed version of both is kept. A signed state is never mixed
 * with other values: the side with more signed versions stands whole, at the same number the later signature. Unsigned
 * results unite parameter by parameter, and a verification stays only when its values are what came out.
 */
export function mergeReport(sides: Sides): { document: Plain; losses: MergeLoss[] } {
  const rules = {
    versions: { kind: 'appendOnly', key: versionKey, max: 50 },
    values: { kind: 'keyed', key: (entry: Plain) => String(entry.parameterId), max: 200, whole: true },
  } as const;
  const merged = mergeFields(sides, rules);
  const winner = signedSide(sides);
  if (winner) {
    const loser = winner === sides.later ? sides.earlier : sides.later;
    const document: Record<string, unknown> = { ...merged.document };
    for (const field of signedContent) {
      if (winner[field] === undefined) delete document[field];
      else document[field] = winner[field];
    }
    return { document, losses: [...otherLosses(merged.losses), ...unsignedLosses(sides, winner, loser)] };
  }
  const document = { ...merged.document, ...stateOf(sides, merged.document) };
  if (document.state !== 'verified') delete (document as Record<string, unknown>).verified;
  return { document, losses: merged.losses.filter((loss) => loss.field !== 'state' && loss.field !== 'verified') };
}

/**
 * Whether a report holds signed versions that two stations made apart: the same version number twice. A person decides
 * which one is right and issues an amendment.
 */
export function hasCompetingVersions(report: Pick<Report, 'versions'>): boolean {
  return new Set(report.versions.map((entry) => entry.version)).size < report.versions.length;
}

/** The side whose signed content stands whole, when either was signed. */
function signedSide(sides: Sides): Plain | undefined {
  const { later, earlier } = sides;
  const signedAt = (side: Plain) => (side.signed as { at?: string } | undefined)?.at ?? '';
  if (!signedAt(later) && !signedAt(earlier) && !later.version && !earlier.version) return undefined;
  const byVersion = Number(later.version ?? 0) - Number(earlier.version ?? 0);
  if (byVersion !== 0) return byVersion > 0 ? later : earlier;
  if (!sameJson(later.signed, earlier.signed)) return signedAt(later) >= signedAt(earlier) ? later : earlier;
  return changedSinceSigning(sides);
}

/** Both carry the same signature: what one did since then stands; of two, the release, else the later edit. */
function changedSinceSigning({ base, later, earlier }: Sides): Plain {
  const content = (side: Plain | undefined) => signedContent.map((field) => side?.[field] ?? null);
  if (base && sameJson(content(base), content(earlier))) return later;
  if (base && sameJson(content(base), content(later))) return earlier;
  if (!sameValues(later.values, earlier.values)) return later;
  return rank(later) >= rank(earlier) ? later : earlier;
}

function otherLosses(losses: readonly MergeLoss[]): MergeLoss[] {
  return losses.filter(
    (loss) => !signedContent.some((field) => loss.field === field || loss.field.startsWith(`${field}.`)),
  );
}

/** What the losing side had entered and not signed; its signed versions are kept, so they are no loss. */
function unsignedLosses({ base }: Sides, winner: Plain, loser: Plain): MergeLoss[] {
  const kept = Array.isArray(loser.versions) ? (loser.versions as Report['versions']).at(-1)?.values : undefined;
  return (['values', 'comment'] as const)
    .filter((field) => !sameJson(loser[field], winner[field]) && !sameJson(loser[field], base?.[field]))
    .filter((field) => !(loser.signed && field === 'values' && sameJson(kept, loser.values)))
    .filter((field) => !(loser.signed && field === 'comment'))
    .map((field) => ({
      field,
      lost: loser[field] ?? null,
      at: String(loser.updatedAt),
      stationId: String(loser.stationId),
    }));
}

/** State and verification of a report that nobody signed yet. */
function stateOf({ base, later, earlier }: Sides, merged: Plain): { state: unknown; verified?: unknown } {
  if (later.state === 'cancelled' || earlier.state === 'cancelled') return cancelledOr(base, later, earlier);
  const ahead = rank(later) >= rank(earlier) ? later : earlier;
  if (ahead.state !== 'verified' || sameValues(ahead.values, merged.values)) {
    return { state: ahead.state, verified: ahead.verified };
  }
  return { state: 'resulted' };
}

/** Cancelling or taking it back is a decision of a person: the side that made it, or the later of two. */
function cancelledOr(base: Plain | undefined, later: Plain, earlier: Plain): { state: unknown; verified?: unknown } {
  const decided = base && base.state === later.state ? earlier : later;
  return { state: decided.state, verified: decided.verified };
}

function sameValues(one: unknown, other: unknown): boolean {
  const sorted = (list: unknown) =>
    Array.isArray(list) ? (list as ReportValue[]).toSorted((a, b) => (a.parameterId < b.parameterId ? -1 : 1)) : [];
  return sameJson(sorted(one), sorted(other));
}
