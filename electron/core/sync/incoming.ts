import { setImmediate as yieldThread } from 'node:timers/promises';
import type { z } from 'zod';
import { isPlain, type Plain, sameJson } from '../../../shared/sync/canonical.ts';
import { isAppendOnly, type ReplicatedCollection } from '../../../shared/sync/collections.ts';
import type { AnyCollectionDefinition, Kernel } from '../kernel/index.ts';
import type { RejectedDocuments } from './rejected.ts';

/** A document as CouchDB sends it. */
export type CouchDocument = Plain & { readonly _id: string };

type Verdict =
  | { kind: 'good'; document: CouchDocument }
  | { kind: 'foreign' }
  | { kind: 'bad'; id: string; reason: string };

/** How many documents are checked before the thread is given back: about two milliseconds' worth. */
const slice = 100;

/**
 * Looks at every document of head office before anything else does: documents of other machines are hostile until
 * parsed. What is not in order is kept aside and never written.
 */
export class Incoming {
  private readonly kernel: Kernel;
  private readonly collection: ReplicatedCollection;
  private readonly schema: z.ZodType;
  private readonly replicates: (document: Plain) => boolean;
  private readonly rejected: RejectedDocuments;

  constructor(kernel: Kernel, definition: AnyCollectionDefinition, rejected: RejectedDocuments) {
    this.kernel = kernel;
    this.collection = definition.name as ReplicatedCollection;
    this.schema = definition.schema as z.ZodType;
    this.replicates = definition.replicates as unknown as (document: Plain) => boolean;
    this.rejected = rejected;
  }

  /** Whether a document of ours is for head office. */
  leaves(document: Plain): boolean {
    return this.replicates(document);
  }

  /** Whether a document, with its `id` and without CouchDB's own fields, is one of this collection. */
  fault(document: Plain): string | undefined {
    const { _deleted: deleted, ...fields } = document;
    const parsed = this.schema.safeParse(fields);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const field = issue?.path.join('.');
      const words = `${field ? `${field}: ` : ''}${issue?.message ?? 'not a document of this collection'}`;
      return deleted ? `deleted without its content (${words})` : words;
    }
    if (fields.labId !== this.kernel.needIdentity().labId) return 'labId: belongs to another laboratory';
    if (!this.replicates(fields)) return 'kind: this kind stays on the station that made it';
    if (deleted && isAppendOnly(this.collection)) return 'deleted, but such entries are never deleted';
    return undefined;
  }

  /**
   * The documents that may be written, of those that head office sent. The others are kept aside; design documents are
   * head office's own business and are passed over.
   */
  async admit(documents: readonly unknown[]): Promise<CouchDocument[]> {
    const verdicts: Verdict[] = [];
    for (let from = 0; from < documents.length; from += slice) {
      if (from > 0) await yieldThread();
      verdicts.push(...documents.slice(from, from + slice).map((document) => this.judge(document)));
    }
    const good = verdicts.flatMap((verdict) => (verdict.kind === 'good' ? [verdict.document] : []));
    const altered = isAppendOnly(this.collection) ? this.alteredEntries(good) : new Set<string>();
    const bad = verdicts.flatMap((verdict, at) => {
      if (verdict.kind === 'bad') return [{ ...verdict, document: documents[at] }];
      if (verdict.kind !== 'good' || !altered.has(verdict.document._id)) return [];
      const reason = 'differs from the entry here, but such entries are never changed';
      return [{ id: verdict.document._id, reason, document: documents[at] }];
    });
    this.rejected.keep(this.collection, bad);
    const admitted = good.filter((document) => !altered.has(document._id));
    this.rejected.forget(
      this.collection,
      admitted.map((document) => document._id),
    );
    return admitted;
  }

  private judge(raw: unknown): Verdict {
    if (!isPlain(raw) || typeof raw._id !== 'string') return { kind: 'bad', id: 'unknown', reason: 'not a document' };
    if (raw._id.startsWith('_design/')) return { kind: 'foreign' };
    const document = plainDocument(raw as CouchDocument);
    const reason = 'id' in raw ? 'id: not a known field' : this.fault(document);
    return reason
      ? { kind: 'bad', id: raw._id.slice(0, 300), reason }
      : { kind: 'good', document: raw as CouchDocument };
  }

  /** Ids of entries that are here with other content. */
  private alteredEntries(documents: readonly CouchDocument[]): Set<string> {
    const ids = documents.map((document) => document._id);
    const found = this.kernel.database.engine.findByIds<Plain>(this.collection, ids, true);
    const ours = new Map(found.map((document) => [String(document.id), document]));
    return new Set(
      documents
        .filter((document) => {
          const own = ours.get(document._id);
          return own !== undefined && !sameDocument(plainDocument(document), own);
        })
        .map((document) => document._id),
    );
  }
}

/** CouchDB's document as it is here: `_id` is `id`, and the revision is theirs alone. */
function plainDocument({ _id, _rev, ...fields }: CouchDocument): Plain {
  return { ...fields, id: _id };
}

/** Whether two states of a document say the same, apart from what the storages keep for themselves. */
export function sameDocument(one: Plain, other: Plain): boolean {
  return sameJson(content(one), content(other));
}

function content({ _rev, _meta, _attachments, _deleted, ...fields }: Plain): Plain {
  return { ...fields, _deleted: Boolean(_deleted) };
}
