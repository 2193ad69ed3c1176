import { canonicalJson, isPlain, type Plain, sameJson } from './canonical.ts';

/** What a merge dropped: a field that both sides had changed, with the value that did not win. */
export interface MergeLoss {
  readonly field: string;
  /** The value that lost; null where the losing side had removed the field. */
  readonly lost: unknown;
  /** When the losing side was last changed. */
  readonly at: string;
  readonly stationId: string;
}

/**
 * The two sides of a merge in an order that does not depend on which is local: the later edit first. `base` is the last
 * state both had in common, undefined where there is none.
 */
export interface Sides {
  readonly base: Plain | undefined;
  readonly later: Plain;
  readonly earlier: Plain;
}

/** How one field of a document merges. Absent from the rules: the whole value of the later edit wins. */
export type FieldRule =
  /** Entries are only ever added: all of both sides, each once, in order of time. */
  | { readonly kind: 'appendOnly'; readonly key: (entry: Plain) => string; readonly max?: number }
  /**
   * Entries with a name of their own: added, changed and removed one by one. One that both changed merges field by field,
   * or goes `whole` to the later edit where its fields only mean something together.
   */
  | { readonly kind: 'keyed'; readonly key: (entry: Plain) => string; readonly max?: number; readonly whole?: boolean }
  /** Simple values, each in the list or not. */
  | { readonly kind: 'set'; readonly max?: number }
  /** An object whose fields merge one by one, by rules of their own where they have some. */
  | { readonly kind: 'fields'; readonly rules?: FieldRules }
  /** The greatest text: for "last seen at" and the like, where the smaller value is no loss. */
  | { readonly kind: 'latest' };

export type FieldRules = Readonly<Record<string, FieldRule>>;

/** Who wrote a document and when: goes with the later edit as one. */
const bookkeeping = new Set(['updatedAt', 'updatedBy', 'stationId', 'createdAt', 'createdBy']);

/** Puts two states in the order of their edits: by time, then by who, then by content, so that there is always one order. */
export function inEditOrder(one: Plain, other: Plain): { later: Plain; earlier: Plain } {
  const rank = (side: Plain) => `${String(side.updatedAt)} ${String(side.updatedBy)} ${canonicalJson(side)}`;
  return rank(one) >= rank(other) ? { later: one, earlier: other } : { later: other, earlier: one };
}

/**
 * Merges field by field against the common state: what only one side changed is taken from it; of what both changed, by
 * its rule or else the later edit. Returns the merged document and what lost.
 */
export function mergeFields(sides: Sides, rules: FieldRules): { document: Plain; losses: MergeLoss[] } {
  const losses: MergeLoss[] = [];
  const document = mergeObject(sides, rules, '', (field, lost) => {
    losses.push({
      field,
      lost: lost ?? null,
      at: String(sides.earlier.updatedAt),
      stationId: String(sides.earlier.stationId),
    });
  });
  return { document, losses };
}

type ReportLoss = (field: string, lost: unknown) => void;

function mergeObject({ base, later, earlier }: Sides, rules: FieldRules, path: string, lose: ReportLoss): Plain {
  const merged: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(later), ...Object.keys(earlier)])) {
    const values = { base: base?.[name], later: later[name], earlier: earlier[name], hasBase: base !== undefined };
    const field = path ? `${path}.${name}` : name;
    const quiet = path === '' && bookkeeping.has(name);
    const value = quiet ? values.later : mergeValue(values, rules[name], field, lose);
    if (value !== undefined) merged[name] = value;
  }
  return merged;
}

interface Values {
  base: unknown;
  later: unknown;
  earlier: unknown;
  hasBase: boolean;
}

function mergeValue(values: Values, rule: FieldRule | undefined, field: string, lose: ReportLoss): unknown {
  const { base, later, earlier, hasBase } = values;
  if (sameJson(later, earlier)) return later;
  if (rule?.kind === 'appendOnly' && isList(later) && isList(earlier)) {
    return uniteAppended(later, earlier, rule, field, lose);
  }
  if (hasBase && sameJson(base, earlier)) return later;
  if (hasBase && sameJson(base, later)) return earlier;
  const whole = () => {
    if (hasBase || earlier !== undefined) lose(field, earlier);
    return later;
  };
  switch (rule?.kind) {
    case undefined:
      return whole();
    case 'latest':
      return String(later ?? '') >= String(earlier ?? '') ? later : earlier;
    case 'fields':
      if (!isPlain(later) || !isPlain(earlier)) return whole();
      return mergeObject({ base: isPlain(base) ? base : undefined, later, earlier }, rule.rules ?? {}, field, lose);
    case 'set':
      if (!isList(later) || !isList(earlier)) return whole();
      return mergeSet({ base, later, earlier }, rule.max, field, lose);
    case 'keyed':
      if (!isList(later) || !isList(earlier)) return whole();
      return mergeKeyed({ base, later, earlier }, rule, field, lose);
    case 'appendOnly':
      return whole();
    default:
      return rule satisfies never;
  }
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

interface Lists {
  base: unknown;
  later: readonly unknown[];
  earlier: readonly unknown[];
}

/** Reference for what is never removed: payments, custody steps, signed versions. */
function uniteAppended(
  later: readonly unknown[],
  earlier: readonly unknown[],
  { key, max }: { key: (entry: Plain) => string; max?: number },
  field: string,
  lose: ReportLoss,
): unknown[] {
  const united = new Map<string, Plain>();
  for (const entry of later) if (isPlain(entry)) united.set(key(entry), entry);
  for (const entry of earlier) {
    if (!isPlain(entry)) continue;
    const name = key(entry);
    const winner = united.get(name);
    if (!winner) united.set(name, entry);
    else if (!sameJson(winner, entry)) lose(`${field}.${name}`, entry);
  }
  const inOrder = [...united.values()].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  return bounded(inOrder, max, field, lose, 'oldest');
}

/** Time first, then content, so that both stations write the same list. */
function orderOf(entry: Plain): string {
  const signed = isPlain(entry.signed) ? entry.signed.at : undefined;
  return `${String(entry.at ?? entry.addedAt ?? signed ?? '')} ${canonicalJson(entry)}`;
}

function mergeSet(
  { base, later, earlier }: Lists,
  max: number | undefined,
  field: string,
  lose: ReportLoss,
): unknown[] {
  const before = new Set((isList(base) ? base : []).map(canonicalJson));
  const inLater = new Set(later.map(canonicalJson));
  const inEarlier = new Set(earlier.map(canonicalJson));
  const merged = [
    ...later.filter((value) => inEarlier.has(canonicalJson(value)) || !before.has(canonicalJson(value))),
    ...earlier.filter((value) => !inLater.has(canonicalJson(value)) && !before.has(canonicalJson(value))),
  ];
  return bounded(merged, max, field, lose, 'newest');
}

function mergeKeyed(
  { base, later, earlier }: Lists,
  { key, max, whole }: Extract<FieldRule, { kind: 'keyed' }>,
  field: string,
  lose: ReportLoss,
): unknown[] {
  const byKey = (list: unknown) =>
    new Map((isList(list) ? list.filter(isPlain) : []).map((entry) => [key(entry), entry]));
  const before = byKey(base);
  const inLater = byKey(later);
  const inEarlier = byKey(earlier);
  const merged: Plain[] = [];
  for (const name of new Set([...inLater.keys(), ...inEarlier.keys()])) {
    const one = inLater.get(name);
    const other = inEarlier.get(name);
    const old = before.get(name);
    const present = one ?? other;
    if (one && other) {
      const values = { base: old, later: one, earlier: other, hasBase: old !== undefined };
      const rule: FieldRule | undefined = whole ? undefined : { kind: 'fields' };
      merged.push(mergeValue(values, rule, `${field}.${name}`, lose) as Plain);
    } else if (present && !(old && sameJson(old, present))) {
      // Added by one side, or removed by one and changed by the other: what somebody wrote is not thrown away.
      merged.push(present);
    }
  }
  return bounded(merged, max, field, lose, 'newest');
}

/** Keeps a list within its schema's length; what does not fit is reported, never dropped in silence. */
function bounded<T>(
  list: T[],
  max: number | undefined,
  field: string,
  lose: ReportLoss,
  drop: 'oldest' | 'newest',
): T[] {
  if (max === undefined || list.length <= max) return list;
  const kept = drop === 'oldest' ? list.slice(-max) : list.slice(0, max);
  for (const entry of list) if (!kept.includes(entry)) lose(field, entry);
  return kept;
}
