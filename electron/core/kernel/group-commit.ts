import type { EngineTransaction, SqliteEngine } from './storage/index.ts';

interface Waiting {
  readonly write: (transaction: EngineTransaction) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes writes that arrive together durable together: all that came in during one turn of the event loop share one
 * COMMIT and so one flush of the disk. Twenty analyzers do not wait in a row.
 */
export class GroupCommit {
  private readonly engine: SqliteEngine;
  private waiting: Waiting[] = [];

  constructor(engine: SqliteEngine) {
    this.engine = engine;
  }

  /**
   * Resolves with what `write` returned once it is on disk. Rejects with the reason when it could not be written; the
   * other writes of the group are then tried each by itself, so that one bad row holds up nobody.
   */
  run<T>(write: (transaction: EngineTransaction) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.waiting.length === 0) setImmediate(() => this.flush());
      this.waiting.push({ write, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  private flush(): void {
    const group = this.waiting;
    this.waiting = [];
    let values: unknown[];
    try {
      values = this.engine.commit((transaction) => group.map(({ write }) => write(transaction)));
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const one of group) this.alone(one);
      return;
    }
    group.forEach(({ resolve }, index) => {
      resolve(values[index]);
    });
  }

  private alone({ write, resolve, reject }: Waiting): void {
    try {
      resolve(this.engine.commit(write));
    } catch (error) {
      reject(error);
    }
  }
}
