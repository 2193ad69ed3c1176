import type { Stored } from '../../../shared/kernel/document.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { stabilityOf, type TestStability } from '../../../shared/specimens/stability.ts';
import type { Work } from '../kernel/index.ts';

/** What is made from a specimen from now on. */
export interface TestChange {
  readonly specimen: Stored<Specimen>;
  readonly testCodes: string[];
  readonly reportIds: string[];
  /** How long the added tests keep. */
  readonly added: readonly TestStability[];
}

/** The order changed: specimens carry other tests. One write; the chain of custody is not touched. */
export function changeTests(work: Work, changes: readonly TestChange[]): Stored<Specimen>[] {
  return work.updateMany(
    'specimens',
    changes.map(({ specimen: current, testCodes, reportIds, added }) => ({
      current,
      change: { testCodes, reportIds, stability: stabilityOf([...(current.stability ?? []), ...added], testCodes) },
    })),
  );
}
