import { settleClaim } from '../billing/claim.ts';
import { settleInvoice } from '../billing/invoice.ts';
import type { Bill, Claim, Invoice } from '../billing/schema.ts';
import { settle } from '../billing/settle.ts';
import { canonicalJson, isPlain, type Plain, sameJson } from './canonical.ts';
import type { MergedCollection } from './collections.ts';
import { type FieldRules, inEditOrder, type MergeLoss, mergeFields, type Sides } from './merge-fields.ts';
import { mergeReport } from './merge-report.ts';

/** The outcome of a merge. `losses` is empty when nothing that somebody wrote was dropped. */
export interface Merged {
  readonly document: Plain;
  readonly losses: readonly MergeLoss[];
}

const by =
  (...names: string[]) =>
  (entry: Plain) =>
    names.map((name) => String(entry[name] ?? '')).join('|');

const ids = { kind: 'set', max: 50_000 } as const;

/** How the fields of each collection merge; a field without a rule goes whole to the later edit. */
const rules: Readonly<Record<MergedCollection, FieldRules>> = {
  patients: {
    consent: { kind: 'fields' },
    otherPhones: { kind: 'set', max: 5 },
    nationalIds: { kind: 'keyed', key: by('country', 'type'), max: 10 },
    insurances: { kind: 'keyed', key: by('insurerId', 'policyNumber'), max: 10 },
    idProofs: { kind: 'keyed', key: by('sha256'), max: 20 },
    attachments: { kind: 'keyed', key: by('sha256'), max: 50 },
    family: { kind: 'keyed', key: by('patientId', 'name'), max: 20 },
    otherNumbers: { kind: 'set', max: 10 },
    formerly: { kind: 'keyed', key: by('patientId'), max: 50 },
    allowedTests: { kind: 'set' },
    // Each station gives documents that came late to the survivor, and a merge remembers all of them.
    merge: {
      kind: 'fields',
      rules: {
        moved: { kind: 'fields', rules: { billing: ids, specimens: ids, reports: ids, deviceResults: ids } },
        relatives: ids,
      },
    },
  },
  billing: {
    lines: { kind: 'keyed', key: by('id'), max: 200 },
    payments: { kind: 'appendOnly', key: by('id') },
    approvals: { kind: 'appendOnly', key: by('id') },
    entries: { kind: 'appendOnly', key: by('id') },
    released: { kind: 'appendOnly', key: by('id') },
    diagnoses: { kind: 'keyed', key: by('code'), max: 20 },
  },
  specimens: {
    custody: { kind: 'appendOnly', key: by('at', 'state', 'by', 'stationId'), max: 200 },
    reportIds: { kind: 'set', max: 200 },
    testCodes: { kind: 'set', max: 200 },
  },
  reports: {},
  deviceResults: {},
  directory: {
    roleIds: { kind: 'set', max: 20 },
    permissions: { kind: 'set' },
    strictFields: { kind: 'set' },
    lastLoginAt: { kind: 'latest' },
  },
  catalogue: {
    aliases: { kind: 'set', max: 20 },
    choices: { kind: 'keyed', key: by('value'), max: 100 },
    prices: { kind: 'keyed', key: by('kind', 'code'), max: 5000 },
  },
  setup: {
    entries: { kind: 'keyed', key: by('deviceCode'), max: 1000 },
  },
};

/** Derived from other fields: recomputed after the merge, so that a difference in them is no loss. */
const derived: Partial<Record<MergedCollection, readonly string[]>> = {
  billing: ['totals', 'status', 'agedFrom'],
  specimens: ['state'],
  patients: ['mergeLosses'],
};

/**
 * Merges two states of one document that were changed apart (data model: "When two stations changed the same thing
 * apart"). Pure and symmetric: both stations compute the same document, whichever of the states is theirs.
 * @param base the last state both had in common, where there is one
 */
export function mergeDocuments(
  collection: MergedCollection,
  base: Plain | undefined,
  one: Plain,
  other: Plain,
): Merged {
  const order = inEditOrder(one, other);
  if (sameJson(order.later, order.earlier)) return { document: order.later, losses: [] };
  const sides: Sides = { base, ...order };
  if (Boolean(one._deleted) !== Boolean(other._deleted)) return deletedByOne(sides);
  const merged = collection === 'reports' ? mergeReport(sides) : mergeFields(sides, rules[collection]);
  const document = withOwner(sides, merged.document);
  const losses = merged.losses.filter((loss) => !derived[collection]?.includes(loss.field));
  switch (collection) {
    case 'billing':
      return { document: withTotals(sides, document), losses };
    case 'specimens':
      return { document: withCustodyState(sides, document), losses };
    case 'patients':
      return { document: withLosses(sides, withoutStrayMerge(document), losses), losses };
    default:
      return { document, losses };
  }
}

/**
 * Of two entries under one id that can never be changed (activity, file content, journal) the one written first stays,
 * and the other is reported.
 */
export function mergeAppendOnly(one: Plain, other: Plain): Merged {
  const { later, earlier } = inEditOrder(one, other);
  if (sameJson(later, earlier)) return { document: earlier, losses: [] };
  return { document: earlier, losses: [lossOfDocument(later)] };
}

/** One side deleted the document, the other changed it: the later of the two stands, and the other is told. */
function deletedByOne({ later, earlier }: Sides): Merged {
  return { document: later, losses: [lossOfDocument(earlier)] };
}

function lossOfDocument(side: Plain): MergeLoss {
  return { field: 'document', lost: side, at: String(side.updatedAt), stationId: String(side.stationId) };
}

/** Totals and status are never merged but recomputed; a cancelled bill, invoice or claim stays cancelled. */
function withTotals({ later, earlier }: Sides, document: Plain): Plain {
  if (document.kind === 'invoice') {
    return { ...document, ...settleInvoice(document as unknown as Invoice) };
  }
  if (document.kind === 'claim') return { ...document, ...settleClaim(document as unknown as Claim) };
  if (document.kind !== 'bill') return document;
  const merged = document as unknown as Bill;
  // Each may have removed what the other kept; a bill without a line is none, so the later edit's lines stand.
  const bill = merged.lines.length > 0 ? merged : { ...merged, lines: (later as unknown as Bill).lines };
  const cancelled = later.status === 'cancelled' || earlier.status === 'cancelled';
  return { ...bill, ...settle({ ...bill, cancelled }) };
}

/** The state of a specimen is the state of its last custody step. */
function withCustodyState({ later, earlier }: Sides, document: Plain): Plain {
  if (later.state === earlier.state) return document;
  const last = Array.isArray(document.custody) ? document.custody.at(-1) : undefined;
  return isPlain(last) ? { ...document, state: last.state } : document;
}

/** What one side gave back to its patient as it undid a merge is that patient's, though the other handed it over meanwhile. */
function withOwner({ base, later, earlier }: Sides, document: Plain): Plain {
  const gaveBack = (side: Plain) => side.givenBack !== undefined && side.givenBack !== base?.givenBack;
  if (gaveBack(later) === gaveBack(earlier)) return document;
  return { ...document, patientId: (gaveBack(later) ? later : earlier).patientId };
}

/** A merge that one side took back is gone, also where the other side added to its record meanwhile. */
function withoutStrayMerge({ merge, ...document }: Plain): Plain {
  return merge === undefined || document.mergedInto === undefined ? document : { ...document, merge };
}

const keptLosses = 50;

/** What a patient's merges dropped stays on the patient, newest last, for a person to look at. */
function withLosses({ later, earlier }: Sides, document: Plain, losses: readonly MergeLoss[]): Plain {
  const all = new Map<string, Plain>();
  for (const side of [earlier, later]) {
    for (const loss of Array.isArray(side.mergeLosses) ? side.mergeLosses : []) all.set(canonicalJson(loss), loss);
  }
  for (const loss of losses) all.set(canonicalJson(loss), { ...loss });
  if (all.size === 0) return document;
  const inOrder = [...all].sort(([a, one], [b, other]) =>
    `${String(one.at)} ${a}` < `${String(other.at)} ${b}` ? -1 : 1,
  );
  return { ...document, mergeLosses: inOrder.slice(-keptLosses).map(([, loss]) => loss) };
}
