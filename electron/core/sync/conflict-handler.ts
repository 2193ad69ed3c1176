import type { RxConflictHandler, WithDeleted } from 'rxdb';
import type { Plain } from '../../../shared/sync/canonical.ts';
import { isAppendOnly, type ReplicatedCollection } from '../../../shared/sync/collections.ts';
import { type Merged, mergeAppendOnly, mergeDocuments } from '../../../shared/sync/merge.ts';
import { type Incoming, sameDocument } from './incoming.ts';
import type { RejectedDocuments } from './rejected.ts';

/** The three states of a conflict as RxDB names them. */
export interface ConflictInput {
  /** What both sides had in common last, where there is such a state. */
  readonly assumedMasterState?: unknown;
  readonly newDocumentState: unknown;
  readonly realMasterState: unknown;
}

/** Merges our state of a document with head office's. Pure, so that it can be asked again for what was lost. */
export function mergeConflict(collection: ReplicatedCollection, input: ConflictInput): Merged {
  const ours = input.newDocumentState as Plain;
  const theirs = input.realMasterState as Plain;
  if (isAppendOnly(collection)) return mergeAppendOnly(ours, theirs);
  return mergeDocuments(collection, input.assumedMasterState as Plain | undefined, ours, theirs);
}

/**
 * RxDB's conflict handler of a collection. What head office holds is parsed before it is merged; a state that is no
 * document of this collection is kept aside, and ours goes back in its place.
 */
export function conflictHandler(
  collection: ReplicatedCollection,
  incoming: Incoming,
  rejected: RejectedDocuments,
): RxConflictHandler<unknown> {
  return {
    isEqual: (one, other) => sameDocument(one as Plain, other as Plain),
    async resolve(input) {
      const fault = incoming.fault(input.realMasterState as Plain);
      const merged = fault ? undefined : mergeConflict(collection, input).document;
      if (merged && !incoming.fault(merged)) return merged as WithDeleted<unknown>;
      const id = String((input.newDocumentState as Plain).id);
      const reason = fault ?? 'cannot be merged with the document here';
      rejected.keep(collection, [{ id, reason, document: input.realMasterState }]);
      return input.newDocumentState;
    },
  };
}
