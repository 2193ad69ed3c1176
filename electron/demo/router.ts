import { z } from 'zod';
import { LabError, loggedIn, permitted, router } from '../core/kernel/index.ts';
import type { DemoControl } from './lab.ts';

/** The demo's switch and inbox; in a laboratory of one's own it answers that there is no demo. */
export function createDemoRouter(demo: DemoControl | undefined) {
  const need = () => {
    if (demo) return demo;
    throw new LabError({ kind: 'busy', message: 'This is no demo lab.', remedy: 'Start Aliquot with --demo.' });
  };
  return router({
    state: loggedIn.query(() => demo?.state() ?? null),
    setLine: permitted('sync.configure')
      .input(z.strictObject({ up: z.boolean() }))
      .mutation(({ input }) => need().setLine(input.up)),
    inbox: permitted('message.read').query(() => need().inbox()),
    attachment: permitted('message.read')
      .input(z.strictObject({ mailId: z.number().int(), index: z.number().int().nonnegative() }))
      .query(({ input }) => need().attachment(input.mailId, input.index)),
  });
}
