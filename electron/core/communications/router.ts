import { z } from 'zod';
import { emailAddressSchema } from '../../../shared/communications/email-address.ts';
import { type Job, jobShape } from '../../../shared/communications/job.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import { idSchema } from '../../../shared/kernel/document.ts';
import { pageInputSchema } from '../../../shared/kernel/page.ts';
import { conflict, keysetPage, LabError, permitted, router } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { sendTestMail } from './email-handler.ts';
import { cancelJob, retryJob } from './job-records.ts';
import type { JobRunner } from './job-runner.ts';
import { saveMailServer, saveMailServerSchema, shownMailServer } from './mail-server.ts';
import { channelWords } from './send.ts';

const oneJob = z.strictObject({ id: idSchema });

/** The API of the message queue and the mail server. */
export function createMessagesRouter(runner: JobRunner) {
  return router({
    list: permitted('message.read')
      .input(pageInputSchema.extend({ state: jobShape.shape.state.optional() }))
      .query(({ ctx, input: { state, ...page } }) => {
        const selector = state ? { state: { $eq: state } } : {};
        const { rows, nextCursor } = keysetPage(ctx.reads, 'jobs', selector, 'createdAt', page);
        return { rows: rows.map(messageRow), nextCursor };
      }),

    get: permitted('message.read')
      .input(oneJob)
      .query(({ ctx, input }) => {
        const job = ctx.reads.need('jobs', input.id);
        return { ...messageRow(job), payload: job.payload, attempts: job.attempts, subject: job.subject };
      }),

    counts: permitted('message.read').query(() => runner.counts()),

    retry: permitted('message.retry')
      .input(oneJob)
      .mutation(({ ctx, input }) => {
        const job = ctx.kernel.change(ctx.session, (work) => {
          const current = work.need('jobs', input.id);
          if (current.state !== 'dead' && current.state !== 'waiting') throw conflict('jobs', input.id);
          return retryJob(work, current);
        });
        return messageRow(job);
      }),

    cancel: permitted('message.retry')
      .input(oneJob)
      .mutation(({ ctx, input }) => {
        const job = ctx.kernel.change(ctx.session, (work) => {
          const current = work.need('jobs', input.id);
          if (current.state === 'running') throw beingSent();
          if (current.state === 'done' || current.state === 'cancelled') throw conflict('jobs', input.id);
          return cancelJob(work, current);
        });
        return messageRow(job);
      }),

    mailServer: permitted('setup.read').query(
      async ({ ctx }) => (await shownMailServer(ctx.kernel, ctx.reads)) ?? null,
    ),

    saveMailServer: permitted('setup.update')
      .input(saveMailServerSchema)
      .mutation(async ({ ctx, input }) => {
        await saveMailServer(ctx.kernel, ctx.session, input);
        return (await shownMailServer(ctx.kernel, ctx.kernel.reads())) ?? null;
      }),

    testMail: permitted('setup.update')
      .input(z.strictObject({ to: emailAddressSchema }))
      .mutation(async ({ ctx, input }): Promise<{ delivered: true } | { delivered: false; reason: string }> => {
        try {
          await sendTestMail(ctx.kernel, input.to, centreOf(ctx.reads).name);
          return { delivered: true };
        } catch (error) {
          return { delivered: false, reason: error instanceof Error ? error.message : String(error) };
        }
      }),
  });
}

/** A message as lists show it. */
function messageRow(job: Stored<Job>) {
  const { id, channel, title, state, createdAt, nextAttemptAt, doneAt, attempts, maxAttempts } = job;
  const waits = state === 'waiting' || state === 'queued';
  return {
    id,
    channel,
    channelName: channelWords[channel],
    title,
    to: recipients(job),
    state,
    createdAt,
    nextAttemptAt: waits ? nextAttemptAt : undefined,
    doneAt,
    attemptCount: attempts.length,
    maxAttempts,
    error: state === 'done' ? undefined : attempts.findLast((attempt) => attempt.error !== undefined)?.error,
  };
}

function recipients({ payload }: Job): string[] {
  const { to } = payload;
  if (typeof to === 'string') return [to];
  return Array.isArray(to) ? to.filter((address) => typeof address === 'string') : [];
}

function beingSent(): LabError {
  return new LabError({
    kind: 'busy',
    message: 'This message is being sent at this moment.',
    remedy: 'Look again in a moment: it is sent then, or waits and can be cancelled.',
  });
}
