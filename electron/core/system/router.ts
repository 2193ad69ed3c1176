import { setTimeout as pause } from 'node:timers/promises';
import { type Kernel, loggedIn, openToAll, router } from '../kernel/index.ts';
import { setupOf } from '../setup/index.ts';
import type { Health } from './health.ts';
import type { LiveChanges } from './live.ts';

/** What the system API needs from the composition root. */
export interface SystemServices {
  readonly version: string;
  readonly mode: 'electron' | 'headless';
  readonly demo: boolean;
  readonly health: () => Health;
  readonly live: LiveChanges;
}

/** Between two looks at the state that the status bar shows. */
const healthEveryMs = 1000;

/** What the app shows before a log-in, and the state of everything around the core. */
export function createSystemRouter(services: SystemServices) {
  return router({
    status: openToAll('The first screen needs it: set-up, log-in or which laboratory this is.').query(({ ctx }) => {
      const { version, mode, demo } = services;
      return { setUp: ctx.kernel.identity !== undefined, version, mode, demo, ...names(ctx.kernel) };
    }),

    health: loggedIn.query(() => services.health()),

    onHealth: loggedIn.subscription(async function* ({ signal }) {
      let last = '';
      while (!signal?.aborted) {
        const health = services.health();
        // What changes by itself all the time is no reason to draw the screen again.
        const shown = JSON.stringify({ ...health, cache: undefined, thread: undefined });
        if (shown !== last) yield health;
        last = shown;
        await pause(healthEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }),
  });
}

/** What changed, for open screens. */
export function createLiveRouter(live: LiveChanges) {
  return router({
    changes: loggedIn.subscription(({ signal }) => live.changes(signal)),
  });
}

function names(kernel: Kernel): { labName?: string; stationName?: string } {
  if (!kernel.identity) return {};
  const reads = kernel.reads();
  return { labName: setupOf(reads, 'centre')[0]?.name, stationName: kernel.station().name };
}
