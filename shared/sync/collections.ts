/** Collections whose documents people change: they merge field by field. */
export const mergedCollections = [
  'patients',
  'billing',
  'specimens',
  'reports',
  'deviceResults',
  'directory',
  'catalogue',
  'setup',
] as const;
export type MergedCollection = (typeof mergedCollections)[number];

/** Collections whose documents are never changed, only followed: under one id there is one content. */
export const appendOnlyCollections = ['activity', 'blobs'] as const;
export type AppendOnlyCollection = (typeof appendOnlyCollections)[number];

/**
 * What is replicated with head office. `jobs` are the station's own; the journal holds analyzer bytes only, which stay on
 * the station that has the cable.
 */
export const replicatedCollections = [...mergedCollections, ...appendOnlyCollections] as const;
export type ReplicatedCollection = (typeof replicatedCollections)[number];

/** Whether documents of the collection are never changed. */
export function isAppendOnly(collection: ReplicatedCollection): collection is AppendOnlyCollection {
  return (appendOnlyCollections as readonly string[]).includes(collection);
}
