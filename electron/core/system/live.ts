import { EventEmitter, on } from 'node:events';
import type { CollectionName, Kernel } from '../kernel/index.ts';

/** Which documents changed, for screens to look again. */
export interface LiveChange {
  collections: Partial<Record<CollectionName, string[]>>;
}

/** More ids than this of one collection are told as "many": an empty list. */
const mostIds = 200;

const followed: readonly CollectionName[] = [
  'patients',
  'billing',
  'specimens',
  'reports',
  'catalogue',
  'directory',
  'setup',
  'journal',
  'deviceResults',
  'jobs',
  'activity',
];

/** Tells open screens what was committed, by whomever; a burst of commits is one change. */
export class LiveChanges {
  private readonly emitter = new EventEmitter<{ change: [LiveChange] }>().setMaxListeners(0);

  constructor(kernel: Kernel) {
    kernel.followers.add({
      name: 'live-screens',
      collections: followed,
      from: 'now',
      handle: (changes) => {
        if (this.emitter.listenerCount('change') === 0) return;
        const collections: LiveChange['collections'] = {};
        for (const [collection, group] of Map.groupBy(changes, (change) => change.collection as CollectionName)) {
          collections[collection] = group.length > mostIds ? [] : group.map((change) => change.id);
        }
        this.emitter.emit('change', { collections });
      },
    });
  }

  /** Changes as they come, until the signal. */
  async *changes(signal: AbortSignal | undefined): AsyncGenerator<LiveChange> {
    for await (const [change] of on(this.emitter, 'change', { signal })) yield change as LiveChange;
  }
}
