import * as channels from 'node:diagnostics_channel';

export const { channel, hasSubscribers, subscribe, unsubscribe } = channels;

/**
 * node:diagnostics_channel's tracingChannel (Node 18.19) for a runtime without it: traces go nowhere, work is done.
 * Only what libraries call when nobody listens.
 */
export function tracingChannel(): Record<string, unknown> {
  return {
    hasSubscribers: false,
    traceSync: (body: (...args: unknown[]) => unknown, _context: unknown, self: unknown, ...args: unknown[]) =>
      Reflect.apply(body, self, args),
    tracePromise: (body: (...args: unknown[]) => unknown, _context: unknown, self: unknown, ...args: unknown[]) =>
      Reflect.apply(body, self, args),
  };
}
